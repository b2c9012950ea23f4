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
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from include.errors import NeverRetry
from include.systems.emptied import count_of, deprived, goes, remains
from include.systems.graph import deletion_order, goes_with
from include.systems.keeping import NOTHING, Keeping, Kept, keeping
from include.systems.keysets import HELD, OWNED, Keysets, same
from include.systems.masking import mask
from include.systems.model import System
from include.systems.naming import among, named, of_keys, packed
from include.systems.reflecting import Reflected, cascading
from include.systems.selecting import Roots, opened
from include.systems.sparing import spare

__all__ = [
    "Forgetting",
    "Moved",
    "described",
    "doomed",
    "fits",
    "forget",
    "names_of",
    "plan",
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
    rows = {name: count for name in sets.reached if (count := count_of(sets, name, goes))}
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
    held = {name: count_of(sets, name, lambda row: row.c.relation == HELD) for name in sets.reached}
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


def _keys(sets: Keysets, name: str, which: ColumnElement[bool]) -> list[Any]:
    table = sets.tables[name]
    key = [table.c[column] for column in sets.system.table(name).key]
    return [tuple(row) for row in sets.connection.execute(select(*key).where(which).order_by(*key))]


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
    mine = and_(same(table, going, sets.system.table(name).key), goes(going))
    if sets.connection.dialect.name in ("postgresql", "mysql", "mariadb"):
        return delete(table).where(mine)
    return delete(table).where(exists(select(literal(1)).select_from(going).where(mine)))


def _hash_of(sets: Keysets, name: str) -> bytes:
    """Hash the keys of a table's rows in order; where the database can, without bringing them here."""
    rows = sets.of(name)
    key = [rows.c[column] for column in sets.system.table(name).key]
    if sets.connection.dialect.name == "postgresql":
        one = func.concat_ws("\x1f", *(cast(column, Text) for column in key))
        whole = func.string_agg(one, aggregate_order_by(literal("\x1e"), *key))
        hashed = select(func.sha256(func.convert_to(whole, "UTF8"))).where(goes(rows))
        return bytes(sets.connection.execute(hashed).scalar_one())
    digest = hashlib.sha256()
    for row in sets.connection.execute(select(*key).where(goes(rows)).order_by(*key)).yield_per(10_000):
        digest.update(repr(tuple(row)).encode())
    return digest.digest()
