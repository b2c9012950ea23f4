"""Tables for people who read a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["counts_table", "figures_table", "status_table"]


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
                table.add_row(part, str(item.get("source") or item.get("id")), str(item.get("state")))
        else:
            table.add_row(part, "", str(value))
    Console().print(table)


def figures_table(found: dict[str, Any]) -> None:
    """Print what a classifier is measured at: a row for each class of each group, then the errors by row number."""
    console, classes = Console(width=120), [name for name in found["overall"] if "f1" in (found["overall"][name] or ())]
    table = Table(title=f"{found['method']}, {found['edition']}")
    for column in ("group", "class", "precision", "recall", "F1", "n", "abstained"):
        table.add_column(column, justify="left" if column in ("group", "class") else "right")
    groups = {"overall": found["overall"]}
    for column, values in found["by"].items():
        groups |= {f"{column} {value}": figures for value, figures in values.items() if value}
    for group, figures in groups.items():
        table.add_section()
        for name in classes:
            row = figures[name]
            shown = (str("-" if row[key] is None else row[key]) for key in ("precision", "recall", "f1", "n"))
            table.add_row(group, name, *shown, str(figures["abstained"]))
    console.print(table)
    for line in (found["overall"]["confusion"], *found["overall"]["calibration"], *found["worst"]):
        console.print(", ".join(f"{key} {value}" for key, value in line.items()))
    if "note" in found:
        console.print(found["note"])
