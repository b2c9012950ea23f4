"""Emptying columns of rows that stay, in one of the ways that a map may name (SDAIA, Destruction and Anonymisation)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    String,
    Table,
    bindparam,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from include.store import keyed
from include.systems.model import Column, Strategy
from include.systems.model import Table as Mapped

__all__ = ["mask", "unmasked"]

AT_ONCE = 5_000
"""So many rows are read and written in one piece where a value depends on what stood there."""


def mask(
    connection: Connection, table: Table, mapped: Mapped, columns: Iterable[Column], which: ColumnElement[bool]
) -> int:
    """Empty these columns of a table's rows, each by its strategy; return how many. Again, it changes nothing more.

    `null` and `fixed` are written by one statement. `keyed_hash`, `truncate_date` (to the year) and `generalise` (to
    the beginning) come from the value that stands there, so these rows are read and written in pieces.
    """
    given = list(columns)
    plain = {c.name: _instead(c) for c in given if c.strategy in (Strategy.NULL, Strategy.FIXED)}
    computed = [column for column in given if column.name not in plain]
    rows = 0
    if computed:
        rows = _computed(connection, table, mapped, computed, which)
    if plain:
        rows = connection.execute(update(table).where(which).values(plain)).rowcount
    return int(rows)


def unmasked(row: FromClause, columns: Iterable[Column]) -> ColumnElement[bool]:
    """Say of a row that any of these columns still holds more than its strategy leaves there."""
    return or_(literal(1) == literal(0), *(_more(row.c[column.name], column) for column in columns))


def _more(held: ColumnElement[Any], column: Column) -> ColumnElement[bool]:
    if column.strategy is Strategy.FIXED:
        return or_(held.is_(None), cast(held, String) != column.fixed)
    if column.strategy is Strategy.KEYED_HASH:
        return not_(cast(held, String).like(f"{HASHED}%"))
    if column.strategy is Strategy.GENERALISE:
        return func.length(cast(held, String)) > column.keep
    if column.strategy is Strategy.TRUNCATE_DATE:
        return not_(cast(held, String).like("%-01-01%"))
    return held.isnot(None)


def _instead(column: Column) -> str | None:
    return column.fixed if column.strategy is Strategy.FIXED else None


def _computed(
    connection: Connection, table: Table, mapped: Mapped, columns: list[Column], which: ColumnElement[bool]
) -> int:
    key, names = list(mapped.key), [column.name for column in columns]
    found = connection.execute(select(*(table.c[name] for name in (*key, *names))).where(which))
    changed = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    statement, rows = changed.values({name: bindparam(f"new_{name}") for name in names}), 0
    for part in _parts(found):
        values = [
            {f"key_{name}": value for name, value in zip(key, row, strict=False)}
            | {f"new_{c.name}": WAYS[c.strategy](c, value) for c, value in zip(columns, row[len(key) :], strict=True)}
            for row in part
        ]
        connection.execute(statement, values)
        rows += len(values)
    return rows


def _parts(found: Iterable[Any]) -> Iterator[list[Any]]:
    rows = list(found)  # before the first is written: not every driver reads and writes at once
    for start in range(0, len(rows), AT_ONCE):
        yield [tuple(row) for row in rows[start : start + AT_ONCE]]


def _hashed(column: Column, value: Any) -> Any:
    if value is None or (isinstance(value, str) and value.startswith(HASHED)):
        return value
    return HASHED + keyed(f"masked:{column.name}", str(value)).hex()


def _year(_: Column, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    if isinstance(value, date):
        return value.replace(month=1, day=1)
    return None if value is None else f"{str(value)[:4]}-01-01"


def _beginning(column: Column, value: Any) -> Any:
    return None if value is None else str(value)[: column.keep]


HASHED = "hmac:"
WAYS: dict[Strategy, Callable[[Column, Any], Any]] = {
    Strategy.KEYED_HASH: _hashed,
    Strategy.TRUNCATE_DATE: _year,
    Strategy.GENERALISE: _beginning,
}
