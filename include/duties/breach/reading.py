"""What an officer wrote is read by somebody, and the ledger keeps who did and why: the report, and the notice."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from include.documents import Language
from include.duties.breach.incidents import incident, note_event
from include.duties.breach.model import Unfit
from include.duties.breach.notice import Notice
from include.duties.breach.reporting import document, latest
from include.duties.breach.telling import notice_of
from include.evidence import Kind
from include.law import Controller
from include.store import Role, begin

__all__ = ["WHY", "Why", "read_notice", "read_report"]

Why = Literal["to_decide", "authority_asked", "investigation"]
WHY: tuple[Why, ...] = ("to_decide", "authority_asked", "investigation")
"""Why it may be read, in the ledger's words."""


def read_report(
    breach: UUID, form: Literal["pdf", "json"], language: Language, *, why: Why, by: str, at: datetime
) -> bytes:
    """Give the report that stands, in a unit of work that records who read it. Raises Unfit where there is none."""
    with begin(Role.DUTIES) as connection:
        report = latest(connection, breach)
        if report is None:
            raise Unfit("no report of this incident was drafted yet")
        made = document(connection, report.id, form, language)
        _note(connection, breach, why, by, at)
    return made


def read_notice(breach: UUID, language: Language, controller: Controller, *, why: Why, by: str, at: datetime) -> Notice:
    """Give the notice to people as it reads now, and record who read it.

    Raises IncompleteReport where it lacks a part, and Unfit where all is over.
    """
    letter = notice_of(breach, controller)[0][language]
    with begin(Role.DUTIES) as connection:
        _note(connection, breach, why, by, at)
    return letter


def _note(connection: Connection, breach: UUID, why: Why, by: str, at: datetime) -> None:
    if why not in WHY:
        raise Unfit(f"to read it has one of the reasons {', '.join(WHY)}")
    note_event(connection, Kind.VALUE_READ, incident(connection, breach), at, by=by, codes={"reason": why})
