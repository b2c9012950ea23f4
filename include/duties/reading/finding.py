"""Find whoever is known by one contact, by its keyed hash: nothing is listed, and nobody can try a list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from include.duties.holds import identity_of
from include.duties.notice.calendar import HOME
from include.duties.reading.actions import STEPS, WINDOW, noted
from include.duties.reading.model import MOST_SOUGHT, Found
from include.errors import NeverRetry
from include.evidence import Kind, leaf, record
from include.law import edition_for
from include.store import Role, begin, keyed

__all__ = ["find_person"]

SHOWN = 20
"""So many business contact points with one contact are named."""


def find_person(contact: str, *, by: str, at: datetime) -> Found:
    """Find who is known by a whole mailbox or number, for an operator, by login, at `at` (UTC).

    Each search counts, found or not; the one that is too many in an hour raises the alarm, and from it on nothing is
    looked up. That somebody was found is a reading, and recorded as one.
    """
    actor = keyed("login", by)
    with begin(Role.DUTIES) as connection:
        sought = STEPS.one(connection, "sought", {"actor": actor, "at": at, "begin": at - WINDOW})
        if sought > MOST_SOUGHT:
            if sought == MOST_SOUGHT + 1:
                _alarm(connection, actor, at)
            return Found(too_often=True)
        found = _looked_up(connection, contact)
        if found.subject or found.points:
            seen = [leaf(subject=found.subject)] if found.subject else [leaf(point=n) for n in found.points[:1]]
            noted(connection, "sought", subject=found.subject, leaves=seen, by=by, at=at)
    return found


def _looked_up(connection: Connection, contact: str) -> Found:
    try:
        key = keyed(*identity_of(contact.strip()))
    except NeverRetry:
        return Found()
    people = STEPS.rows(connection, "known_by", {"key": key})
    points = STEPS.rows(connection, "business_by", {"key": key, "limit": SHOWN})
    return Found(people[0].subject_id if people else None, tuple(row.id for row in points))


def _alarm(connection: Connection, actor: bytes, at: datetime) -> None:
    STEPS.run(connection, "alarmed", {"actor": actor, "at": at})
    record(
        connection, Kind.READING_ALARMED, at=at, edition=edition_for(HOME, at).name,
        counts={"searches": MOST_SOUGHT + 1}, hashes={"actor": actor},
    )  # fmt: skip
