"""Tables for people who read a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["counts_table", "status_table"]


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
