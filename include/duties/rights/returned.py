"""Answers that came back: what reached nobody is no answer, and its person is told another way (Law 21, IR 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from include.duties.rights.actions import STEPS, seen, tell
from include.duties.rights.model import Standing
from include.evidence import Kind, record

__all__ = ["answers_returned", "tell_otherwise", "untold"]

WITHIN = timedelta(days=60)
"""So long after a request was closed it is looked whether its letters came back (house); servers give up in days."""


def answers_returned(connection: Connection, at: datetime) -> int:
    """Note at `at` (UTC) the answers, refusals and letters of copies that came back or never left; return how many.

    The duty is open again, by its own clock: nobody was told.
    """
    rows = STEPS.rows(connection, "returned_answers", {"at": at, "since": at - WITHIN})
    for row in rows:
        refs = {"duty": row.id, "message": row.message_id}
        record(connection, Kind.ANSWER_RETURNED, at=at, edition=row.edition, refs=refs)
    return len(rows)


def untold(connection: Connection) -> list[Standing]:
    """Give the requests whose answer came back and was told no other way yet, the one whose clock ends first before."""
    known = (seen(connection, row.id) for row in STEPS.rows(connection, "untold"))
    return [each for each in known if each is not None]


def tell_otherwise(connection: Connection, request: Standing, evidence: str, at: datetime, *, by: str) -> None:
    """Write down at `at` (UTC), by an officer's login, that an answer which came back was told another way.

    `evidence` is the reference of what shows it. The duty is done, or missed where its clock had ended.
    """
    STEPS.run(connection, "told_otherwise", {"id": request.id, "at": at})
    tell(connection, Kind.ANSWER_TOLD, request, at, by=by, evidence=evidence, through="told_otherwise")
