"""What has to go when people do, or when the time of rows is over: in dependency order, and nothing that somebody else
still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from include.errors import NeverRetry
from include.systems.graph import deletion_order, goes_with
from include.systems.keeping import NOTHING, Keeping, Kept, keeping
from include.systems.keysets import HELD, OWNED, SHELL, STATUTE, Keysets, same
from include.systems.masking import mask, unmasked
from include.systems.model import Column, Edge, Strategy, System
from include.systems.naming import among, named, of_keys, packed
from include.systems.reflecting import Reflected, cascading
from include.systems.selecting import Roots, opened
from include.systems.sparing import spare

__all__ = [
    "Forgetting",
    "Moved",
    "deprived",
    "described",
    "doomed",
    "fits",
    "forget",
    "names_of",
    "plan",
    "remains",
    "whole_order",
]


class Moved(NeverRetry):
    """Raised where what would go is not what was planned: it has to be planned anew."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Exactly what goes: how many rows of each table, how many that stay are emptied in part, and a hash over all."""

    system: str
    rows: dict[str, int]
    emptied: dict[str, int]
    """Rows that stay and lose this holder, by the name of the edge."""
    hash: bytes
    """SHA-256 over tables and keys in order: two with the same hash name the same rows."""
    masked: dict[str, int] = field(default_factory=dict)
    """Rows that stay for a law, or because a kept row points at them, and of which only that remains; by table."""
    held: dict[str, int] = field(default_factory=dict)
    """Rows that would go and that a legal hold keeps, by table."""
    names: bytes | None = field(default=None, repr=False)
    """Eight bytes for each row that goes or is emptied, where they were asked for."""


def plan(
    connection: Connection, system: System, roots: Roots, kept: Keeping = NOTHING, *, by_name: bool = False
) -> Forgetting:
    """Say what would go with these people or rows, and change nothing; `by_name` with a name for each row."""
    with doomed(connection, system, roots, kept) as staying:
        found = described(staying)
        return replace(found, names=names_of(staying)) if by_name else found


def forget(
    connection: Connection,
    system: System,
    roots: Roots,
    kept: Keeping = NOTHING,
    *,
    planned: bytes | None = None,
    names: bytes | None = None,
    first: Callable[[Kept, Forgetting], object] = lambda *_: None,
) -> Forgetting:
    """Destroy what goes with these people or rows, in the caller's transaction. Again, it finds nothing to do.

    `first` is called with what goes before any of it does: to write it down, and for files, which no transaction brings
    back. Raises Moved
    where `planned` is given and is not the hash of what would go now, or rows went meanwhile; nothing is changed then.
    With the plan's `names` only that is refused which was not in it: what another plan took meanwhile is no matter.
    """
    with doomed(connection, system, roots, kept) as staying:
        found, sets = described(staying), staying.sets
        if not fits(staying, found, planned, names):
            raise Moved(f"{system.key}: the rows are others than those that were planned; plan them again")
        first(staying, found)
        for edge in system.edges:
            if edge.blank:
                mapped, table = system.table(edge.target.table), sets.tables[edge.target.table]
                columns = [mapped.column(name) for name in edge.blank]
                mask(connection, table, mapped, columns, deprived(staying, edge, table))
        for name in sets.reached:
            for columns, which in remains(staying, name):
                mask(connection, sets.tables[name], system.table(name), columns, which)
        for name in whole_order(system, sets.reflected, sets.reached):
            if connection.execute(_deletion(sets, name)).rowcount != found.rows.get(name, 0):
                raise Moved(f"{system.key}: rows of {name} went or came meanwhile; plan them again")
    return found


def fits(staying: Kept, found: Forgetting, planned: bytes | None, names: bytes | None) -> bool:
    """Say whether what would go is what was planned, by its hash, or is among it, by the names of its rows."""
    return planned in (None, found.hash) or (names is not None and among(names_of(staying), names))


