"""Whether a map still says everything that its database holds: nobody adds personal data unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect

from include.systems.graph import Finding
from include.systems.model import EdgeKind, End, System
from include.systems.reflecting import cascading, reflect

__all__ = ["uncovered", "unindexed"]


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
    key = tuple(inspector.get_pk_constraint(name, schema=system.schema_name)["constrained_columns"])
    if key and set(key) != set(table.key):
        yield Finding(
            name, ", ".join(key), f"this is the primary key, and the map says {', '.join(table.key) or 'none'}"
        )


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
