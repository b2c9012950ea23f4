"""Requests as a list: references, codes and times, and nothing that anybody wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from include.duties.rights.actions import STEPS
from include.store import Role, begin

__all__ = ["listed", "next_due"]

TIMES = ("received_at", "due_at", "extended_at")


def listed(limit: int, *, every: bool = False) -> list[dict[str, Any]]:
    """List what is open, or everything, the one whose clock ends first at the head."""
    with begin(Role.DUTIES) as connection:
        rows = STEPS.rows(connection, "listed", {"all": every, "limit": limit})
    told = [row._mapping for row in rows]
    return [
        {name: each[name] for name in ("reference", "right", "means", "state", "proof", "capacity")}
        | {name: each[name] and each[name].isoformat() for name in TIMES}
        for each in told
    ]


def next_due(at: datetime) -> datetime | None:
    """Return when the clock of an open request ends next after `at` (UTC); None where none runs."""
    with begin(Role.DUTIES) as connection:
        due: datetime | None = STEPS.rows(connection, "next_due", {"at": at})[0].due_at
    return due
