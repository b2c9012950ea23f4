"""What has to go when people do: their rows in dependency order, and no row that somebody else still holds."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from include.errors import NeverRetry
from include.systems.graph import deletion_order, goes_with, in_order, one_holder
from include.systems.keysets import ROOT, Keysets, same
from include.systems.model import Edge, EdgeKind, Strategy, System
from include.systems.reflecting import reflect
from include.systems.selecting import OWNED, Subjects, opened

__all__ = ["Forgetting", "Moved", "forget", "plan"]

HOLDING = (EdgeKind.OWNED, EdgeKind.SHARED)
"""Kinds by which a holder who stays keeps a row."""


class Moved(NeverRetry):
    """Raised where what would go is not what was planned: it has to be planned anew."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Exactly what goes: how many rows of each table, how many that stay are emptied in part, and a hash over all."""

    system: str
    rows: dict[str, int]
    emptied: dict[str, int]
    """By the name of the edge."""
    hash: bytes
    """SHA-256 over tables and keys in order: two with the same hash name the same rows."""


def plan(connection: Connection, system: System, subjects: Subjects) -> Forgetting:
    """Say what would go with these people, and change nothing."""
    with doomed(connection, system, subjects) as sets:
        return _described(sets)


def forget(connection: Connection, system: System, subjects: Subjects, *, planned: bytes | None = None) -> Forgetting:
    """Destroy what goes with these people, in the caller's transaction. Again, it finds nobody and does nothing.

    Raises Moved where `planned` is given and is not the hash of what would go now; nothing is changed then.
    """
    with doomed(connection, system, subjects) as sets:
        found = _described(sets)
        if planned is not None and planned != found.hash:
            raise Moved(f"{system.key}: the rows are others than those that were planned; plan them again")
        for edge in system.edges:
            if edge.blank:
                connection.execute(_emptying(sets, edge))
        for name in _order(sets):
            connection.execute(_deletion(sets, name))
    return found


@contextmanager
def doomed(connection: Connection, system: System, subjects: Subjects) -> Iterator[Keysets]:
    """Select the rows that go: everything that is held by these people alone."""
    with opened(connection, system, subjects, once=True) as sets:
        sets.spread([edge for edge in system.edges if goes_with(edge)], OWNED)
        _spare(sets)
        yield sets


def _spare(sets: Keysets) -> None:
    """Take out, until nothing changes, the rows that somebody else holds, and what hung on these."""
    edges = in_order(edge for edge in sets.system.edges if goes_with(edge))
    certain = _certain(sets.system)
    waiting = deque(dict.fromkeys(edge.target.table for edge in edges if edge.target.table not in certain))
    while waiting:
        name = waiting.popleft()
        if sets.connection.execute(_sparing(sets, name)).rowcount:
            waiting += dict.fromkeys(
                edge.target.table for edge in edges if edge.holder.table == name and edge.target.table not in waiting
            )


def _certain(system: System) -> set[str]:
    """The tables whose rows have one holder each, who goes for certain: nobody else can have them."""
    certain = {table.name for table in system.subjects}
    certain -= {edge.target.table for edge in system.edges if goes_with(edge)}
    while True:
        more = set()
        for table in system.tables:
            held_by = [edge for edge in system.edges if goes_with(edge) and edge.target.table == table.name]
            if table.name not in certain and len(held_by) == 1 and _certainly(system, held_by[0], certain):
                more.add(table.name)
        if not more:
            return certain
        certain |= more


def _certainly(system: System, edge: Edge, certain: set[str]) -> bool:
    return edge.kind in HOLDING and one_holder(system, edge) and edge.holder.table in certain


def _sparing(sets: Keysets, name: str) -> Delete:
    going = sets.of(name)
    into = [edge for edge in sets.system.edges if goes_with(edge) and edge.target.table == name]
    kept = [_held(sets, edge, by_who_goes=False) for edge in into if edge.kind in HOLDING]
    forced = [_held(sets, edge, by_who_goes=True) for edge in into if edge.kind not in HOLDING]
    stays = and_(or_(*kept), not_(or_(*forced))) if kept and forced else or_(*kept) if kept else not_(or_(*forced))
    if kept and forced:  # reached by way of somebody who stays after all
        hung = [_held(sets, edge, by_who_goes=True) for edge in into if edge.kind in HOLDING]
        stays = or_(stays, not_(or_(*forced, *hung)))
    return delete(going).where(going.c.relation != ROOT, stays)


