"""Rows into a table by COPY: the fast way in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from include.errors import NeverRetry
from include.store.refusals import StoreRefused, translated

if TYPE_CHECKING:
    import numpy as np
    import polars

__all__ = ["copy_fixed", "copy_into", "copy_tables"]

TYPES = text(
    """select attname, atttypid::int8 from pg_attribute
    where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped"""
)


def copy_tables(connection: Connection, table: str, columns: Sequence[str], parts: Iterable[Any]) -> int:
    """Copy Arrow tables, record batches or frames of polars into a table and return how many rows there were.

    For many rows: no row passes through Python. Columns are text, numbers, booleans or bytes; an array or JSON is
    given as PostgreSQL writes it. Raises StoreRefused where a value does not fit its column, and what `begin` raises.
    """
    import polars

    _types(connection, table, columns)
    count = 0
    with _copying(connection, table, columns, "csv") as copy:
        for part in parts:
            frame = part if isinstance(part, polars.DataFrame) else polars.from_arrow(part)
            assert isinstance(frame, polars.DataFrame)
            copy.write(_as_csv(frame.select(columns)))
            count += frame.height
    return count


def _as_csv(frame: polars.DataFrame) -> bytes:
    import polars

    lines = io.BytesIO()
    keys = [name for name, kind in frame.schema.items() if kind == polars.Binary]
    as_hex = [(polars.lit("\\x") + polars.col(name).bin.encode("hex")).alias(name) for name in keys]
    frame.with_columns(as_hex).write_csv(lines, include_header=False)  # nothing is a null, "" an empty text
    return lines.getvalue()


BEGINNING, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What a binary COPY begins and ends with."""


def copy_fixed(
    connection: Connection, table: str, columns: Sequence[str], parts: Iterable[Sequence[np.ndarray]]
) -> int:
    """Copy arrays of equal length, one a column, into a table and return how many rows there were.

    For very many rows of numbers (bigint) and of bytes of one length (arrays of void), in the form in which the server
    keeps them. Raises as `copy_tables` does.
    """
    _types(connection, table, columns)
    count = 0
    with _copying(connection, table, columns, "binary") as copy:
        copy.write(BEGINNING)
        for part in parts:
            copy.write(_as_records(part))
            count += len(part[0])
        copy.write(END)
    return count


def _as_records(arrays: Sequence[np.ndarray]) -> bytes:
    """Write rows as a binary COPY has them: how many values, and before each how long it is."""
    import numpy as np

    kinds = [array.dtype if array.dtype.kind == "V" else np.dtype(">i8") for array in arrays]
    places = [(f"{what}{at}", kind) for at, of in enumerate(kinds) for what, kind in (("length", ">i4"), ("value", of))]
    records = np.empty(len(arrays[0]), np.dtype([("values", ">i2"), *places]))
    records["values"] = len(arrays)
    for at, array in enumerate(arrays):
        records[f"length{at}"], records[f"value{at}"] = kinds[at].itemsize, array
    return records.tobytes()


SHORT_INTEGERS = {21, 23}
"""Types whose binary form drops the upper digits of a number that is too large, without a word."""


class _BrokenOff(NeverRetry):
    """What the server is told instead of the fault of a row: psycopg would send it that fault's text."""


def copy_into(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Copy rows into a table (`schema.table`, or a temporary one) and return how many there were.

    Values are Python's own: str, bytes, int, aware datetimes, UUIDs, lists for arrays, dicts for JSON, None for NULL.
    Raises StoreRefused, naming the row's place among the rows, where a value does not fit its column; what `begin`
    raises; and whatever the rows' own source raises.
    """
    oids = _types(connection, table, columns)
    form = "text" if SHORT_INTEGERS.intersection(oids) else "binary"
    sender = _Sender(table)
    with suppress(_BrokenOff), _copying(connection, table, columns, form) as copy:
        copy.set_types(oids)
        sender.send(copy, rows)
    if sender.fault:
        raise sender.fault
    return sender.count


class _Sender:
    """Keeps count, so that an error can say where, and the fault that ended the sending."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.count = 0
        self.fault: Exception | None = None

    def send(self, copy: psycopg.Copy, rows: Iterable[Sequence[Any]]) -> None:
        try:
            for row in rows:
                self._send_one(copy, row)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            self.fault = error
            raise _BrokenOff from None

    def _send_one(self, copy: psycopg.Copy, row: Sequence[Any]) -> None:
        try:
            copy.write_row(row)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            where = f"{self.table}: a value of row {self.count + 1} does not fit its column"
            raise StoreRefused(f"{where} ({type(error).__name__}).") from None
        self.count += 1


@contextmanager
def _copying(connection: Connection, table: str, columns: Sequence[str], form: str) -> Iterator[psycopg.Copy]:
    """Open a COPY into a table; what the database refuses is told without values."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = sql.SQL("copy {} ({}) from stdin (format {})").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(form)
    )
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            yield copy
    except psycopg.Error as error:
        raise translated(error) from None


def _types(connection: Connection, table: str, columns: Sequence[str]) -> list[int]:
    known = {row.attname: row.atttypid for row in connection.execute(TYPES, {"table": table})}
    missing = [column for column in columns if column not in known]
    if missing:
        raise StoreRefused(f"{table} has no column {', '.join(missing)}: migrate the database or correct the name.")
    return [known[column] for column in columns]
