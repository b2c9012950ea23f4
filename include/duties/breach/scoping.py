"""Whom a breach concerns: computed from what stood in the named systems as of its time, set by set, and never guessed.

What a person's row holds now is what it held then, unless it was destroyed: the register and the mapped systems keep
no earlier values. Who was destroyed since is known by the plans of destruction, as a count.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.breach.elsewhere import Person, tallies, walk
from include.duties.breach.incidents import incident, note_event
from include.duties.breach.model import REGISTER, Incident
from include.duties.breach.owing import owe_more_people
from include.duties.breach.rules import unmapped
from include.errors import MayBeRetried
from include.evidence import Kind
from include.intake.progress import stages
from include.store import Role, advisory_lock, begin, copy_into
from include.store.sql import Steps
from include.systems import System
from include.systems.connecting import address_of, connected
from include.systems.maps import all_maps

__all__ = ["KINDS", "Line", "Scope", "scope", "scope_of"]

STEPS = Steps("include.duties.breach", "scope.sql")
KINDS = ("phone", "email", "address", "website", "person", "role")
"""What the register holds of people, in the words of its contact points."""


@dataclass(frozen=True, slots=True)
class Line:
    """How many people, or records, of one category in one table of one system."""

    system: str
    table: str
    category: str
    people: int | None
    records: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What was counted."""

    people: int
    """Different people in all systems together."""
    destroyed_since: int
    """Different people at least: those of the system with the most. Nothing is kept by which one of them would be known
    again in another system."""
    lines: tuple[Line, ...]
    uncounted: tuple[str, ...]
    """Systems that nobody could count: no map describes them, or they were away."""

    @property
    def destroyed_by_system(self) -> dict[str, int]:
        """How many were destroyed since in each system."""
        found = dict[str, int]()
        for line in self.lines:
            if line.category == "destroyed_since":
                found[line.system] = found.get(line.system, 0) + (line.people or 0)
        return found


def scope(breach: UUID, at: datetime, settings: Mapping[str, str] = os.environ) -> Scope:
    """Count whom an incident concerns, and keep them as a keyed set for the notices; again, it is counted anew.

    A system without a map is named and left to an estimate; so is one that is away, and then SystemAway is raised once
    everything else is counted. While the incident goes on it reaches to `at` (UTC). Who was told stays so; where more
    are found once all were told, the notice is owed to them.
    """
    away: MayBeRetried | None = None
    with stages("scoping a breach"), begin(Role.DUTIES) as connection:
        advisory_lock(connection, "breach")
        about = replace(incident(connection, breach, lock=True), scoped_at=at)
        maps = {system.key: system for system in all_maps(settings)}
        STEPS.run(connection, "begin", {"breach": breach})
        STEPS.run(connection, "found")
        if REGISTER in about.systems:
            _register(connection, about)
        for key in unmapped(about.systems, maps):
            _uncounted(connection, about, key, "unmapped")
        for system in (maps[key] for key in about.systems if key in maps):
            try:
                _system(connection, about, system, settings)
            except MayBeRetried as error:
                away = error
                _uncounted(connection, about, system.key, "away")
        STEPS.run(connection, "told_already", {"breach": breach})
        (row,) = STEPS.rows(connection, "settle", {"breach": breach, "at": at})
        found = scope_of(connection, breach)
        if about.told_at is not None and row.told_at is None:
            owe_more_people(connection, about, at)
        counts = {"people": row.people, "destroyed_since": row.destroyed_since, "systems": len(about.systems),
                  "to_tell": row.owed}  # fmt: skip
        note_event(connection, Kind.BREACH_SCOPED, about, at, counts=counts | {"unmapped": len(found.uncounted)})
    if away is not None:
        raise away
    return found


def scope_of(connection: Connection, breach: UUID) -> Scope:
    """Give what was counted last."""
    about = incident(connection, breach)
    rows = STEPS.rows(connection, "lines", {"breach": breach})
    lines = tuple(Line(row.system, row.table_name, row.category, row.people, row.records) for row in rows)
    none = tuple(sorted({line.system for line in lines if line.category in ("unmapped", "away")}))
    return Scope(about.people or 0, about.destroyed_since or 0, lines, none)


def _register(connection: Connection, about: Incident) -> None:
    values = {"breach": about.id, "began": about.began_at, "until": about.until, "kinds": list(KINDS)}
    STEPS.run(connection, "register", values)
    STEPS.run(connection, "destroyed", values)


def _system(connection: Connection, about: Incident, system: System, settings: Mapping[str, str]) -> None:
    """Count one mapped system; what was written of it goes again where it breaks off."""
    with connection.begin_nested(), connected(address_of(system, settings)) as there:
        for table in system.subjects:
            people = copy_into(connection, "breach_found", ("key", "other"), _keys(walk(there, system, table, about)))
            STEPS.run(connection, "elsewhere", {"breach": about.id})
            _count(connection, about, Line(system.key, table.name, "people", people, None))
            gone = {"breach": about.id, "system": system.key, "table": table.name, "began": about.began_at}
            STEPS.run(connection, "elsewhere_destroyed", gone)
        for tally in tallies(there, system, about):
            _count(connection, about, Line(system.key, tally.table, tally.category, tally.people, tally.records))


def _keys(people: Iterable[Person]) -> Iterator[tuple[bytes, bytes | None]]:
    for person in people:
        yield person.key, person.other


def _count(connection: Connection, about: Incident, line: Line) -> None:
    values: dict[str, Any] = {"breach": about.id, "system": line.system, "table": line.table}
    values |= {"category": line.category, "people": line.people, "records": line.records}
    STEPS.run(connection, "count", values)


def _uncounted(connection: Connection, about: Incident, system: str, why: str) -> None:
    _count(connection, about, Line(system, "", why, None, None))
