"""Judge the members of audiences anew, each contact once however many audiences it is in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.duties.audience.checking import STEPS
from include.duties.marketing import may_use

__all__ = ["AT_ONCE", "denied"]

AT_ONCE = 50_000


def denied(
    connection: Connection, audiences: Sequence[UUID], purpose: str, at: datetime, licensed: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Name whoever is in one of these audiences and may not be used for a purpose at `at` (UTC), and the first why."""
    after, values = -1, {"audiences": list(audiences), "most": AT_ONCE}
    while points := [row.point_id for row in STEPS.rows(connection, "held", values | {"after": after})]:
        for each in may_use(connection, points, purpose, at, channel=None, sending=False, licensed=licensed):
            if not each.allowed:
                yield each.point_id, each.reasons[0].value
        after = points[-1]
