"""Whether a map still says everything that its database holds: nobody adds personal data unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect, text

from include.systems.graph import Finding
from include.systems.model import EdgeKind, End, Strategy, System
from include.systems.reflecting import cascading, reflect

__all__ = ["too_slow", "uncovered", "unindexed"]

LARGE = 1_000_000


def uncovered(connection: Connection, system: System) -> tuple[Finding, ...]:
    """Compare the mapped schema with its map, both ways: tables, columns, keys, and references that no edge tells."""
    inspector = inspect(connection)
    there, mapped = set(inspector.get_table_names(schema=system.schema_name)), {table.name for table in system.tables}
    found = [Finding(name, None, "the map does not know this table: add it") for name in sorted(there - mapped)]
    found += [Finding(name, None, "the map names a table that is not there") for name in sorted(mapped - there)]
    for name in sorted(there & mapped):
        found += _columns(inspector, system, name)
        found += _references(inspector, system, name)
    if not found:
        found += cascading(system, reflect(connection, system))
    return tuple(found)


def unindexed(connection: Connection, system: System) -> tuple[Finding, ...]:
    """Name the references along which rows are looked for and that no index serves: in a large table it takes long."""
    inspector, found = inspect(connection), list[Finding]()
    for edge in system.edges:
        if edge.kind is EdgeKind.SHALLOW:
            continue
        for end in (edge.target, edge.holder):
            if not _served(inspector, system, end):
                told = ", ".join(end.columns)
                found.append(Finding(end.table, told, f"no index serves it: create index on {end.table} ({told})"))
    return tuple(dict.fromkeys(found))


def too_slow(connection: Connection, system: System, table: str, column: str) -> tuple[Finding, ...]:
    """Name the indexes without which a plan over large tables would take hours: for them it is not made.

    A table is large from about a million rows on, by the database's own estimate.
    """
    large = {each.name for each in system.tables if _estimate(connection, system, each.name) >= LARGE}
    if not large:
        return ()
    missing = [fault for fault in unindexed(connection, system) if fault.table in large]
    inspector = inspect(connection)
    if table in large and not _served(inspector, system, End(table=table, columns=(column,))):
        missing.append(Finding(table, column, f"no index serves it: create index on {table} ({column})"))
    return tuple(missing)


def _estimate(connection: Connection, system: System, name: str) -> int:
    schema = system.schema_name
    if connection.dialect.name == "postgresql":
        known = text("select coalesce((select reltuples from pg_class where oid = to_regclass(:name)), 0)")
        quoted = connection.dialect.identifier_preparer.quote
        whole = f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)
        return int(connection.execute(known, {"name": whole}).scalar_one())
    if connection.dialect.name in ("mysql", "mariadb"):
        known = text("""
            select coalesce(max(table_rows), 0) from information_schema.tables
             where table_name = :name and table_schema = coalesce(:schema, database())
        """)
        return int(connection.execute(known, {"name": name, "schema": schema}).scalar_one())
    return 0


def _served(inspector: Any, system: System, end: End) -> bool:
    key = inspector.get_pk_constraint(end.table, schema=system.schema_name)["constrained_columns"]
    indexes = [index["column_names"] for index in inspector.get_indexes(end.table, schema=system.schema_name)]
    unique = inspector.get_unique_constraints(end.table, schema=system.schema_name)
    served: list[Any] = [key, *indexes, *(constraint["column_names"] for constraint in unique)]
    return any(set(names[: len(end.columns)]) == set(end.columns) for names in served)


def _columns(inspector: Any, system: System, name: str) -> Iterator[Finding]:
    table = system.table(name)
    there = {column["name"] for column in inspector.get_columns(name, schema=system.schema_name)}
    mapped = {column.name for column in table.columns}
    for column in sorted(there - mapped):
        yield Finding(name, column, "the map does not know this column: add it, with its data category")
    for column in sorted(mapped - there):
        yield Finding(name, column, "the map names a column that is not there")
    yield from _not_to_be_emptied(inspector, system, name)
    key = tuple(inspector.get_pk_constraint(name, schema=system.schema_name)["constrained_columns"])
    if key and set(key) != set(table.key):
        yield Finding(
            name, ", ".join(key), f"this is the primary key, and the map says {', '.join(table.key) or 'none'}"
        )


def _not_to_be_emptied(inspector: Any, system: System, name: str) -> Iterator[Finding]:
    """Name the columns that would have to be emptied where their row stays, and that the database wants filled."""
    table = system.table(name)
    filled = {
        column["name"] for column in inspector.get_columns(name, schema=system.schema_name) if not column["nullable"]
    }
    ends = [end for edge in system.edges for end in (edge.holder, edge.target) if end.table == name]
    joined = {column for end in ends for column in end.columns}
    for column in table.personal:
        if (
            column.name in filled - {*table.key, *joined}
            and column.strategy is Strategy.NULL
            and _may_stay(system, name)
        ):
            what = "the database wants it filled, and it may have to be emptied: give it another `strategy`"
            yield Finding(name, column.name, what)


def _may_stay(system: System, name: str) -> bool:
    """Say whether rows of a table can be left as shells or in part: a statute keeps them or what points at them."""
    statutes = {table.name for table in system.tables if table.retention and system.rules[table.retention].statute}
    pointing = [edge for edge in system.edges if edge.pointing == "target"]
    while more := {edge.holder.table for edge in pointing if edge.target.table in statutes} - statutes:
        statutes |= more
    return name in statutes


def _references(inspector: Any, system: System, name: str) -> Iterator[Finding]:
    told = set()
    for edge in system.edges:
        here, there = (edge.target, edge.holder) if edge.pointing == "target" else (edge.holder, edge.target)
        told.add((here.table, frozenset(here.columns), there.table))
    for key in inspector.get_foreign_keys(name, schema=system.schema_name):
        columns, other = key["constrained_columns"], key["referred_table"]
        if (name, frozenset(columns), other) not in told:
            yield Finding(
                name, ", ".join(columns), f"it points at {other}, and no edge of the map says what that means"
            )
