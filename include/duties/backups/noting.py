"""What is destroyed is noted in the transaction that destroys it, and reaches the journal before it counts as done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from include.duties.backups.journal import append
from include.duties.backups.model import Head
from include.store import Role, advisory_lock, begin, key_version
from include.store.sql import Steps

__all__ = ["STEPS", "database_head", "note", "write_down"]

STEPS = Steps("include.duties.backups", "backups.sql")
ITEMS = 500
"""So many items are one line of the journal."""


def note(connection: Connection, plan: UUID, at: datetime) -> None:
    """Note what a plan is about to destroy: by its keyed hashes and ids a restore destroys it again."""
    STEPS.run(connection, "note", {"plan": plan, "at": at, "lowest": key_version()})


def write_down() -> int:
    """Bring what was noted into the journal, and return how many lines that took. Safe to do again.

    A line is on the disk before its notes go; one that was written and not yet struck out is not written twice.
    """
    lines = 0
    with begin(Role.DUTIES) as turn:
        advisory_lock(turn, "journal")
        while batch := _next_batch():
            _write(batch)
            lines += 1
    return lines


def database_head(connection: Connection) -> Head:
    """Return how long the journal is, by the database."""
    rows = STEPS.rows(connection, "head")
    return Head(rows[0].lines, rows[0].hash) if rows else Head(0, "")


def _next_batch() -> UUID | None:
    """Choose what the next line holds, and keep the choice: first of all what an earlier process chose."""
    with begin(Role.DUTIES) as connection:
        chosen = STEPS.rows(connection, "chosen")
        if chosen:
            return UUID(str(chosen[0].batch))
        batch = uuid4()
        return batch if STEPS.run(connection, "choose", {"batch": batch, "items": ITEMS}) else None


def _write(batch: UUID) -> None:
    with begin(Role.DUTIES) as connection:
        items = [row.said for row in STEPS.rows(connection, "batch", {"batch": batch})]
        head = append(str(batch), items, database_head(connection))
        STEPS.run(connection, "written", {"batch": batch, "lines": head.lines, "hash": head.hash})
