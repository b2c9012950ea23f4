"""Read personal values in a unit of work that records it, and count what is read without being put to use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.notice.calendar import HOME
from include.duties.reading.model import MOST, Person, Reading, Value, Why
from include.duties.review import history
from include.evidence import Kind, leaf, record
from include.law import edition_for
from include.store import Role, begin, keyed
from include.store.sql import Steps

__all__ = ["STEPS", "WINDOW", "PersonGone", "noted", "put_to_use", "read_person", "read_point"]

STEPS = Steps("include.duties.reading", "reading.sql")
WINDOW = timedelta(hours=1)
SHOWN = 200
"""So many contact points of one person are shown at once."""


class PersonGone(LookupError):
    """Raised for somebody who is not in the register: destroyed, or never there."""


def read_point(point: int, *, why: Why, by: str, at: datetime) -> Reading:
    """Show a contact point to an operator, by login, at `at` (UTC); the ledger says who read about whom, and why.

    Nothing is shown that is not recorded, and what is recorded was shown. Raises PointGone.
    """
    with begin(Role.DUTIES) as connection:
        known = history(point, connection)
        (subject,) = STEPS.rows(connection, "subject", {"point": point})
        leaves = [leaf(point=point)]
        alarmed = noted(connection, why, subject=subject.subject_id, leaves=leaves, by=by, at=at)
    return Reading(known, alarmed)


def read_person(subject: UUID, *, why: Why, by: str, at: datetime) -> Person:
    """Show what is held of a person to an operator, by login, at `at` (UTC): one event, in which each value is a leaf.

    Every value counts for the alarm. Raises PersonGone.
    """
    with begin(Role.DUTIES) as connection:
        if not STEPS.rows(connection, "person", {"subject": subject}):
            raise PersonGone(subject)
        points = STEPS.rows(connection, "points", {"subject": subject, "limit": SHOWN})
        own = STEPS.rows(connection, "own", {"subject": subject, "limit": SHOWN})
        leaves = [*(leaf(point=row.id) for row in points), *(leaf(own=row.id) for row in own)]
        alarmed = noted(connection, why, subject=subject, leaves=leaves, by=by, at=at)
    values = [Value(str(row.id), row.value, row.name) for row in points]
    values += [Value(str(row.id), row.value) for row in own]
    return Person({each.id: each for each in values}, _fields(points), alarmed)


def put_to_use(*, by: str) -> None:
    """Take back one from an operator's count: what they read, they decided."""
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "used", {"actor": keyed("login", by)})


def noted(
    connection: Connection,
    why: Why,
    *,
    subject: UUID | None,
    leaves: Sequence[bytes],
    by: str,
    at: datetime,
    duty: UUID | None = None,
) -> bool:
    """Count and record a reading of as many values as there are leaves; say whether it raised the alarm."""
    actor, edition = keyed("login", by), edition_for(HOME, at).name
    alarmed = _counted(connection, actor, len(leaves), at)
    refs = ({"subject": subject} if subject else {}) | ({"duty": duty} if duty else {})
    record(
        connection, Kind.VALUE_READ, at=at, edition=edition, refs=refs, codes={"reason": why},
        hashes={"actor": actor}, leaves=leaves,
    )  # fmt: skip
    if alarmed:
        record(
            connection, Kind.READING_ALARMED, at=at, edition=edition, counts={"readings": MOST + 1},
            hashes={"actor": actor},
        )  # fmt: skip
    return alarmed


def _counted(connection: Connection, actor: bytes, values: int, at: datetime) -> bool:
    """Count readings, and say whether they are the first of this hour that are too many."""
    (row,) = STEPS.rows(connection, "read", {"actor": actor, "values": values, "at": at, "begin": at - WINDOW})
    told = row.alarmed_at is not None and row.alarmed_at >= row.since
    if row.undecided <= MOST or told:
        return False
    STEPS.run(connection, "alarmed", {"actor": actor, "at": at})
    return True


def _fields(points: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    told = {(name, str(said)): None for row in points for name, said in sorted(row.fields.items()) if said}
    return tuple(sorted(told))
