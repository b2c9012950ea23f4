"""The day on which doubt ends: what nobody looked at by then is treated as personal (Law 1(4))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from include.evidence import Kind, learn, record
from include.store import Role, advisory_lock, begin, copy_into
from include.store.sql import Steps

__all__ = ["UNREVIEWED", "treat_as_personal"]

STEPS = Steps("include.intake.redeciding", "redeciding.sql")
UNREVIEWED = "unreviewed_in_time"


def treat_as_personal(due: Iterable[tuple[str, datetime]], at: datetime) -> int:
    """Decide as personal what is undetermined and was received then, by jurisdiction and instant; return how many.

    It was blocked and had a subject and a clock before: none of these changes. What was decided before is kept.
    """
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
        STEPS.run(connection, "due")
        copy_into(connection, "due", ("jurisdiction", "received_at"), due)
        points = STEPS.run(connection, "unreviewed", {"at": at})
        if points:
            learn(connection, UNREVIEWED)
            counts = {"undetermined_to_personal": points}
            record(connection, Kind.POINTS_UNREVIEWED, at=at, codes={"reason": UNREVIEWED}, counts=counts)
    return points
