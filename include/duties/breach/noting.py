"""Write an incident down and start its clocks: once, however often it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, PositiveInt, RootModel
from sqlalchemy import Connection, text

from include.duties.breach.incidents import id_of, incident, note_event, reference_of
from include.duties.breach.model import Given, Means, Unfit
from include.duties.breach.model import Kind as Cause
from include.duties.breach.rules import authority_due, check, people_due
from include.evidence import Kind, record
from include.law import Edition, edition_for, load_strict
from include.store import Role, begin, keyed

__all__ = ["CHANNEL", "checklist", "note", "note_within", "take_run"]

CHANNEL = "amanah_breach"
"""What is notified, without a word, in the transaction that notes an incident."""


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    office: str
    hours: PositiveInt
    kinds: frozenset[Cause] = frozenset(Cause)


class _Steps(RootModel[dict[str, dict[str, _Step]]]):
    """The checklist."""


def note(given: Given, *, means: Means, by: str, at: datetime) -> UUID:
    """Write an incident down at `at` (UTC) and start its clocks; return its id.

    The same one again, by its evidence reference, is the same incident: its clock stays. A rehearsal has no duty, so
    that no watch raises an alarm about it. Raises Unfit for times that cannot be, and where the same reference was told
    with other facts.
    """
    with begin(Role.API if means is Means.API else Role.DUTIES) as connection:
        return note_within(connection, given, means=means, by=by, at=at)


def note_within(connection: Connection, given: Given, *, means: Means, by: str, at: datetime) -> UUID:
    """Do so in the caller's unit of work."""
    check(given, at)
    breach = id_of(given.evidence, given.rehearsal)
    edition = edition_for(given.jurisdiction, given.known_at)
    people_duty = None if given.rehearsal else uuid5(breach, "people")
    due, told_by = authority_due(edition, given.known_at), people_due(edition, given.known_at)
    values = {
        "id": breach, "reference": reference_of(breach), "means": means.value, "edition": edition.name,
        "due_at": due, "people_due_at": told_by, "people_duty": people_duty, "by": by, "at": at,
        "systems": list(dict.fromkeys(given.systems)),
    } | {name: getattr(given, name) for name in GIVEN}  # fmt: skip
    if not connection.execute(NOTE, values).rowcount:
        _see_that_it_is_the_same(connection, breach, given)
        return breach
    if not given.rehearsal:
        for duty, kind, end in ((breach, "breach_authority", due), (people_duty, "breach_people", told_by)):
            clock = {"id": duty, "kind": kind, "edition": edition.name, "at": at, "known": given.known_at, "due": end}
            connection.execute(DUTY, clock | {"article": _article(edition, kind), "source": given.processor or "own"})
    for step, each in _steps_for(given.kind):
        due_at = given.known_at + timedelta(hours=each.hours)
        connection.execute(STEP, {"id": breach, "step": step, "office": each.office, "due": due_at})
    _tell_of(connection, breach, given, means, edition, by, at)
    connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    return breach


def take_run(breach: UUID, run: str) -> None:
    """Write down which run sees to an incident. Raises Unfit where another does: there is one run of each."""
    with begin(Role.DUTIES) as connection:
        taken = connection.execute(RUN, {"id": breach, "run": run}).rowcount
        if not taken:
            raise Unfit("another run sees to this incident already; answer there")


def _see_that_it_is_the_same(connection: Connection, breach: UUID, given: Given) -> None:
    held = incident(connection, breach)
    told = {name: getattr(given, name) for name in COMPARED} | {"systems": tuple(dict.fromkeys(given.systems))}
    if other := [name for name, value in told.items() if getattr(held, name) != value]:
        raise Unfit(f"this evidence reference was told before with another {', '.join(other)}; its clock stays")


def _steps_for(kind: str) -> Iterator[tuple[str, _Step]]:
    for step, each in checklist().items():
        if kind in each.kinds:
            yield step, each


@cache
def checklist() -> dict[str, _Step]:
    """Give the steps of containment, by code."""
    return load_strict(Path(__file__).with_name("steps.yml"), _Steps).root["steps"]


def _article(edition: Edition, kind: str) -> str:
    rule = edition.breach.authority_hours if kind == "breach_authority" else edition.breach.subject_rule
    return rule.article if rule else "open"


def _tell_of(
    connection: Connection, breach: UUID, given: Given, means: Means, edition: Edition, by: str, at: datetime
) -> None:
    about = incident(connection, breach)
    times = {"discovered_at": given.discovered_at, "known_at": given.known_at, "began_at": given.began_at}
    times |= {"ended_at": given.ended_at} if given.ended_at else {}
    times |= {"due_at": about.due_at} if about.due_at else {}
    codes = {"kind": given.kind, "means": means.value} | ({"processor": given.processor} if given.processor else {})
    codes |= {f"system_{place}": system for place, system in enumerate(about.systems, 1)}
    note_event(
        connection, Kind.BREACH_NOTED, about, at, by=by, codes=codes, times=times,
        hashes={"evidence": keyed("evidence", given.evidence)},
    )  # fmt: skip
    if not given.rehearsal:
        for kind in ("breach_authority", "breach_people"):
            record(connection, Kind.DUTY_OPENED, at=at, edition=edition.name, refs={"incident": breach},
                   codes={"kind": kind}, counts={"notices": 1})  # fmt: skip


GIVEN = (
    "kind", "processor", "discovered_at", "known_at", "began_at", "ended_at", "evidence", "rehearsal", "jurisdiction",
)  # fmt: skip
COMPARED = ("kind", "processor", "discovered_at", "known_at", "began_at", "ended_at", "jurisdiction")
NOTE = text("""
    insert into duties.breach (id, reference, kind, means, processor, discovered_at, known_at, began_at, ended_at,
                               systems, evidence, rehearsal, jurisdiction, edition, due_at, people_due_at, people_duty,
                               noted_by, noted_at)
    values (:id, :reference, :kind, :means, :processor, :discovered_at, :known_at, :began_at, :ended_at,
            cast(:systems as text[]), :evidence, :rehearsal, :jurisdiction, :edition, :due_at, :people_due_at,
            :people_duty, :by, :at)
    on conflict do nothing
""")
DUTY = text("""
    insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    values (:id, :kind, :source, 'open', :edition, :article, :at, :known, :due)
""")
STEP = text("""
    insert into duties.breach_step (breach_id, step, office, due_at) values (:id, :step, :office, :due)
""")
RUN = text("update duties.breach set run = :run where id = :id and coalesce(run, :run) = :run")
