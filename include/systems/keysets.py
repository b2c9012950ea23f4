"""Sets of rows, one for each table of a map, that grow along its edges inside the database."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Sequence
from types import SimpleNamespace, TracebackType
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    MetaData,
    Select,
    Subquery,
    Table,
    and_,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    select,
    text,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite

from include.systems.graph import in_order, one_holder, reached_once
from include.systems.model import Edge, System
from include.systems.reflecting import Reflected

__all__ = ["ACCESSED", "HELD", "OWNED", "ROOT", "SHELL", "STATUTE", "Keysets", "same"]

ROOT, OWNED, ACCESSED = 0, 1, 2
"""The relation of the rows that it all begins with, of what is theirs, and of what they may see."""
SHELL, STATUTE, HELD = 3, 4, 5
"""Of rows that stay: what a kept row points at, what a law keeps, and what a legal hold keeps."""
BLOCK = 1000


def same(one: Any, other: Any, columns: Sequence[str], others: Sequence[str] | None = None) -> ColumnElement[bool]:
    """Say that two tables agree in these columns."""
    return and_(*(one.c[mine] == other.c[theirs] for mine, theirs in zip(columns, others or columns, strict=True)))


class Keysets:
    """Temporary tables of keys on one connection: which rows of each table were reached, and how.

    `relation` says by what kind of way, `edge` by which one that hides something (0: by none that does).
    """

    def __init__(self, connection: Connection, system: System, reflected: Reflected, *, once: bool) -> None:
        self.connection, self.system, self.reflected, self.tables = connection, system, reflected, reflected.tables
        self._name, self._made = f"amanah_{secrets.token_hex(4)}", dict[str, Table]()
        self._once = reached_once(system) if once else frozenset[str]()

    def __enter__(self) -> Keysets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:  # else the transaction is undone, and they with it
            self.close()

    def close(self) -> None:
        """Drop the sets."""
        for table in self._made.values():
            self._drop(table)
        self._made.clear()

    def has(self, name: str) -> bool:
        """Say whether any row of a table may have been reached."""
        return name in self._made

    def _table(self, name: str, *columns: Column[Any]) -> Table:
        """Make a temporary table; where the database tells these by their names, under such a one."""
        name, prefixes = (f"#{name}", []) if self.connection.dialect.name == "mssql" else (name, ["TEMPORARY"])
        made = Table(name, MetaData(), *columns, prefixes=prefixes)
        made.create(self.connection, checkfirst=False)
        return made

    def _drop(self, table: Table) -> None:
        """Drop a temporary table by that word: without it MySQL commits what the caller has begun."""
        if self.connection.dialect.name in ("mysql", "mariadb"):
            self.connection.execute(text(f"drop temporary table `{table.name}`"))
        else:
            table.drop(self.connection, checkfirst=False)

    def of(self, name: str) -> Table:
        """Give the keys of a table's rows; a table that was not reached has an empty set."""
        if name not in self._made:
            table, key = self.tables[name], self.system.table(name).key
            twice = name not in self._once
            columns = [Column(column, table.c[column].type, primary_key=twice, autoincrement=False) for column in key]
            more = [Column(column, Integer, nullable=False) for column in ("relation", "edge")]
            self._made[name] = self._table(f"{self._name}_{len(self._made)}", *columns, *more)
        return self._made[name]

    @property
    def reached(self) -> tuple[str, ...]:
        """The tables of which any row was reached, in the map's order."""
        return tuple(table.name for table in self.system.tables if table.name in self._made and self.count(table.name))

    def count(self, name: str) -> int:
        """Count the rows of a table that were reached."""
        return int(self.connection.execute(select(func.count()).select_from(self.of(name))).scalar_one())

    def begin(self, name: str, rows: Select[Any] | Iterable[Sequence[Any]]) -> None:
        """Begin with these rows of a table, by their keys; keys of which there is no row are left out."""
        table, key = self.tables[name], self.system.table(name).key
        if isinstance(rows, Select):
            self.add(name, rows.add_columns(literal(ROOT), literal(0)))
            return
        given = self._table(f"{self._name}_given", *(Column(c, table.c[c].type) for c in key))
        values = [dict(zip(key, row, strict=True)) for row in rows]
        for start in range(0, len(values), BLOCK):
            self.connection.execute(insert(given), values[start : start + BLOCK])
        there = select(*(table.c[c] for c in key)).distinct().join_from(given, table, same(given, table, key))
        self.add(name, there.add_columns(literal(ROOT), literal(0)))
        self._drop(given)

    def spread(self, edges: Iterable[Edge], relation: int, *, whole: bool = False) -> None:
        """Add whatever the edges lead to from the rows that are there, until nothing is new.

        `whole`: only from those that were not reached by a way that hides something.
        """
        ordered = in_order(edges)
        waiting = deque(ordered)
        while waiting:
            edge = waiting.popleft()
            if self._follow(edge, relation, whole=whole):
                waiting += [e for e in ordered if e.holder.table == edge.target.table and e not in waiting]

    def _follow(self, edge: Edge, relation: int, *, whole: bool) -> int:
        if edge.holder.table not in self._made:
            return 0
        rows = self.beyond(edge)
        if whole:
            rows = rows.where(self.of(edge.holder.table).c.edge == 0)
        rows = rows.add_columns(literal(relation), literal(self._number(edge)))
        return self.add(edge.target.table, rows)

    def beyond(self, edge: Edge) -> Select[Any]:
        """Give the keys of the rows that an edge leads to from those that are there."""
        held, target = self.of(edge.holder.table), self.tables[edge.target.table].alias()
        key = self.system.table(edge.target.table).key
        rows = select(*(target.c[column] for column in key))
        if not one_holder(self.system, edge):
            rows = rows.distinct()
        if set(edge.holder.columns) <= set(self.system.table(edge.holder.table).key):
            return rows.join_from(held, target, same(target, held, edge.target.columns, edge.holder.columns))
        holder = self.tables[edge.holder.table].alias()
        near = held.join(holder, same(holder, held, self.system.table(edge.holder.table).key))
        return rows.select_from(near.join(target, same(target, holder, edge.target.columns, edge.holder.columns)))

    def _number(self, edge: Edge) -> int:
        return self.system.edges.index(edge) + 1 if edge.hide else 0

    def add(self, name: str, rows: Select[Any]) -> int:
        """Insert the rows whose keys are not there yet; return how many."""
        into, dialect = self.of(name), self.connection.dialect.name
        columns = [column.name for column in into.columns]
        statement: Insert
        if name in self._once:
            statement = insert(into).from_select(columns, rows)
        elif dialect == "postgresql":
            statement = postgresql.insert(into).from_select(columns, rows).on_conflict_do_nothing()
        elif dialect == "sqlite":
            rows = rows.where(literal_column("1") == literal_column("1"))  # without, it takes `on` for a join's
            statement = sqlite.insert(into).from_select(columns, rows).on_conflict_do_nothing()
        elif dialect in ("mysql", "mariadb"):
            statement = mysql.insert(into).from_select(columns, rows).prefix_with("IGNORE")
        else:
            statement = insert(into).from_select(columns, _new(rows, into, self.system.table(name).key))
        added = self.connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
        if added > BLOCK and self.connection.dialect.name == "postgresql":
            self.connection.execute(text(f'analyze "{into.name}"'))  # it has no statistics until somebody asks for them
        return added


def _new(rows: Select[Any], into: Table, key: Sequence[str]) -> Select[Any]:
    """Leave out, of rows by their keys, those that are there already: for databases that have no word for it."""
    found = rows.subquery()
    there = exists(select(literal(1)).select_from(into).where(same(into, _by_place(found, key), key)).correlate(found))
    return select(*found.c).where(not_(there))


def _by_place(found: Subquery, key: Sequence[str]) -> Any:
    """Give a selection whose first columns are the key, whatever they are called there."""
    return SimpleNamespace(c=dict(zip(key, found.c, strict=False)))
