"""Write an incident down and start its clocks: once, however often it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, PositiveInt, RootModel
from sqlalchemy import Connection, text

from include.duties.breach.actions import opened
from include.duties.breach.ending import end_within
from include.duties.breach.incidents import id_of, incident, note_event, reference_of
from include.duties.breach.model import Given, Incident, Means, Unfit
from include.duties.breach.model import Kind as Cause
from include.duties.breach.owing import open_duty
from include.duties.breach.rules import authority_due, check, people_due
from include.evidence import Kind
from include.law import edition_for, load_strict
from include.store import Role, begin, keyed

__all__ = ["CHANNEL", "checklist", "note", "note_within", "seen_to_by_another", "take_run"]

CHANNEL = "amanah_breach"
"""What is notified, without a word, in the transaction that notes an incident."""


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    office: str
    hours: PositiveInt
    kinds: frozenset[Cause] = frozenset(Cause)


class _Steps(RootModel[dict[str, dict[str, _Step]]]):
    """The checklist."""


def note(given: Given, *, means: Means, by: str, at: datetime, run: str | None = None) -> UUID:
    """Write an incident down at `at` (UTC) and start its clocks; return its id.

    The same one again, by its evidence reference, is the same incident: its clock stays, and an end that it had not
    yet is written down. A rehearsal has no duty, so that no watch raises an alarm about it. A run that notes it sees to
    it from that moment on, and no other is begun. Raises Unfit for times that cannot be, where the same reference was
    told with other facts, and where another run sees to it. Noted again by its own run the end stays as it stands.
    """
    with begin(Role.API if means is Means.API else Role.DUTIES) as connection:
        breach = note_within(connection, given, means=means, by=by, at=at, run=run)
        if run is not None:
            _take(connection, breach, run)
        return breach


def note_within(
    connection: Connection, given: Given, *, means: Means, by: str, at: datetime, run: str | None = None
) -> UUID:
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
        _note_again(connection, breach, given, by, at, run)
        return breach
    for step, each in _steps_for(given.kind):
        due_at = given.known_at + timedelta(hours=each.hours)
        connection.execute(STEP, {"id": breach, "step": step, "office": each.office, "due": due_at})
    about = incident(connection, breach)
    _tell_of(connection, about, given, means, by, at)
    open_duty(connection, about, "authority", starts=given.known_at, due=due, at=at)
    open_duty(connection, about, "people", starts=given.known_at, due=told_by, at=at)
    connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    return breach


def take_run(breach: UUID, run: str, ended_at: datetime | None = None, *, by: str, at: datetime) -> None:
    """Write down at `at` (UTC) which run sees to an incident, and the end that it was started with.

    Again by the same run, nothing happens: an officer may have corrected the end since. Raises Unfit where another run
    sees to it: there is one run of each.
    """
    with begin(Role.DUTIES) as connection:
        held = incident(connection, breach, lock=True)
        _take(connection, breach, run)
        if ended_at is not None and held.run != run:
            end_within(connection, opened(connection, breach), ended_at, by=by, at=at)


def seen_to_by_another(breach: UUID, run: str) -> bool:
    """Say whether another run than this one sees to an incident."""
    with begin(Role.DUTIES) as connection:
        other: bool = connection.execute(ANOTHER, {"id": breach, "run": run}).scalar_one()
    return other


def _take(connection: Connection, breach: UUID, run: str) -> None:
    if not connection.execute(RUN, {"id": breach, "run": run}).rowcount:
        raise Unfit("another run sees to this incident already; answer there")


def _note_again(connection: Connection, breach: UUID, given: Given, by: str, at: datetime, run: str | None) -> None:
    """See that it is the same, and take over an end that nobody knew when it was told first.

    The run that sees to it told its end when it took it: where it is cleared, what an officer wrote since stands.
    """
    held = incident(connection, breach, lock=True)
    told = {name: getattr(given, name) for name in COMPARED} | {"systems": tuple(dict.fromkeys(given.systems))}
    if other := [name for name, value in told.items() if getattr(held, name) != value]:
        raise Unfit(f"this evidence reference was told before with another {', '.join(other)}; its clock stays")
    if run is not None and held.run == run:
        return
    if held.closed_at is None and held.ended_at is None and given.ended_at is not None:
        end_within(connection, held, given.ended_at, by=by, at=at)
    elif given.ended_at not in (None, held.ended_at):
        raise Unfit("this evidence reference was told before with another ended_at; an officer corrects it")


def _steps_for(kind: str) -> Iterator[tuple[str, _Step]]:
    for step, each in checklist().items():
        if kind in each.kinds:
            yield step, each


@cache
def checklist() -> dict[str, _Step]:
    """Give the steps of containment, by code."""
    return load_strict(Path(__file__).with_name("steps.yml"), _Steps).root["steps"]


def _tell_of(connection: Connection, about: Incident, given: Given, means: Means, by: str, at: datetime) -> None:
    times = {"discovered_at": given.discovered_at, "known_at": given.known_at, "began_at": given.began_at}
    times |= {"ended_at": given.ended_at} if given.ended_at else {}
    times |= {"due_at": about.due_at} if about.due_at else {}
    codes = {"kind": given.kind, "means": means.value} | ({"processor": given.processor} if given.processor else {})
    codes |= {f"system_{place}": system for place, system in enumerate(about.systems, 1)}
    note_event(
        connection, Kind.BREACH_NOTED, about, at, by=by, codes=codes, times=times,
        hashes={"evidence": keyed("evidence", given.evidence)},
    )  # fmt: skip


GIVEN = (
    "kind", "processor", "discovered_at", "known_at", "began_at", "ended_at", "evidence", "rehearsal", "jurisdiction",
)  # fmt: skip
COMPARED = ("kind", "processor", "discovered_at", "known_at", "began_at", "jurisdiction")
NOTE = text("""
    insert into duties.breach (id, reference, kind, means, processor, discovered_at, known_at, began_at, ended_at,
                               systems, evidence, rehearsal, jurisdiction, edition, due_at, people_due_at, people_duty,
                               noted_by, noted_at)
    values (:id, :reference, :kind, :means, :processor, :discovered_at, :known_at, :began_at, :ended_at,
            cast(:systems as text[]), :evidence, :rehearsal, :jurisdiction, :edition, :due_at, :people_due_at,
            :people_duty, :by, :at)
    on conflict do nothing
""")
STEP = text("""
    insert into duties.breach_step (breach_id, step, office, due_at) values (:id, :step, :office, :due)
""")
RUN = text("update duties.breach set run = :run where id = :id and coalesce(run, :run) = :run")
ANOTHER = text("""
    select exists (select from duties.breach where id = :id and coalesce(run, :run) <> :run)
""")
