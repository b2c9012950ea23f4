"""Tables for people who read a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from include.duties.review import History, Waiting

__all__ = ["counts_table", "figures_table", "history_table", "redecided_table", "status_table", "waiting_table"]


def counts_table(source: str, counts: dict[str, Any]) -> None:
    """Print what became of the rows of one file."""
    table = Table(title=f"{source}: {counts['received']:,} rows")
    for column in ("what", "rows"):
        table.add_column(column, justify="right" if column == "rows" else "left")
    for name in ("new", "unchanged", "changed", "duplicates", "suppressed", "quarantined"):
        table.add_row(name, f"{counts[name]:,}")
    table.add_section()
    for name, points in counts["contact_points"].items():
        table.add_row(f"{name} contact points", f"{points:,}")
    Console().print(table)


def status_table(found: dict[str, Any]) -> None:
    """Print a status: one section for each part."""
    table = Table(title="Amanah", show_header=False)
    for part, value in found.items():
        if isinstance(value, dict):
            table.add_section()
            for name, count in value.items():
                table.add_row(part, str(name).replace("_", " "), str(count))
        elif isinstance(value, list):
            table.add_section()
            for item in value:
                named = item.get("source") or item.get("id") or item.get("of")
                table.add_row(part, str(named), str(item.get("state") or item.get("what")))
        else:
            table.add_row(part, "", str(value))
    Console().print(table)


def redecided_table(sources: list[dict[str, Any]]) -> None:
    """Print what a re-decision changes, source by source: counts, and the numbers of a few contact points."""
    table = Table(title="Decided again" if any(found["applied"] for found in sources) else "What would change")
    for column in ("source", "kind", "from", "to", "contact points", "such as"):
        table.add_column(column, justify="right" if column == "contact points" else "left")
    for found in sources:
        if "skipped" in found:
            table.add_row(found["source"], "", "skipped", "", "", found["skipped"])
            table.add_section()
            continue
        for where, rows in ((found["source"], found["transitions"]), ("elsewhere", found["elsewhere"])):
            for row in rows:
                sample = " ".join(map(str, row["sample"]))
                table.add_row(where, row["kind"], row["from"], row["to"], f"{row['points']:,}", sample)
        for name in ("found", "kept", "unread"):
            table.add_row(found["source"], "", name, "", f"{found[name]:,}", "")
        table.add_section()
    Console().print(table)


def waiting_table(waiting: list[Waiting]) -> None:
    """Print the queue of what waits for a person."""
    table = Table(title=f"{len(waiting):,} contact points wait")
    for column in ("id", "source", "kind", "score", "decide by (UTC)", "reasons"):
        table.add_column(column)
    for point in waiting:
        table.add_row(
            str(point.id),
            point.source,
            point.kind,
            f"{point.score:.2f}",
            f"{point.decided_by:%Y-%m-%d %H:%M}",
            ", ".join(point.reasons),
        )
    Console().print(table)


def history_table(point: History, texts: dict[str, list[str]]) -> None:
    """Print one contact point and all decisions about it, the latest first; then what their reasons say."""
    console = Console()
    console.print(f"{point.kind} {point.value} ({point.column})", point.name or "", markup=False, highlight=False)
    table = Table(title=f"contact point {point.id} of {point.source}")
    for column in ("when (UTC)", "by", "class", "score", "rules", "reasons"):
        table.add_column(column)
    for said in point.decisions:
        when = f"{said['decided_at']:%Y-%m-%d %H:%M}"
        reasons = ", ".join(said["reasons"])
        table.add_row(when, said["decided_by"], said["class"], f"{said['score']:.2f}", said["rules"], reasons)
    console.print(table)
    for review in point.reviews:
        ended = f", ended: {review['ended_by']}" if review["ended_by"] else ""
        console.print(f"review {review['id']}: {review['class']}, {review['reason']}{ended}", markup=False)
    for code, said_of_it in texts.items():
        for text in said_of_it:
            console.print(f"{code}: {text}", markup=False, highlight=False, soft_wrap=True)


def figures_table(found: dict[str, Any]) -> None:
    """Print what a classifier is measured at: a row for each class of each group, then the errors by row number."""
    console, overall = Console(width=120), found["overall"]
    classes = [name for name, figures in overall.items() if isinstance(figures, dict) and "f1" in figures]
    table = Table(title=f"{found['method']}, {found['edition']}")
    for column in ("group", "class", "precision", "recall", "F1", "n", "abstained"):
        table.add_column(column, justify="left" if column in ("group", "class") else "right")
    groups = {"overall": overall}
    for column, values in found["by"].items():
        groups |= {f"{column} {value}": figures for value, figures in values.items() if value}
    for group, figures in groups.items():
        table.add_section()
        for name in classes:
            row = figures[name]
            shown = (str("-" if row[key] is None else row[key]) for key in ("precision", "recall", "f1", "n"))
            table.add_row(group, name, *shown, str(figures["abstained"]))
    console.print(table)
    for line in (overall["confusion"], *overall["calibration"], *found["worst"]):
        console.print(", ".join(f"{key} {value}" for key, value in line.items()))
    if "goals" in found:
        console.print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in found["goals"].items()))
    if "note" in found:
        console.print(found["note"])
