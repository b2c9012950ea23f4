"""Correct what a system says of somebody: in rows that are theirs alone, where it says what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from sqlalchemy import Connection, tuple_, update

from include.systems.disclosing import Disclosed, disclosed
from include.systems.model import Column, System, Table
from include.systems.reflecting import reflect
from include.systems.selecting import Subjects
from include.systems.spellings import PHONE, spellings_of_number

__all__ = ["Change", "amend"]

CATEGORIES = {
    "email": ("user.contact.email",),
    "phone": ("user.contact.phone_number",),
    "address": ("user.contact.address",),
    "website": ("user.contact.url",),
    "person": ("user.name",),
    "role": ("user.job_title",),
    "organisation": ("user.contact.organization",),
}
"""Our fields, as the taxonomy of data maps calls them; a field that is not here stands nowhere else."""


AT_ONCE = 500
"""So many rows are written in one statement."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a field said, and what it is to say; nothing before where it was missing."""

    field: str
    before: str | None = attribute(repr=False)
    after: str = attribute(repr=False)


def amend(
    connection: Connection,
    system: System,
    people: Sequence[Subjects],
    changes: Iterable[Change],
    own: Callable[[Any], bool],
) -> int:
    """Write each change wherever the rows of these people say what was wrong; return how many values. Twice is once.

    Columns are found by their data categories. What was missing is filled in where their own row has nothing. Rows that
    a law keeps stay as they were issued, and nobody else's row is touched.
    """
    given, count = list(changes), 0
    wanted = dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[Any, ...]]]()
    for row in disclosed(connection, system, people, own):  # all of it before the first is written; rows are not kept
        mapped = system.table(row.table)
        if row.relation == "accessed" or _by_law(system, mapped):
            continue
        if values := tuple(_new(system, mapped, row, given)):
            key = tuple(row.values[column] for column in mapped.key)
            wanted.setdefault((row.table, values), []).append(key)
            count += len(values)
    for (name, values), keys in wanted.items():
        _write(connection, system, name, dict(values), keys)
    return count


def _write(
    connection: Connection, system: System, name: str, values: dict[str, str], keys: Sequence[tuple[Any, ...]]
) -> None:
    """Write the same values into many rows, so many in one statement."""
    table = reflect(connection, system).tables[name]
    key = [table.c[column] for column in system.table(name).key]
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        which = key[0].in_([each[0] for each in some]) if len(key) == 1 else tuple_(*key).in_(some)
        connection.execute(update(table).where(which).values(values))


def _new(system: System, mapped: Table, row: Disclosed, changes: list[Change]) -> Iterable[tuple[str, str]]:
    for column in mapped.personal:
        if column.name in row.withheld or column.name in mapped.key:
            continue
        for change in changes:
            if _is_of(column, change) and _says(system, column, row, change):
                yield column.name, change.after
                break


def _is_of(column: Column, change: Change) -> bool:
    return bool(set(column.categories) & set(CATEGORIES.get(change.field, ())))


def _says(system: System, column: Column, row: Disclosed, change: Change) -> bool:
    held = row.values[column.name]
    if change.before is None:
        return row.relation == "self" and held in (None, "")
    if not isinstance(held, str):
        return False
    if column.identity == PHONE or change.field == "phone":
        return _digits(held, system) & _digits(change.before, system) != set()
    return " ".join(held.split()).casefold() == " ".join(change.before.split()).casefold()


def _digits(number: str, system: System) -> set[str]:
    return set(spellings_of_number(number, system.jurisdiction)[:1])


def _by_law(system: System, mapped: Table) -> bool:
    return mapped.retention in system.rules and system.rules[str(mapped.retention)].statute
