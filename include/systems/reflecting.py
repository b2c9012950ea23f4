"""The tables of a system as its database has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, MetaData, Table, UniqueConstraint, text

from include.errors import NeverRetry
from include.systems.graph import Finding, goes_with
from include.systems.model import EdgeKind, System

__all__ = ["Reflected", "cascading", "reflect"]


@dataclass(frozen=True, slots=True)
class Reflected:
    """The tables that a map names, as they are, by name; and which of them points at which in the database itself."""

    tables: dict[str, Table]
    references: tuple[tuple[str, str], ...]
    cascades: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    """Which columns of which table point at which other so that the database deletes their rows with it."""


def reflect(connection: Connection, system: System, *, only: str | None = None) -> Reflected:
    """Read the mapped tables' shapes, or one table's. Raises NeverRetry naming a table or column that is not there.

    On a connection that is kept for many steps they are read once.
    """
    known = connection.info.get("amanah_tables")
    if known is None:
        return _read(connection, system, only)
    if (system.key, None) in known and known[system.key, None][0] is system:
        return cast(Reflected, known[system.key, None][1])
    if (system.key, only) not in known or known[system.key, only][0] is not system:
        known[system.key, only] = (system, _read(connection, system, only))
    return cast(Reflected, known[system.key, only][1])


def _read(connection: Connection, system: System, only: str | None) -> Reflected:
    metadata, found = MetaData(schema=system.schema_name), dict[str, Table]()
    wanted = {mapped.name: mapped for mapped in (system.tables if only is None else (system.table(only),))}
    metadata.reflect(connection, views=True, only=lambda name, _: name in wanted, resolve_fks=False)
    there = {table.name: table for table in metadata.tables.values()}
    for mapped in wanted.values():
        if (table := there.get(mapped.name)) is None:
            raise NeverRetry(f"{system.key}: there is no table {mapped.name}; correct the map or the connection")
        missing = [column.name for column in mapped.columns if column.name not in table.c]
        if missing:
            raise NeverRetry(f"{system.key}: {mapped.name} has no column {', '.join(missing)}; correct the map")
        if not _names_one_row(table, mapped.key):
            told = ", ".join(column.name for column in table.primary_key)
            raise NeverRetry(
                f"{system.key}: the map says that the key of {mapped.name} is {', '.join(mapped.key)}, which may name "
                f"several rows, and the database's is {told}; correct the map"
            )
        found[mapped.name] = table
    keys = list(_references(connection, found))
    return Reflected(
        found,
        tuple((name, other) for name, _, other, _ in keys),
        tuple((name, columns, other) for name, columns, other, taken_along in keys if taken_along),
    )


def _names_one_row(table: Table, key: tuple[str, ...]) -> bool:
    """Say whether a map's key holds one of the database's own; where it has none, nobody can say otherwise."""
    unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    known = [{column.name for column in each.columns} for each in (table.primary_key, *unique)]
    known = [names for names in known if names]
    return not key or not known or any(names <= set(key) for names in known)


def cascading(system: System, reflected: Reflected) -> tuple[Finding, ...]:
    """Name the references by which the database deletes rows that the map lets stay: they would go unplanned."""
    found = list[Finding]()
    for name, columns, other in reflected.cascades:
        into = [edge for edge in system.edges if edge.target.table == name and goes_with(edge)]
        by_it = [edge for edge in into if (edge.holder.table, edge.target.columns) == (other, columns)]
        if not by_it or (len(into) > 1 and by_it[0].kind is not EdgeKind.DERIVED):
            told = ", ".join(columns)
            what = f"the database deletes its rows with those of {other} (ON DELETE CASCADE), and the map says they may"
            found.append(Finding(name, told, f"{what} stay: take the cascade out of the database"))
    return tuple(found)


def _references(connection: Connection, tables: dict[str, Table]) -> Iterator[tuple[str, tuple[str, ...], str, bool]]:
    for name, table in tables.items():
        for constraint in table.foreign_key_constraints:
            target, columns = constraint.elements[0].target_fullname.split(".")[-2], tuple(constraint.column_keys)
            if target in tables:
                taken_along = (constraint.ondelete or "").upper() == "CASCADE"
                yield name, columns, target, taken_along or _cascades_in_sqlite(connection, name, columns)


def _cascades_in_sqlite(connection: Connection, name: str, columns: tuple[str, ...]) -> bool:
    """Ask SQLite itself: it reflects what a reference does on deletion only where that is written in capitals."""
    if connection.dialect.name != "sqlite":
        return False
    quoted = connection.dialect.identifier_preparer.quote(name)
    told = connection.execute(text(f"pragma foreign_key_list({quoted})"))
    return any(row[3] in columns and row[6].upper() == "CASCADE" for row in told)
