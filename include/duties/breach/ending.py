"""An incident that goes on ends at some time: then it is written down, and who is concerned is counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.breach.actions import opened
from include.duties.breach.incidents import note_event
from include.duties.breach.model import Incident
from include.duties.breach.rules import check_end
from include.duties.breach.scoping import scope
from include.errors import MayBeRetried, NeverRetry
from include.evidence import Kind
from include.store import Role, begin

__all__ = ["count_outgrown", "end", "end_within"]


def end(breach: UUID, ended_at: datetime, *, by: str, at: datetime) -> None:
    """Write down at `at` (UTC) when an incident ended; again, nothing happens. What is told last of it stands.

    No clock is moved by it. Whom it concerns has to be counted anew over the whole time: `scope` does so, and where it
    finds more than a filed report named, or nobody knew the end then, a supplement is due. Raises Unfit for an end that
    cannot be, and for an incident that is closed.
    """
    with begin(Role.DUTIES) as connection:
        end_within(connection, opened(connection, breach), ended_at, by=by, at=at)


def end_within(connection: Connection, about: Incident, ended_at: datetime, *, by: str, at: datetime) -> None:
    """Do so in the caller's unit of work."""
    check_end(about.began_at, ended_at, at)
    if about.ended_at == ended_at:
        return
    connection.execute(END, {"id": about.id, "ended": ended_at, "at": at})
    note_event(connection, Kind.BREACH_SAID, about, at, by=by, codes={"element": "end"}, times={"ended_at": ended_at})


def count_outgrown(at: datetime, settings: Mapping[str, str]) -> tuple[int, list[MayBeRetried | NeverRetry]]:
    """Count anew whom those incidents concern whose last count did not reach everybody; return how many were.

    It did not where their end was told after it, or a system was away. What kept one from being counted is returned
    beside, and keeps no other from it.
    """
    with begin(Role.DUTIES) as connection:
        outgrown = list(connection.execute(OUTGROWN).scalars())
    counted, faults = 0, list[MayBeRetried | NeverRetry]()
    for breach in outgrown:
        try:
            scope(breach, at, settings)
        except (MayBeRetried, NeverRetry) as error:  # where a system is away, what could be counted is
            faults.append(error)
            continue
        counted += 1
    return counted, faults


END = text("update duties.breach set ended_at = :ended, end_noted_at = :at where id = :id")
OUTGROWN = text("""
    select id from duties.breach
     where closed_at is null
       and (scoped_at < end_noted_at
            or exists (select from duties.breach_scope where breach_id = breach.id and category = 'away'))
     order by known_at, id
""")