@contextmanager
def doomed(connection: Connection, system: System, roots: Roots, kept: Keeping = NOTHING) -> Iterator[Kept]:
    """Select the rows that go: everything that hangs on these alone, and that neither hold nor law keeps.

    Raises NeverRetry where the database itself would take along, by ON DELETE CASCADE, what the map says may stay.
    """
    with opened(connection, system, roots, once=True) as sets:
        if faults := cascading(system, sets.reflected):
            raise NeverRetry("\n".join(f"{system.key}: {fault}" for fault in faults))
        sets.spread([edge for edge in system.edges if goes_with(edge)], OWNED)
        with keeping(sets, kept) as staying:
            spare(sets, some_stay=bool(kept))
            yield staying


def described(staying: Kept) -> Forgetting:
    """Count and hash what goes and what is emptied."""
    sets, digest = staying.sets, hashlib.sha256()
    rows = {name: count for name in sets.reached if (count := _count(sets, name, _goes))}
    for name in sorted(rows):
        digest.update(f"\0{name}\0".encode())
        digest.update(_hash_of(sets, name))
    emptied, masked = dict[str, int](), dict[str, int]()
    for edge in sets.system.edges:
        if edge.blank:
            table = sets.tables[edge.target.table]
            losing = _keys(sets, edge.target.table, deprived(staying, edge, table))
            emptied[edge.name] = len(losing)
            digest.update(f"\0{edge.name}\0{losing!r}".encode())
    for name in sets.reached:
        for columns, which in remains(staying, name):
            staying_rows = _keys(sets, name, which)
            masked[name] = masked.get(name, 0) + len(staying_rows)
            digest.update(f"\0{name}\0{[column.name for column in columns]!r}\0{staying_rows!r}".encode())
    held = {name: _count(sets, name, lambda row: row.c.relation == HELD) for name in sets.reached}
    return Forgetting(
        sets.system.key, rows, _some(emptied), digest.digest(), masked=_some(masked), held=_some(held)
    )  # fmt: skip


def names_of(staying: Kept) -> bytes:
    """Name every row that goes or is emptied."""
    sets, given = staying.sets, [named(staying.sets, name) for name in staying.sets.reached]
    for edge in sets.system.edges:
        if edge.blank:
            losing = deprived(staying, edge, sets.tables[edge.target.table])
            given.append(of_keys(f"{edge.name}\x1d", _keys(sets, edge.target.table, losing)))
    for name in sets.reached:
        given += [of_keys(f"{name}\x1d", _keys(sets, name, which)) for _, which in remains(staying, name)]
    return packed(given)


