"""Read a personal value in a unit of work that records it, and count what is read without being put to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from include.duties.notice.calendar import HOME
from include.duties.review import History, history
from include.errors import NeverRetry
from include.evidence import Kind, leaf, record
from include.law import edition_for
from include.store import Role, begin, keyed
from include.store.sql import Steps

__all__ = ["MOST", "Reading", "put_to_use", "read_point", "read_request"]

STEPS = Steps("include.duties.reading", "reading.sql")
MOST = 60
"""Values that one operator may read within an hour and leave undecided before it is an alarm (house; Law 19, IR 23)."""
WINDOW = timedelta(hours=1)
Why = Literal["to_decide", "to_answer"]
"""Why a value may be read: a code of the ledger's vocabulary."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was shown, and whether it was so much that an alarm was raised."""

    known: History
    alarmed: bool


def read_point(point: int, *, why: Why, by: str, at: datetime) -> Reading:
    """Show a contact point to an operator, by login, at `at` (UTC); the ledger says who read about whom, and why.

    Nothing is shown that is not recorded, and what is recorded was shown. Raises PointGone.
    """
    actor = keyed("login", by)
    with begin(Role.DUTIES) as connection:
        known = history(point, connection)
        (subject,) = STEPS.rows(connection, "subject", {"point": point})
        alarmed = _counted(connection, actor, at)
        refs = {"subject": subject.subject_id} if subject.subject_id else {}
        _recorded(connection, why, actor, refs, leaf(point=point), at, alarmed=alarmed)
    return Reading(known, alarmed)


def read_request(request: UUID, *, by: str, at: datetime) -> str | None:
    """Show what a person wrote in a request to an operator, by login, at `at` (UTC); the ledger says who read it.

    None where nothing was written, or is not kept any more; nothing was read then. Raises NeverRetry where there is no
    such request.
    """
    actor = keyed("login", by)
    with begin(Role.DUTIES) as connection:
        rows = STEPS.rows(connection, "request", {"request": request})
        if not rows:
            raise NeverRetry("there is no such request")
        (row,) = rows
        if row.details is None:
            return None
        refs = {"duty": request} | ({"subject": row.subject_id} if row.subject_id else {})
        alarmed = _counted(connection, actor, at)
        _recorded(connection, "to_answer", actor, refs, leaf(request=request), at, alarmed=alarmed)
        return str(row.details)


def _recorded(
    connection: Connection,
    why: Why,
    actor: bytes,
    refs: dict[str, UUID],
    what: bytes,
    at: datetime,
    *,
    alarmed: bool,
) -> None:
    edition = edition_for(HOME, at).name
    record(
        connection, Kind.VALUE_READ, at=at, edition=edition, refs=refs, codes={"reason": why},
        hashes={"actor": actor}, leaves=[what],
    )  # fmt: skip
    if alarmed:
        record(
            connection, Kind.READING_ALARMED, at=at, edition=edition, counts={"readings": MOST + 1},
            hashes={"actor": actor},
        )  # fmt: skip


def put_to_use(*, by: str) -> None:
    """Take back one from an operator's count: what they read, they decided."""
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "used", {"actor": keyed("login", by)})


def _counted(connection: Connection, actor: bytes, at: datetime) -> bool:
    """Count a reading, and say whether it is the first of this hour that is one too many."""
    (row,) = STEPS.rows(connection, "read", {"actor": actor, "at": at, "begin": at - WINDOW})
    told = row.alarmed_at is not None and row.alarmed_at >= row.since
    if row.undecided <= MOST or told:
        return False
    STEPS.run(connection, "alarmed", {"actor": actor, "at": at})
    return True