def _held(sets: Keysets, edge: Edge, *, by_who_goes: bool) -> ColumnElement[bool]:
    """Say of a row that may go that this edge gives it a holder who stays, or one who goes."""
    target, holder = sets.tables[edge.target.table].alias(), sets.tables[edge.holder.table].alias()
    going, leaving = sets.of(edge.target.table), sets.of(edge.holder.table).alias()
    leaves = exists(select(literal(1)).select_from(leaving).where(same(leaving, holder, _key(sets, edge.holder.table))))
    held = select(literal(1)).select_from(target).join(
        holder, same(target, holder, edge.target.columns, edge.holder.columns)
    )  # fmt: skip
    mine = same(target, going, _key(sets, edge.target.table))
    return exists(held.where(mine, leaves if by_who_goes else not_(leaves)).correlate(going))


def _key(sets: Keysets, name: str) -> tuple[str, ...]:
    return sets.system.table(name).key


def _order(sets: Keysets) -> tuple[str, ...]:
    """Those that point before those that are pointed at, by the map and by the database itself."""
    pointing = [
        (edge.target.table, edge.holder.table) if edge.pointing == "target" else (edge.holder.table, edge.target.table)
        for edge in sets.system.edges
    ]
    return deletion_order(sets.reached, [*pointing, *reflect(sets.connection, sets.system).references])


def _deletion(sets: Keysets, name: str) -> Delete:
    table, going = sets.tables[name], sets.of(name)
    if sets.connection.dialect.name == "sqlite":
        return delete(table).where(
            exists(select(literal(1)).select_from(going).where(same(table, going, _key(sets, name))))
        )
    return delete(table).where(same(table, going, _key(sets, name)))


def _emptying(sets: Keysets, edge: Edge) -> Any:
    """Give the statement that empties columns of rows that stay and lose this holder."""
    table, mapped = sets.tables[edge.target.table], sets.system.table(edge.target.table)
    values = {column: _instead(mapped.column(column).strategy, mapped.column(column).fixed) for column in edge.blank}
    return update(table).where(_loses(sets, edge, table)).values(values)


def _instead(strategy: Strategy, fixed: str | None) -> str | None:
    return fixed if strategy is Strategy.FIXED else None


def _loses(sets: Keysets, edge: Edge, table: Table) -> ColumnElement[bool]:
    holder, leaving = sets.tables[edge.holder.table].alias(), sets.of(edge.holder.table)
    staying = sets.of(edge.target.table)
    linked = select(literal(1)).select_from(holder).join(leaving, same(holder, leaving, _key(sets, edge.holder.table)))
    linked = linked.where(same(table, holder, edge.target.columns, edge.holder.columns)).correlate(table)
    goes = exists(select(literal(1)).select_from(staying).where(same(table, staying, _key(sets, edge.target.table))))
    return and_(exists(linked), not_(goes))


def _hash_of(sets: Keysets, name: str) -> bytes:
    """Hash the keys of a table's rows in order; where the database can, without bringing them here."""
    key = [sets.of(name).c[column] for column in _key(sets, name)]
    if sets.connection.dialect.name == "postgresql":
        one = func.concat_ws("\x1f", *(cast(column, Text) for column in key))
        whole = func.string_agg(one, aggregate_order_by(literal("\x1e"), *key))
        return bytes(sets.connection.execute(select(func.sha256(func.convert_to(whole, "UTF8")))).scalar_one())
    digest = hashlib.sha256()
    for row in sets.connection.execute(select(*key).order_by(*key)).yield_per(10_000):
        digest.update(repr(tuple(row)).encode())
    return digest.digest()


def _described(sets: Keysets) -> Forgetting:
    digest = hashlib.sha256()
    rows = {name: sets.count(name) for name in sets.reached}
    for name in sorted(rows):
        digest.update(f"\0{name}\0".encode())
        digest.update(_hash_of(sets, name))
    emptied = dict[str, int]()
    for edge in sets.system.edges:
        if edge.blank:
            table = sets.tables[edge.target.table]
            key = [table.c[column] for column in _key(sets, edge.target.table)]
            losing = list(sets.connection.execute(select(*key).where(_loses(sets, edge, table)).order_by(*key)))
            emptied[edge.name] = len(losing)
            digest.update(f"\0{edge.name}\0{losing!r}".encode())
    return Forgetting(sets.system.key, rows, {name: count for name, count in emptied.items() if count}, digest.digest())
