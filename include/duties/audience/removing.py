"""Tell whoever holds an audience who is to be taken out of it again, and keep their confirmation (IR 8(2), 12(4))."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from include.duties.audience.checking import STEPS
from include.duties.audience.judging import denied
from include.duties.notice.calendar import HOME
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, copy_into

__all__ = ["confirm", "find_removals", "removals_of", "tell_of"]

GRACE = timedelta(days=30)
"""So long after its end an audience is still followed: its recipient may be late to destroy it."""


def find_removals(at: datetime, *, licensed: Collection[str] = ()) -> dict[str, int]:
    """Judge anew, at `at` (UTC), everybody in an audience that is out; return counts of removal lists and contacts.

    Whoever was destroyed, objected, stopped or may not be used any more for another reason is on the list, by number
    and reason alone. Each contact is judged once, and is on one list of each audience, once.
    """
    counts = {"removals": 0, "contact_points": 0}
    with begin(Role.DUTIES) as connection:
        out = STEPS.rows(connection, "out", {"since": at - GRACE})
    for purpose in sorted({audience.purpose for audience in out}):
        audiences = [audience.id for audience in out if audience.purpose == purpose]
        with begin(Role.DUTIES) as connection:
            gone = list(denied(connection, audiences, purpose, at, licensed))
        for audience in audiences if gone else ():
            with begin(Role.DUTIES) as connection:
                told = _tell(connection, audience, gone, at)
            counts["removals"] += bool(told)
            counts["contact_points"] += told
    return counts


def tell_of(connection: Connection, held: Iterable[Any], reason: str, at: datetime) -> int:
    """Tell the recipients of audiences, in the caller's unit of work, that these contacts are to be taken out.

    `held` are rows of `audience_id` and `point_id`, in the order of the first. Returns how many contacts were told.
    """
    told = 0
    for audience, rows in groupby(held, key=lambda row: row.audience_id):
        told += _tell(connection, audience, [(row.point_id, reason) for row in rows], at)
        STEPS.run(connection, "told")
    return told


def removals_of(connection: Connection, audience: UUID, recipient: str) -> list[dict[str, Any]] | None:
    """Give the removal lists of an audience to its own recipient, the oldest first; None to anybody else."""
    if not STEPS.rows(connection, "of_recipient", {"id": audience, "recipient": recipient}):
        return None
    lists: dict[UUID, dict[str, Any]] = {}
    for row in STEPS.rows(connection, "removals", {"id": audience, "recipient": recipient}):
        told = {"removal": row.id, "state": row.state, "made_at": row.made_at, "points": []}
        lists.setdefault(row.id, told)["points"].append({"point": row.point_id, "reason": row.reason})
    return list(lists.values())


def confirm(
    connection: Connection, audience: UUID, recipient: str, removals: Sequence[UUID], *, by: str, at: datetime
) -> int | None:
    """Record that a recipient took out who was on these lists; say how many lists were confirmed now.

    None where the audience is not theirs. Confirming twice is confirming once.
    """
    if not STEPS.rows(connection, "of_recipient", {"id": audience, "recipient": recipient}):
        return None
    values = {"id": audience, "removals": list(removals), "at": at, "by": by}
    confirmed = STEPS.run(connection, "confirm", values)
    if confirmed:
        record(
            connection,
            Kind.REMOVAL_CONFIRMED,
            at=at,
            edition=edition_for(HOME, at).name,
            refs={"audience": audience},
            counts={"removals": confirmed},
        )
    return confirmed


def _tell(connection: Connection, audience: UUID, gone: Collection[tuple[int, str]], at: datetime) -> int:
    """Write one list of those who are in this audience and on none of its lists yet; return how many they are."""
    removal = uuid4()
    STEPS.run(connection, "gone")
    copy_into(connection, "gone_point", ("point_id", "reason"), gone)
    count = STEPS.one(connection, "going", {"id": audience})
    if count:
        values = {"removal": removal, "id": audience, "count": count, "at": at}
        STEPS.run(connection, "remove", values)
        record(
            connection,
            Kind.REMOVAL_TOLD,
            at=at,
            edition=edition_for(HOME, at).name,
            refs={"audience": audience, "removal": removal},
            counts={"contact_points": count},
        )
    return count
