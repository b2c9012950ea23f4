"""What is done about a breach beside counting, reporting and telling: each verb one unit of work, safe to do again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.breach.incidents import incident, note_event
from include.duties.breach.model import Incident, Unfit
from include.duties.breach.owing import away_of, owed_of
from include.duties.breach.rules import SAID
from include.evidence import Kind
from include.store import Role, begin

__all__ = ["RETURNS_TAKE", "close", "do_step", "estimate", "followed", "opened", "said_of", "say", "stamp"]

RETURNS_TAKE = timedelta(days=7)
"""So long after an incident was closed a letter about it may still come back (house; servers give up within five days
or so, RFC 5321 4.5.4.1, and a mailbox is read hourly)."""
LONGEST = 6000
"""Letters of what an officer writes for one element."""


def say(breach: UUID, element: str, texts: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Write what an officer says of one element, in Arabic and English. The ledger keeps no word of it.

    Raises Unfit for an element that nobody writes, a language that is missing, and more than a page holds.
    """
    if element not in SAID:
        raise Unfit(f"an officer writes one of {', '.join(SAID)}")
    told = {language: texts.get(language, "").strip() for language in ("ar", "en")}
    if lacking := [language for language, words in told.items() if not words]:
        raise Unfit(f"{element}: the text is missing in {', '.join(lacking)}")
    if any(len(words) > LONGEST for words in told.values()):
        raise Unfit(f"{element}: at most {LONGEST} letters")
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        for language, words in told.items():
            row = {"id": breach, "element": element, "language": language, "text": words, "by": by, "at": at}
            connection.execute(SAY, row)
        note_event(connection, Kind.BREACH_SAID, about, at, by=by, codes={"element": element})


def estimate(breach: UUID, people: int, *, by: str, at: datetime) -> None:
    """Record about how many people it concerns, where a system cannot be counted (IR 24(1)(b): approximate numbers)."""
    if not 0 <= people < 10**8:
        raise Unfit("estimate is a number of people")
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        connection.execute(
            text("update duties.breach set estimate = :people where id = :id"), {"id": breach, "people": people}
        )
        note_event(connection, Kind.BREACH_SAID, about, at, by=by, codes={"element": "estimate"},
                   counts={"people": people})  # fmt: skip


def do_step(breach: UUID, step: str, *, by: str, at: datetime) -> None:
    """Tick a step of containment off. Again, it stays as it was ticked. Raises Unfit for a step that it has not."""
    with begin(Role.DUTIES) as connection:
        about = incident(connection, breach, lock=True)
        found = connection.execute(STEP_DONE, {"id": breach, "step": step, "by": by, "at": at}).one_or_none()
        if found is None:
            raise Unfit("this incident has no such step")
        if found.fresh:
            note_event(
                connection, Kind.BREACH_STEP_DONE, about, at, by=by, codes={"step": step, "office": found.office}
            )


def close(breach: UUID, *, by: str, at: datetime) -> None:
    """Close an incident. Again, nothing happens.

    Raises Unfit naming what is open: its end, a system that was away, the risk, the report or the decision against it,
    what a supplement has to bring, the people concerned, steps of containment.
    """
    with begin(Role.DUTIES) as connection:
        about = incident(connection, breach, lock=True)
        if about.closed_at is not None:
            return
        left = list(_left(connection, about))
        if left:
            raise Unfit(f"this incident cannot be closed: {', '.join(left)}")
        stamp(connection, breach, "closed", at)
        note_event(connection, Kind.BREACH_CLOSED, about, at, by=by)


def said_of(connection: Connection, breach: UUID) -> dict[str, dict[str, str]]:
    """Give what officers wrote, by element and language."""
    found = dict[str, dict[str, str]]()
    for row in connection.execute(SAID_SO_FAR, {"id": breach}):
        found.setdefault(row.element, {})[row.language] = row.text
    return found


def opened(connection: Connection, breach: UUID) -> Incident:
    """Give an incident that is not closed, locked. Raises Unfit for another."""
    about = incident(connection, breach, lock=True)
    if about.closed_at is not None:
        raise Unfit("this incident is closed")
    return about


def followed(connection: Connection, breach: UUID, at: datetime) -> Incident:
    """Give an incident whose letters may still come back, locked: open, or closed lately. Raises Unfit for another."""
    about = incident(connection, breach, lock=True)
    if about.closed_at is not None and about.closed_at + RETURNS_TAKE < at:
        raise Unfit("this incident is closed")
    return about


def _left(connection: Connection, about: Incident) -> Iterator[str]:
    if about.ended_at is None:
        yield "nobody recorded when it ended"
    if about.outgrown:
        yield "nobody counted anew since its end was told"
    if away := away_of(connection, about):
        yield f"nobody counted anew since these were away: {', '.join(away)}"
    if about.assessed_at is None:
        yield "nobody weighed the risk"
    if about.reported_at is None and not connection.execute(AGAINST, {"id": about.id}).scalar_one_or_none():
        yield "no report was filed"
    if owed := owed_of(connection, about):
        yield f"a supplement is due: {', '.join(owed)}"
    if about.told_at is None:
        yield "the people concerned were not told"
    steps = connection.execute(STEPS_OPEN, {"id": about.id}).scalars().all()
    if steps:
        yield f"steps of containment are open: {', '.join(steps)}"


def stamp(connection: Connection, breach: UUID, stage: str, at: datetime) -> None:
    """Write down when a stage was first reached."""
    connection.execute(
        text(f"update duties.breach set {stage}_at = coalesce({stage}_at, :at) where id = :id"),
        {"id": breach, "at": at},
    )


AGAINST = text("""
    select verdict = 'not_notify' from duties.breach_decision where breach_id = :id and whom = 'authority'
     order by decided_at desc limit 1
""")
STEP_DONE = text("""
    update duties.breach_step step set done_at = coalesce(step.done_at, :at), done_by = coalesce(step.done_by, :by)
      from duties.breach_step before
     where step.breach_id = :id and step.step = :step and before.breach_id = :id and before.step = :step
    returning step.office, before.done_at is null as fresh
""")
STEPS_OPEN = text("select step from duties.breach_step where breach_id = :id and done_at is null order by due_at, step")
SAY = text("""
    insert into duties.breach_words (breach_id, element, language, text, written_by, written_at)
    values (:id, :element, :language, :text, :by, :at)
    on conflict (breach_id, element, language) do update
       set text = excluded.text, written_by = excluded.written_by, written_at = excluded.written_at
""")
SAID_SO_FAR = text("""
    select element, language, text from duties.breach_words where breach_id = :id and text is not null
""")
