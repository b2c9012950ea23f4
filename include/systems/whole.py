"""Rows as their database has them, column by column, so that they can be put back as they were."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    select,
    table,
    text,
    type_coerce,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import NullType

from include.errors import NeverRetry

__all__ = ["as_moment", "change", "put_back", "read", "stands", "steady", "stored", "unwritten", "written"]

Row = Mapping[str, Any]
"""A row's columns by name, each value as `stored` gives it."""

WRITTEN: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    float: ("float", float.hex, float.fromhex),
    Decimal: ("decimal", str, Decimal),
    bytes: ("bytes", lambda given: base64.b64encode(given).decode(), base64.b64decode),
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    timedelta: (
        "timedelta",
        lambda given: [given.days, given.seconds, given.microseconds],
        lambda said: timedelta(*said),
    ),
    UUID: ("uuid", str, UUID),
}
"""What JSON has no form for: its name there, how it is written, and how it is read."""
READ = {name: reading for name, _, reading in WRITTEN.values()}
STEADY = {"datestyle": "ISO, MDY", "intervalstyle": "postgres", "bytea_output": "hex", "extra_float_digits": "3"}


def steady(connection: Connection) -> None:
    """See that PostgreSQL writes each value so that it reads the same back, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        for name, value in STEADY.items():
            connection.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})


def stored(connection: Connection, shape: Table, names: Iterable[str] | None = None) -> list[ColumnElement[Any]]:
    """Give columns as they are stored, all but computed ones: as PostgreSQL's text, elsewhere as the driver has it."""
    given = [shape.c[name] for name in names] if names is not None else [c for c in shape.c if c.computed is None]
    if connection.dialect.name == "postgresql":
        return [cast(each, Text).label(each.name) for each in given]
    return [type_coerce(each, NullType()).label(each.name) for each in given]


def as_moment(connection: Connection, column_: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give a column of moments as `instant_of` reads it: SQLite calls columns of text by names of other types."""
    return type_coerce(column_, NullType()) if connection.dialect.name == "sqlite" else column_


def written(value: Any) -> Any:
    """Put a stored value into JSON so that `unwritten` gives the same again. Raises NeverRetry for an unknown kind."""
    if value is None or isinstance(value, bool | int | str):
        return value
    value = bytes(value) if isinstance(value, bytearray | memoryview) else value
    if type(value) not in WRITTEN:
        raise NeverRetry(f"a column holds values that cannot be archived ({type(value).__name__}); nothing was changed")
    name, writing, _ = WRITTEN[type(value)]
    return {name: writing(value)}


def unwritten(value: Any) -> Any:
    """Take a value out of the JSON that `written` made."""
    if not isinstance(value, dict):
        return value
    ((name, said),) = value.items()
    return READ[name](said)


def read(connection: Connection, shape: Table, key: Sequence[str], row: Row) -> Row | None:
    """Read the row that has the same key now, those columns that are given; None where there is none."""
    found = connection.execute(select(*stored(connection, shape, row)).where(_is(shape, key, row))).one_or_none()
    return None if found is None else dict(zip(row, found, strict=True))


def stands(connection: Connection, shape: Table, key: Sequence[str], row: Row, where: ColumnElement[bool]) -> bool:
    """Say whether the row that has this key is there, and this holds of it."""
    one = select(shape.c[key[0]]).where(_is(shape, key, row), where)
    return connection.execute(one).first() is not None


def put_back(connection: Connection, shape: Table, rows: Sequence[Row]) -> None:
    """Insert rows of the same columns, as they were stored."""
    always = any(each.identity is not None and each.identity.always for each in shape.c)
    into = _Overriding(_bare(shape)) if always else Insert(_bare(shape))
    connection.execute(into.values({name: bindparam(name, type_=NullType()) for name in rows[0]}), [*map(dict, rows)])


def change(connection: Connection, shape: Table, key: Sequence[str], row: Row) -> None:
    """Write the columns of a row other than its key's, as they were stored."""
    values = {name: bindparam(f"v_{n}", value, type_=NullType()) for n, (name, value) in enumerate(row.items())}
    changed = {name: value for name, value in values.items() if name not in key}
    bare = _bare(shape)
    connection.execute(update(bare).where(_is(bare, key, row)).values(changed))


class _Overriding(Insert):
    """Insert also what PostgreSQL would number itself."""

    inherit_cache = False


@compiles(_Overriding, "postgresql")
def _overriding(element: Insert, compiler: Any, **given: Any) -> str:
    return str(compiler.visit_insert(element, **given)).replace(") VALUES", ") OVERRIDING SYSTEM VALUE VALUES", 1)


def _bare(shape: Table) -> Any:
    """Give a table without its types: a value goes as it is, and the database takes it for what the column holds."""
    return table(shape.name, *(column(each.name) for each in shape.c), schema=shape.schema)


def _is(shape: Any, key: Sequence[str], row: Row) -> ColumnElement[bool]:
    return and_(*(type_coerce(shape.c[c], NullType()) == bindparam(None, row[c], type_=NullType()) for c in key))
