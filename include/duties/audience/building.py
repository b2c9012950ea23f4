"""Build an audience: every business contact goes through the gate, and what came through is looked at again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid5

from include.duties.audience.checking import STEPS, look, refusal, refuse
from include.duties.audience.judging import AT_ONCE
from include.duties.audience.model import Asked, AudienceRefused
from include.duties.marketing import may_use
from include.duties.notice.calendar import HOME
from include.intake.progress import Progress
from include.law import edition_for
from include.store import Role, begin, copy_into

__all__ = ["build"]

ROOM = UUID("6f1c8f0e-5d35-4b6e-9d0b-8c2f5d1a7e34")
"""The name space of audiences: one run is one audience, however often it is tried."""


def build(asked: Asked, at: datetime, *, licensed: Collection[str] = ()) -> UUID:
    """Build the business audience of a purpose as it may be used from `at` (UTC) on; return its id.

    Nothing is handed out yet. Asked a second time in the same run it is the same audience. Raises AudienceRefused where
    what is asked for is unknown, and where the check finds anybody in it who must not be.
    """
    asked.check()
    audience = uuid5(ROOM, asked.run)
    with begin(Role.DUTIES) as connection:
        before = STEPS.rows(connection, "made_before", {"run": asked.run})
    if not before:
        _choose(audience, asked, at, licensed)
    elif before[0].state != "building":
        if before[0].state == "refused":
            raise AudienceRefused(f"audience {audience}: the check refused it before; ask for another")
        return audience
    _check(audience, asked, at)
    return audience


def _choose(audience: UUID, asked: Asked, at: datetime, licensed: Collection[str]) -> None:
    counts = Counter[str]()
    with begin(Role.DUTIES) as connection:
        progress = Progress("building an audience", STEPS.one(connection, "how_many", {}), unit="contacts")
        edition = edition_for(HOME, at).name
        values = {"id": audience, "at": at, "edition": edition, "expires_at": at + asked.lasts}
        given = {name: getattr(asked, name) for name in ("purpose", "recipient", "country", "form", "platform")}
        STEPS.run(connection, "open", values | given | {"asked_by": asked.asked_by, "run": asked.run})
        STEPS.run(connection, "allowed")
        after = 0
        while points := [row.id for row in STEPS.rows(connection, "candidates", {"after": after, "most": AT_ONCE})]:
            verdicts = may_use(connection, points, asked.purpose, at, channel=None, sending=False, licensed=licensed)
            copy_into(connection, "allowed_point", ["id"], ((each.point_id,) for each in verdicts if each.allowed))
            counts.update(each.reasons[0].value if each.reasons else "allowed" for each in verdicts)
            after = points[-1]
            progress.add(len(points))
        members = STEPS.run(connection, "join", {"id": audience})
        told = {"members": members, "looked_at": counts.total(), **counts}
        STEPS.run(connection, "counted", {"id": audience, "counts": json.dumps(told)})


def _check(audience: UUID, asked: Asked, at: datetime) -> None:
    """Let Great Expectations judge one row of counts; whoever must not be in it keeps all of it back."""
    with begin(Role.DUTIES) as connection:
        missed = look(connection, audience, asked.purpose, at)
        if missed:
            refuse(connection, audience, asked, missed, at)
    if missed:
        raise refusal(audience, missed)
