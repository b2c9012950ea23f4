"""What was destroyed since a copy was made is destroyed in it again, and then looked for by another path."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels.model import PROMOTIONAL
from include.duties.archives.replaying import archives_left, end_again
from include.duties.backups.model import Line
from include.duties.backups.noting import STEPS
from include.duties.backups.other_systems import left, put_back
from include.duties.destruction.planning import STEPS as DESTRUCTION
from include.duties.notice.calendar import HOME
from include.evidence import Kind, record
from include.law import edition_for
from include.store import advisory_lock, copy_into

__all__ = ["remaining", "replay"]


def replay(connection: Connection, lines: Iterable[Line], at: datetime) -> dict[str, int]:
    """Carry out, in one unit of work of the duties, every destruction of the journal that this database lacks.

    Suppression, stops, legal holds, plans over other systems and how archives stand since are put back. Returns counts:
    `plans`, `suppressed`, `stops`. The plans stand as destroyed: their second look, landing files included, is the next
    run's of `destroy_due`, as after any destruction.
    """
    advisory_lock(connection, "destruction")
    advisory_lock(connection, "register")
    _tell(connection, lines)
    STEPS.run(connection, "unknown")
    done = {"suppressed": STEPS.run(connection, "put_back"), "stops": STEPS.run(connection, "put_back_stops")}
    put_back(connection)
    end_again(connection)
    plans = STEPS.rows(connection, "plans")
    for plan in plans:
        _again(connection, plan)
    STEPS.run(connection, "struck")
    done["plans"] = len(plans)
    record(connection, Kind.RESTORE_REPLAYED, at=at, edition=edition_for(HOME, at).name, counts=done)
    return done


def remaining(connection: Connection, lines: Iterable[Line]) -> dict[str, int]:
    """Count what a database still holds of what the journal says is gone, and what of it was not put back."""
    _tell(connection, lines)
    STEPS.run(connection, "remaining")
    return dict(STEPS.rows(connection, "left")[0]._mapping) | left(connection) | archives_left(connection)


def _again(connection: Connection, plan: Any) -> None:
    """Carry one plan out: the same deletions as the first time, on what the copy holds of it."""
    values = {"plan": plan.plan, "at": plan.at, "edition": plan.edition, "promotional": sorted(PROMOTIONAL)}
    DESTRUCTION.run(connection, "targets")
    STEPS.run(connection, "plan", values)
    STEPS.run(connection, "doom")
    DESTRUCTION.run(connection, "gone_keys")
    STEPS.run(connection, "letters")
    DESTRUCTION.run(connection, "expire", values)
    DESTRUCTION.run(connection, "destroy", values)
    STEPS.run(connection, "silence")
    DESTRUCTION.run(connection, "orphans")
    STEPS.run(connection, "strand", values)
    DESTRUCTION.run(connection, "answered", values)
    DESTRUCTION.run(connection, "mark", values | {"state": "destroyed"})
    STEPS.run(connection, "forget")


def _tell(connection: Connection, lines: Iterable[Line]) -> None:
    """Bring the journal into the unit of work, line by proven line."""
    STEPS.run(connection, "told")
    items = (item for line in lines for item in line.items)
    rows = ((item["what"], UUID(item["plan"]) if "plan" in item else None, item) for item in items)
    copy_into(connection, "told", ("what", "plan", "said"), rows)
