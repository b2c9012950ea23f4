"""Who stood in another system as of an incident, each by the keyed hash of a contact, and what was held of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, literal, select
from sqlalchemy import Table as Reflected

from include.duties.breach.model import Incident
from include.intake.normalise.phones import Number, read_number
from include.law import edition_for
from include.store import keying
from include.systems.masking import unmasked
from include.systems.model import Column, Edge, System, Table
from include.systems.moments import up_to
from include.systems.reflecting import reflect

__all__ = ["Person", "Tally", "tallies", "walk"]

AT_ONCE = 10_000
"""Rows that are fetched in one piece."""
CONTACTS = {"email": "email", "phone_number": "phone"}
"""Identities of a data map that somebody can be reached by, as our contact points are called."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of another system, as they stand there."""

    key: bytes = field(repr=False)
    """Of their mailbox, else of their number, hashed as contact points are; of their row where there is neither."""
    other: bytes | None = field(repr=False)
    """Of their number, where there is a mailbox too."""
    contacts: tuple[tuple[str, str], ...] = field(repr=False)
    """Kind and value of each contact, the best first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a table hold something of one data category, and of how many people where that is plain."""

    table: str
    category: str
    people: int | None
    records: int


def walk(connection: Connection, system: System, table: Table, about: Incident) -> Iterator[Person]:
    """Give everybody of a table of people who stood there at the end of the incident, one after the other.

    Rows that say nothing of anybody any more are passed over: those are counted as destroyed since.
    """
    stored = reflect(connection, system, only=table.name).tables[table.name]
    ways = [(stored.c[column.name], CONTACTS[str(column.identity)]) for column in _ways(table)]
    columns = [*(stored.c[name] for name in table.key), *(column for column, _ in ways)]
    said = [column for column in table.personal if column.name not in table.key]
    wanted = select(*columns).where(_then(stored, table, system, about))
    if said:
        wanted = wanted.where(unmasked(stored, said))
    streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(wanted)
    kinds, hashed, places = [kind for _, kind in ways], keying(), len(table.key)
    for row in streamed:
        yield _person(row[:places], zip(kinds, row[places:], strict=True), system, table, hashed)


def tallies(connection: Connection, system: System, about: Incident) -> Iterator[Tally]:
    """Count what each mapped table holds by data category, as of the end of the incident."""
    reflected = reflect(connection, system).tables
    for table in system.tables:
        if not table.personal:
            continue
        stored, people = reflected[table.name], _people(system, table)
        then = _then(stored, table, system, about)
        by_category = dict[str, list[Column]]()
        for column in table.personal:
            for category in column.categories:
                if category.startswith("user"):
                    by_category.setdefault(category, []).append(column)
        counts = list[ColumnElement[int]]()
        for columns in by_category.values():
            held = unmasked(stored, columns)
            counts.append(func.count(case((held, 1))))
            if people:
                counts.append(func.count(func.distinct(case((held, stored.c[people])))))
        numbers = iter(connection.execute(select(*counts).select_from(stored).where(then)).one())
        for category in by_category:
            records = int(next(numbers))
            whose = int(next(numbers)) if people else records if table.subject else None
            if records:
                yield Tally(table.name, category, whose, records)


def _ways(table: Table) -> list[Column]:
    """Give the columns by which people are reached: mailboxes first."""
    found = [column for column in table.columns if column.identity in CONTACTS]
    return sorted(found, key=lambda column: column.identity != "email")


def _then(stored: Reflected, table: Table, system: System, about: Incident) -> ColumnElement[bool]:
    """Say of a row that it stood there then: all that stand now, where no column says since when."""
    if table.since is None:
        return literal(1) == literal(1)
    until: datetime = about.until
    return up_to(stored.c[table.since], until, edition_for(system.jurisdiction, until).zone)


def _person(
    key: tuple[object, ...],
    found: Iterator[tuple[str, object]],
    system: System,
    table: Table,
    hashed: Callable[[str, str], bytes],
) -> Person:
    contacts = tuple((kind, value) for kind, given in found if (value := _read(kind, given, system)))
    keys = [hashed(kind, value) for kind, value in contacts]
    if not keys:
        return Person(hashed("row", f"{system.key}:{table.name}:{key!r}"), None, ())
    return Person(keys[0], keys[1] if len(keys) > 1 else None, contacts)


def _read(kind: str, given: object, system: System) -> str | None:
    """Write a contact as our contact points are written; None where it is none."""
    value = str(given).strip() if given is not None else ""
    if not value:
        return None
    if kind == "email":
        return value.casefold() if "@" in value else None
    number = read_number(value, system.jurisdiction.upper())
    return number.e164 if isinstance(number, Number) else None


def _people(system: System, table: Table) -> str | None:
    """Name the one column by which each row of a table is some person's, where a map says it so plainly."""
    if table.subject:
        return None
    subjects = {each.name for each in system.subjects}
    edges: list[Edge] = [edge for edge in system.edges if edge.target.table == table.name]
    direct = [edge for edge in edges if edge.holder.table in subjects and len(edge.target.columns) == 1]
    if len(edges) != 1 or not direct or direct[0].pointing != "target":
        return None
    return direct[0].target.columns[0]
