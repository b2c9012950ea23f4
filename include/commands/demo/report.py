"""What the demo says at its end, on the terminal and in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["ROWS", "show"]

TABLES = (("contact_points", "contact points"), ("duties", "duties"), ("notices", "notices"), ("consents", "consents"))
ROWS = ("received", "new", "unchanged", "changed", "duplicates", "suppressed", "quarantined")


def show(console: Console, found: Mapping[str, Any]) -> None:
    """Print the summary: what came in, what it was, what is owed, what was sent, and whether it can be proved."""
    console.print(_deliveries(found))
    table = Table(show_header=False, title="What came of it")
    table.add_column("")
    table.add_column("", justify="right")
    for name, title in TABLES:
        for part, count in found[name].items():
            table.add_row(f"{title}: {part.replace('_', ' ')}", f"{count:,}")
        table.add_section()
    for audience in found.get("audiences", ()):
        whom = f"{audience['purpose']} for {audience['recipient']}"
        table.add_row(f"audience: {whom}", f"{audience['counts'].get('members', 0):,}")
    for plan in found.get("retention", ()):
        what = f"{plan['system']}, {plan['rule'].replace(':', ' by ')}: {plan['state']}"
        counts = plan["counts"]
        table.add_row(what, f"{counts['rows']:,} gone, {counts['masked']:,} emptied, {counts['held']:,} held")
    for asked in found.get("requests", ()):
        what = f"request {asked['reference']}: {asked['right']}, {asked['state'].replace('_', ' ')}"
        table.add_row(what, f"by {asked['due_at'][:10]}")
    for breach in found.get("breaches", ()):
        what = f"{'rehearsal' if breach['rehearsal'] else 'breach'} {breach['reference']}: {breach['stage']}"
        table.add_row(f"{what}, {breach['people'] or 0:,} people", _clock(breach))
    table.add_row("notices sent in this run", f"{found['notices_sent']:,}")
    evidence = found["evidence"]
    table.add_row("evidence", f"{evidence['events']:,} records, {'verified' if evidence['verified'] else 'NOT WHOLE'}")
    table.add_row("seconds", f"{found['seconds']:,.0f}")
    console.print(table)


def _clock(breach: Mapping[str, Any]) -> str:
    if not breach["reported_at"]:
        return f"report by {breach['due_at'] or 'no clock'}"
    taken = datetime.fromisoformat(breach["reported_at"]) - datetime.fromisoformat(breach["known_at"])
    return f"reported in hour {int(taken.total_seconds() // 3600) + 1}"


def _deliveries(found: Mapping[str, Any]) -> Table:
    deliveries = found["deliveries"]
    table = Table(title="What came in")
    table.add_column("rows")
    for delivery in deliveries:
        table.add_column(delivery["source"].replace("_", " "), justify="right")
    table.add_column("all", justify="right", style="bold")
    for name in ROWS:
        counts = [delivery["rows"].get(name, 0) for delivery in deliveries]
        table.add_row(name, *(f"{count:,}" for count in (*counts, found["rows"].get(name, 0))))
    table.add_section()
    table.add_row("state", *(delivery["state"] for delivery in deliveries), "")
    return table
