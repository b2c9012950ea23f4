"""Who somebody is in another system, for a copy: a row that may be another person's is not theirs.

Whoever shares a number or a mailbox with somebody is found by it too. Destroying errs on the side of finding; a copy
must not: nothing goes to the wrong person (Law 9, 16; IR 6(3)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from include.duties.holds import IDENTITIES
from include.systems import Subjects, System, find
from include.systems.disclosing import names_of
from include.systems.model import Table
from include.systems.reflecting import reflect

__all__ = ["People", "people_in"]


@dataclass(frozen=True, slots=True)
class People:
    """The rows of subjects in a system that are one person, and how many may be them or somebody else."""

    rows: tuple[Subjects, ...]
    unsure: int


@dataclass(frozen=True, slots=True)
class _Found:
    key: tuple[Any, ...]
    mailboxes: tuple[Any, ...]
    names: tuple[Any, ...]


def people_in(
    connection: Connection,
    system: System,
    identities: Iterable[tuple[str, str]],
    own: Callable[[Any], bool],
    *,
    named: bool = False,
) -> People:
    """Find the rows of a system that are this person: by a contact that is theirs alone, and by nothing that is not.

    A row with another mailbox than theirs is somebody else's, though it has their number. Where it is known how they
    are `named`, a row with another name that has no mailbox of theirs may be somebody else's too. Of several rows those
    count that bear their name, else those that bear the one name that stands with their mailbox, or all where all bear
    one name.
    """
    keys = dict[str, dict[tuple[Any, ...], None]]()
    for kind, value in identities:
        for some in find(connection, system, {IDENTITIES[kind]: value}):
            keys.setdefault(some.table, {}).update(dict.fromkeys(tuple(row) for row in some.rows))  # type: ignore[union-attr]
    sure, unsure = list[Subjects](), 0
    for name, found in keys.items():
        theirs = _theirs(_read(connection, system, system.table(name), list(found)), own, named)
        unsure += len(found) - len(theirs)
        if theirs:
            sure.append(Subjects(name, theirs))
    return People(tuple(sure), unsure)


def _theirs(found: list[_Found], own: Callable[[Any], bool], named: bool) -> list[tuple[Any, ...]]:
    near = [row for row in found if all(own(mailbox) for mailbox in row.mailboxes)]
    known = {_plain(row.names) for row in near if row.mailboxes and row.names} if named else set[tuple[str, ...]]()
    if named:
        near = [row for row in near if row.mailboxes or not row.names or _plain(row.names) in known or _bears(row, own)]
    if len(near) > 1 and len({_plain(row.names) for row in near}) > 1:
        bearing = [row for row in near if row.names and _bears(row, own)]
        near = bearing or [row for row in near if len(known) == 1 and _plain(row.names) in known]
    return [row.key for row in near]


def _bears(row: _Found, own: Callable[[Any], bool]) -> bool:
    """Say whether a row bears their name, in one column or in several."""
    return all(own(name) for name in row.names) or own(" ".join(map(str, row.names)))


def _plain(names: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(" ".join(str(name).split()).casefold() for name in names)


def _read(connection: Connection, system: System, mapped: Table, keys: list[tuple[Any, ...]]) -> list[_Found]:
    table = reflect(connection, system).tables[mapped.name]
    mailboxes = [column.name for column in mapped.columns if column.identity == "email"]
    names = [column.name for column in names_of(mapped)]
    columns = [*mapped.key, *mailboxes, *names]
    wanted = or_(*(and_(*(table.c[c] == v for c, v in zip(mapped.key, key, strict=True))) for key in keys))
    rows, found = connection.execute(select(*(table.c[c] for c in columns)).where(wanted)), list[_Found]()
    for row in rows:
        values, first = tuple(row), len(mapped.key)
        held, called = values[first : first + len(mailboxes)], values[first + len(mailboxes) :]
        found.append(
            _Found(values[:first], tuple(each for each in held if each), tuple(each for each in called if each))
        )
    return sorted(found, key=lambda each: str(each.key))