def _some(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _goes(row: Any) -> ColumnElement[bool]:
    return and_(row.c.relation < SHELL)


def _count(sets: Keysets, name: str, which: Any) -> int:
    rows = sets.of(name)
    return int(sets.connection.execute(select(func.count()).select_from(rows).where(which(rows))).scalar_one())


def _keys(sets: Keysets, name: str, which: ColumnElement[bool]) -> list[Any]:
    table = sets.tables[name]
    key = [table.c[column] for column in sets.system.table(name).key]
    return [tuple(row) for row in sets.connection.execute(select(*key).where(which).order_by(*key))]


def _key(sets: Keysets, name: str) -> tuple[str, ...]:
    return sets.system.table(name).key


def whole_order(system: System, reflected: Reflected, names: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Put all tables, or these: those that point before those that are pointed at, by the map and by the database."""
    pointing = [
        (edge.target.table, edge.holder.table) if edge.pointing == "target" else (edge.holder.table, edge.target.table)
        for edge in system.edges
    ]
    given = tuple(reflected.tables) if names is None else names
    return deletion_order(given, [*pointing, *reflected.references])


def _deletion(sets: Keysets, name: str) -> Delete:
    table, going = sets.tables[name], sets.of(name)
    mine = and_(same(table, going, _key(sets, name)), _goes(going))
    if sets.connection.dialect.name in ("postgresql", "mysql", "mariadb"):
        return delete(table).where(mine)
    return delete(table).where(exists(select(literal(1)).select_from(going).where(mine)))


def deprived(staying: Kept, edge: Edge, table: Table) -> ColumnElement[bool]:
    """Say of a row that it stays, and that a holder who goes is lost to it by this edge; no held row is touched."""
    sets = staying.sets
    holder, leaving = sets.tables[edge.holder.table].alias(), sets.of(edge.holder.table)
    own = sets.of(edge.target.table).alias()
    linked = select(literal(1)).select_from(holder).join(leaving, same(leaving, holder, _key(sets, edge.holder.table)))
    linked = linked.where(same(table, holder, edge.target.columns, edge.holder.columns), _goes(leaving))
    goes = exists(
        select(literal(1)).select_from(own).where(same(own, table, _key(sets, edge.target.table)), _goes(own))
    )
    lost = and_(exists(linked.correlate(table)), not_(goes))
    return and_(lost, not_(staying.untouched(edge.target.table, table))) if staying.what else lost


def remains(staying: Kept, name: str) -> Iterator[tuple[list[Column], ColumnElement[bool]]]:
    """Give the columns to be emptied of rows that stay for what points at them, or for a law that wants less."""
    sets, mapped = staying.sets, staying.sets.system.table(name)
    if not staying.what:
        return
    joined = {
        c for edge in sets.system.edges for end in (edge.holder, edge.target) if end.table == name for c in end.columns
    }
    said = [column for column in mapped.personal if column.name not in {*mapped.key, *joined}]
    rows, table = sets.of(name), sets.tables[name]

    def marked(relation: int) -> ColumnElement[bool]:
        mine = and_(same(rows, table, mapped.key), rows.c.relation == relation)
        return exists(select(literal(1)).select_from(rows).where(mine).correlate(table))

    if _count(sets, name, lambda row: row.c.relation == SHELL):
        if said:
            yield said, and_(marked(SHELL), unmasked(table, said))
        for columns, gone in _pointers(sets, name, table):
            yield columns, and_(marked(SHELL), unmasked(table, columns), gone)
    for each in staying.columns(name):
        beyond = [column for column in said if column.name not in (each.columns or ())]
        if beyond and _count(sets, name, lambda row: row.c.relation == STATUTE):
            yield beyond, and_(marked(STATUTE), each.where(table), unmasked(table, beyond))


def _pointers(sets: Keysets, name: str, table: Table) -> Iterator[tuple[list[Column], ColumnElement[bool]]]:
    """Give the columns of a shell by which it holds something that goes: what pointed at it has to be emptied."""
    mapped = sets.system.table(name)
    for edge in sets.system.edges:
        columns = set(edge.holder.columns) - set(mapped.key)
        if edge.holder.table != name or edge.pointing != "holder" or not columns or not sets.has(edge.target.table):
            continue
        target, going = sets.tables[edge.target.table].alias(), sets.of(edge.target.table).alias()
        there = select(literal(1)).select_from(target).join(going, same(going, target, _key(sets, edge.target.table)))
        gone = exists(
            there.where(same(target, table, edge.target.columns, edge.holder.columns), _goes(going)).correlate(table)
        )
        emptied = [mapped.column(column).model_copy(update={"strategy": Strategy.NULL}) for column in sorted(columns)]
        yield emptied, gone


def _hash_of(sets: Keysets, name: str) -> bytes:
    """Hash the keys of a table's rows in order; where the database can, without bringing them here."""
    rows = sets.of(name)
    key = [rows.c[column] for column in _key(sets, name)]
    if sets.connection.dialect.name == "postgresql":
        one = func.concat_ws("\x1f", *(cast(column, Text) for column in key))
        whole = func.string_agg(one, aggregate_order_by(literal("\x1e"), *key))
        hashed = select(func.sha256(func.convert_to(whole, "UTF8"))).where(_goes(rows))
        return bytes(sets.connection.execute(hashed).scalar_one())
    digest = hashlib.sha256()
    for row in sets.connection.execute(select(*key).where(_goes(rows)).order_by(*key)).yield_per(10_000):
        digest.update(repr(tuple(row)).encode())
    return digest.digest()
