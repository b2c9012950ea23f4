"""The tables of a system as its database has them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.exc import NoSuchTableError

from include.errors import NeverRetry
from include.systems.model import System

__all__ = ["Reflected", "reflect"]


@dataclass(frozen=True, slots=True)
class Reflected:
    """The tables that a map names, as they are, by name; and which of them points at which in the database itself."""

    tables: dict[str, Table]
    references: tuple[tuple[str, str], ...]


def reflect(connection: Connection, system: System) -> Reflected:
    """Read the mapped tables' shapes. Raises NeverRetry naming a table or column that is not there."""
    metadata, found = MetaData(schema=system.schema_name), dict[str, Table]()
    for mapped in system.tables:
        try:
            table = Table(mapped.name, metadata, autoload_with=connection, resolve_fks=False)
        except NoSuchTableError:
            raise NeverRetry(
                f"{system.key}: there is no table {mapped.name}; correct the map or the connection"
            ) from None
        missing = [column.name for column in mapped.columns if column.name not in table.c]
        if missing:
            raise NeverRetry(f"{system.key}: {mapped.name} has no column {', '.join(missing)}; correct the map")
        found[mapped.name] = table
    return Reflected(found, tuple(_references(found)))


def _references(tables: dict[str, Table]) -> list[tuple[str, str]]:
    pairs = []
    for name, table in tables.items():
        for constraint in table.foreign_key_constraints:
            target = constraint.elements[0].target_fullname.split(".")[-2]
            if target in tables:
                pairs.append((name, target))
    return pairs
