"""What an incident still owes: its clocks as they begin, end and begin again, and what a supplement has to bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from include.duties.breach.model import Element, Incident
from include.duties.breach.rules import grown, people_due
from include.evidence import Kind, record
from include.law import Edition, edition_named

__all__ = ["away_of", "close_duty", "counted_of", "open_duty", "owe_more_people", "owed_of", "reopen_duties"]

Whom = Literal["authority", "people"]


def open_duty(
    connection: Connection, about: Incident, whom: Whom, *, starts: datetime, due: datetime | None, at: datetime
) -> None:
    """Begin a clock of an incident, and say so in the ledger. A rehearsal has none."""
    if about.rehearsal:
        return
    edition, kind = edition_named(about.edition), f"breach_{whom}"
    values = {"id": _duty(about, whom), "kind": kind, "source": about.processor or "own", "edition": edition.name,
              "article": _article(edition, whom), "at": at, "starts": starts, "due": due}  # fmt: skip
    connection.execute(DUTY, values)
    record(connection, Kind.DUTY_OPENED, at=at, edition=edition.name, refs={"incident": about.id},
           codes={"kind": kind}, counts={"notices": 1})  # fmt: skip


def close_duty(connection: Connection, about: Incident, whom: Whom, outcome: str, at: datetime) -> None:
    """End the clock of an incident; one that was missed stays missed."""
    if not about.rehearsal:
        connection.execute(DUTY_DONE, {"id": _duty(about, whom), "outcome": outcome, "at": at})


def reopen_duties(connection: Connection, about: Incident) -> None:
    """Let the clocks run on that a decision not to tell had ended: from when they began."""
    if not about.rehearsal:
        connection.execute(DUTY_AGAIN, {"ids": [_duty(about, "authority"), _duty(about, "people")]})


def owe_more_people(connection: Connection, about: Incident, at: datetime) -> None:
    """Owe the notice to people who were found at `at` (UTC) once all others were told.

    Nobody could tell them before: their clock runs from this count, beside the one that has ended.
    """
    due = people_due(edition_named(about.edition), at)
    again = None if about.rehearsal else uuid5(about.id, f"people:{at.isoformat()}")
    connection.execute(PEOPLE_AGAIN, {"id": about.id, "duty": again, "due": due})
    open_duty(connection, replace(about, people_duty=again), "people", starts=at, due=due, at=at)


def counted_of(connection: Connection, about: Incident) -> dict[str, int]:
    """Give how many people and kinds of data were counted: what a report names, and a later count may outgrow."""
    lines = connection.execute(LINES, {"id": about.id}).scalar_one()
    return {"people": about.people or 0, "lines": int(lines)}


def owed_of(connection: Connection, about: Incident) -> tuple[str, ...]:
    """Name what a supplement has to bring: what the last filed report left, and what has grown since it was drafted."""
    row = connection.execute(FILED, {"id": about.id}).one_or_none()
    if row is None:
        return ()
    more = grown(row.counted, counted_of(connection, about)) if row.counted else ()
    ended = about.end_noted_at is not None and about.end_noted_at > row.drafted_at
    return tuple(sorted({*row.deferred, *more, *([Element.WHEN.value] if ended else [])}))


def away_of(connection: Connection, about: Incident) -> tuple[str, ...]:
    """Name the systems that were away at the last count: nobody knows yet whom of them it concerns."""
    return tuple(connection.execute(AWAY, {"id": about.id}).scalars())


def _duty(about: Incident, whom: Whom) -> UUID:
    return about.people_duty or uuid5(about.id, "people") if whom == "people" else about.id


def _article(edition: Edition, whom: Whom) -> str:
    rule = edition.breach.authority_hours if whom == "authority" else edition.breach.subject_rule
    return rule.article if rule else "open"


DUTY = text("""
    insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    values (:id, :kind, :source, 'open', :edition, :article, :at, :starts, :due)
""")
DUTY_DONE = text("""
    update duties.duty set state = case when due_at < :at then 'missed' else 'done' end, outcome = :outcome,
                           closed_at = :at
     where id = :id and state = 'open'
""")
DUTY_AGAIN = text("""
    update duties.duty set state = 'open', outcome = null, closed_at = null
     where id = any(:ids) and outcome = 'not_notified'
""")
PEOPLE_AGAIN = text("update duties.breach set people_duty = :duty, people_due_at = :due where id = :id")
LINES = text("""
    select count(*) from duties.breach_scope
     where breach_id = :id and category not in ('people', 'destroyed_since', 'unmapped', 'away')
""")
AWAY = text("select system from duties.breach_scope where breach_id = :id and category = 'away' order by system")
FILED = text("""
    select deferred, counted, drafted_at from duties.breach_report
     where breach_id = :id and state = 'filed' order by number desc limit 1
""")
