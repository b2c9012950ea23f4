"""What of a system is shown to the people whom it is about, and to nobody else: what is others' is left out.

A map says which rows a person sees; a row may still be several people's, and a copy must hold no other person's data
(IR 6(3)). So of each row is asked whether it is theirs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, false, func, literal, select

from include.systems.keysets import ACCESSED, ROOT, Keysets, same
from include.systems.model import Column, Edge, EdgeKind, System
from include.systems.model import Table as Mapped
from include.systems.selecting import RELATIONS, Subjects, selected

__all__ = ["Disclosed", "disclosed", "held_names", "names_of"]

AT_ONCE = 500
"""So many rows are in memory together."""
HOLDING = (EdgeKind.OWNED, EdgeKind.DERIVED)
"""By these a row is its holder's. What many share is nobody's own, and says nothing of the others."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One row as its person may have it."""

    table: str
    relation: str
    """`self`, `owned` or `accessed`."""
    values: dict[str, Any] = field(repr=False)
    withheld: tuple[str, ...]
    """Columns that say something, of somebody else: their values are None."""


def disclosed(
    connection: Connection, system: System, people: Sequence[Subjects], own: Callable[[Any], bool]
) -> Iterator[Disclosed]:
    """Give every row that one person may see, table by table in order of their keys, without other people's data.

    `people` are the rows of subjects that are this person. Personal columns are withheld where the row is somebody
    else's too, where it is only shown to them, or is another person's; `own` says of a value that it is their own all
    the same. Columns that the map empties when they go are theirs, and so are those of rows that nobody else holds.
    """
    with selected(connection, system, *people) as sets:
        others = _others(sets)
        try:
            for name in sets.reached:
                yield from _rows(sets, others, name, own)
        finally:
            others.close()


def _rows(sets: Keysets, others: Keysets, name: str, own: Callable[[Any], bool]) -> Iterator[Disclosed]:
    system, table, held, mapped = sets.system, sets.tables[name], sets.of(name), sets.system.table(name)
    names = [column.name for column in mapped.columns]
    about = [edge for edge in system.held(EdgeKind.ACCESSED) if edge.target.table == name and edge.blank]
    shared = exists().where(same(others.of(name), held, mapped.key)) if others.has(name) else literal(value=False)
    told = [held.c.relation, held.c.edge, shared, *(_by(sets, edge, table) for edge in about)]
    rows = select(*(table.c[each] for each in names), *told).join_from(held, table, same(held, table, mapped.key))
    rows = rows.order_by(*(table.c[column] for column in mapped.key))
    if sets.connection.dialect.name == "postgresql":  # the others answer no second question meanwhile
        rows = rows.execution_options(yield_per=AT_ONCE)
    for row in sets.connection.execute(rows):
        values = dict(zip(names, row, strict=False))
        relation, edge, others_too, *by = row[len(names) :]
        hidden = set(system.edges[edge - 1].hide) if edge else set[str]()
        theirs = {column for one, mine in zip(about, by, strict=True) if mine for column in one.blank}
        if others_too or relation == ACCESSED or (mapped.subject and relation != ROOT):
            hidden |= {c.name for c in mapped.personal if c.name not in theirs and not own(values[c.name])}
        withheld = tuple(each for each in names if each in hidden and values[each] is not None)
        yield Disclosed(name, RELATIONS[relation], values | dict.fromkeys(withheld), withheld)


def _by(sets: Keysets, edge: Edge, target: Table) -> ColumnElement[bool]:
    """Say of a row that somebody of these people holds it by this edge."""
    held, system = sets.of(edge.holder.table), sets.system
    if not sets.has(edge.holder.table):
        return false()
    own = _is_of_people(system.table(edge.holder.table), held)
    if set(edge.holder.columns) <= set(system.table(edge.holder.table).key):
        return exists().where(same(target, held, edge.target.columns, edge.holder.columns), own)
    holder = sets.tables[edge.holder.table].alias()
    near = same(holder, held, system.table(edge.holder.table).key)
    return exists().where(near, same(target, holder, edge.target.columns, edge.holder.columns), own)


def _is_of_people(mapped: Mapped, held: Table) -> ColumnElement[bool]:
    return held.c.relation == ROOT if mapped.subject else held.c.relation < ACCESSED


def _others(sets: Keysets) -> Keysets:
    """Find the rows among those reached that are somebody else's too: another person's own, or what hangs on them."""
    others = Keysets(sets.connection, sets.system, sets.reflected, once=False)
    edges = list(sets.system.held(*HOLDING))
    for name in sets.reached:
        if sets.system.table(name).subject:
            others.add(name, _keys(sets, name).where(sets.of(name).c.relation != ROOT))
    for edge in edges:
        if sets.has(edge.target.table):
            others.add(edge.target.table, _held_from_without(sets, edge))
    waiting = list(edges)
    while waiting:
        edge = waiting.pop(0)
        if others.has(edge.holder.table) and sets.has(edge.target.table):
            reached, key = sets.of(edge.target.table), sets.system.table(edge.target.table).key
            beyond = others.beyond(edge).subquery()
            within = _keys(sets, edge.target.table).where(
                reached.c.relation != ROOT, exists().where(same(beyond, reached, key))
            )
            if others.add(edge.target.table, within):
                waiting += [e for e in edges if e.holder.table == edge.target.table and e not in waiting]
    return others


def _keys(sets: Keysets, name: str) -> Any:
    rows = sets.of(name)
    return select(*(rows.c[column] for column in sets.system.table(name).key), literal(0), literal(0))


def _held_from_without(sets: Keysets, edge: Edge) -> Any:
    """Give the rows reached that have a holder by this edge whom nothing of these people leads to."""
    system, reached = sets.system, sets.of(edge.target.table)
    target, holder = sets.tables[edge.target.table].alias(), sets.tables[edge.holder.table].alias()
    foreign = same(target, holder, edge.target.columns, edge.holder.columns)
    if sets.has(edge.holder.table):
        known = sets.of(edge.holder.table)
        foreign = and_(foreign, ~exists().where(same(known, holder, system.table(edge.holder.table).key)))
    rows = _keys(sets, edge.target.table).where(reached.c.relation != ROOT)
    return rows.where(exists().where(same(target, reached, system.table(edge.target.table).key), foreign))


def names_of(mapped: Mapped) -> tuple[Column, ...]:
    """Give the columns of a table that hold people's names."""
    return tuple(column for column in mapped.columns if any(each.startswith("user.name") for each in column.categories))


def held_names(connection: Connection, system: System, asked: Sequence[str], tables: dict[str, Table]) -> set[str]:
    """Say which of these texts, in small letters, are somebody's whole name in a system."""
    found = set[str]()
    for mapped in system.subjects:
        for column in names_of(mapped):
            name = func.lower(func.trim(tables[mapped.name].c[column.name]))
            found |= set(connection.execute(select(name).where(name.in_(asked)).distinct()).scalars())
    return found
