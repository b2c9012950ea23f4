"""The one selector: who somebody is in a system, and which rows are theirs; for access, destruction, hold and proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, or_, select

from include.errors import NeverRetry
from include.systems.graph import FOLLOWED, GOING, findings
from include.systems.keysets import ACCESSED, OWNED, ROOT, Keysets, same
from include.systems.model import System
from include.systems.reflecting import reflect
from include.systems.spellings import spelled

__all__ = ["Due", "Roots", "Shown", "Subjects", "TooWide", "find", "opened", "selected", "shown"]

AT_MOST = 1000
RELATIONS = {ROOT: "self", OWNED: "owned", ACCESSED: "accessed"}


class TooWide(NeverRetry):
    """Raised for a subject that is nobody, or more people than were to be meant."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Some people of a system: rows of one table of subjects, by their keys or by a query that gives these."""

    table: str
    rows: Sequence[tuple[Any, ...]] | Select[Any] = field(repr=False)
    at_most: int = AT_MOST


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of any table that have to go by themselves, whoever they are about: their time is over."""

    table: str
    where: Callable[[FromClause], ColumnElement[bool]] = field(repr=False)


Roots = Subjects | Due
"""Where a selection begins."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row that a person may see: whose it is to them, and its columns without what is hidden from them."""

    table: str
    relation: str
    """`self`, `owned` or `accessed`."""
    values: dict[str, Any] = field(repr=False)


def find(
    connection: Connection, system: System, identities: Mapping[str, str], *, at_most: int = AT_MOST
) -> list[Subjects]:
    """Find the people who have any of these identities (`email`, `phone_number`…) in their own rows, by table.

    Letters' case is nothing, nor is the way in which a number is written. Raises TooWide where no identity is given, or
    more people have one than `at_most`.
    """
    given = {kind: value.strip() for kind, value in identities.items() if value.strip()}
    if not given:
        raise TooWide(f"{system.key}: no identity is given: nobody is meant, so nothing is looked for")
    tables, found, people = reflect(connection, system).tables, list[Subjects](), 0
    for mapped in system.subjects:
        columns = [column for column in mapped.columns if column.identity in given]
        if not columns:
            continue
        table = tables[mapped.name]
        said = ((table.c[column.name], column, given[str(column.identity)]) for column in columns)
        wanted = or_(*(spelled(*each, system.jurisdiction) for each in said))
        keys = select(*(table.c[column] for column in mapped.key)).where(wanted).limit(at_most + 1)
        rows = [tuple(row) for row in connection.execute(keys)]
        people += len(rows)
        if people > at_most:
            raise TooWide(f"{system.key}: more than {at_most} people have this identity; name them by another")
        if rows:
            found.append(Subjects(mapped.name, rows, at_most))
    return found


@contextmanager
def opened(
    connection: Connection, system: System, roots: Roots, *more: Subjects, once: bool = False
) -> Iterator[Keysets]:
    """Open the sets of rows with those in them that it begins with; `once` where they spread a single time.

    `more` are the same people as rows of other tables of subjects.

    Raises NeverRetry for an unfit map, TooWide for nobody, or for more people than were meant.
    """
    if faults := findings(system):
        raise NeverRetry("\n".join(f"{system.key}: {fault}" for fault in faults))
    people = (*((roots,) if isinstance(roots, Subjects) else ()), *more)
    for some in people:
        _somebody(system, some)
    with Keysets(connection, system, reflect(connection, system), once=once) as sets:
        if isinstance(roots, Due):
            table = sets.tables[roots.table]
            key = select(*(table.c[column] for column in system.table(roots.table).key))
            sets.begin(roots.table, key.where(roots.where(table)))
        for some in people:
            sets.begin(some.table, some.rows)
            if (found := sets.count(some.table)) > some.at_most:
                raise TooWide(f"{system.key}: {found} subjects are more than the {some.at_most} that were to be meant")
        yield sets


def _somebody(system: System, subjects: Subjects) -> None:
    if subjects.table not in {table.name for table in system.subjects}:
        raise TooWide(f"{system.key}: the rows of {subjects.table} are no subjects")
    if not isinstance(subjects.rows, Select) and not subjects.rows:
        raise TooWide(f"{system.key}: no subject is named")


@contextmanager
def selected(connection: Connection, system: System, subjects: Subjects, *more: Subjects) -> Iterator[Keysets]:
    """Select every row that is the subjects' own, theirs, or visible to them, each with its relation.

    What a way shows whole is found before what one shows in part, so that nothing is hidden without need.
    """
    with opened(connection, system, subjects, *more) as sets:
        for kinds, relation in ((GOING, OWNED), (FOLLOWED, ACCESSED)):
            sets.spread([edge for edge in system.held(*kinds) if not edge.hide], relation)
        for kinds, relation in ((GOING, OWNED), (FOLLOWED, ACCESSED)):
            sets.spread(system.held(*kinds), relation, whole=True)
        yield sets


def shown(connection: Connection, system: System, subjects: Subjects) -> Iterator[Shown]:
    """Give every row that the subjects may see, table by table, without the columns that are hidden from them."""
    with selected(connection, system, subjects) as sets:
        for name in sets.reached:
            table, held = sets.tables[name], sets.of(name)
            mapped = [column.name for column in system.table(name).columns]
            columns = [*(table.c[column] for column in mapped), held.c.relation, held.c.edge]
            rows = select(*columns).join_from(held, table, same(held, table, system.table(name).key))
            for row in connection.execute(rows.order_by(*(table.c[column] for column in system.table(name).key))):
                *values, relation, edge = row
                hidden = system.edges[edge - 1].hide if edge else ()
                given = {c: None if c in hidden else value for c, value in zip(mapped, values, strict=True)}
                yield Shown(name, RELATIONS[relation], given)
