"""What is copied in is what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from include.store import Role, StoreRefused, begin, copy_into

COLUMNS = {
    "n": "bigint",
    "t": "text",
    "ts": "text[]",
    "b": "bytea",
    "j": "jsonb",
    "u": "uuid",
    "at": "timestamptz",
    "d": "date",
    "f": "double precision",
    "yes": "boolean",
}
FULL = (
    1,
    "شركة\tالأمانة\nللتجارة \\N \\. \"x\" 'y'",
    ["أ", "b,c", "{}", '"', ""],
    b"\x00\xff\n\t",
    {"اسم": ["a\nb", None, 1.5]},
    UUID(int=7),
    datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
    date(2026, 3, 1),
    0.25,
    True,
)
CANARY = "canary-7f3a"


@pytest.fixture
def unit(database: str) -> Iterator[Connection]:
    """A unit of work with a temporary table `sample`."""
    with begin(Role.INTAKE) as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.execute(text(f"create temporary table sample ({columns}) on commit drop"))
        yield connection


def held(unit: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in unit.execute(text("select * from sample order by n"))]


def test_arabic_tabs_newlines_arrays_bytes_json_and_null_come_back_as_given(unit: Connection) -> None:
    empty = (2, *[None] * (len(COLUMNS) - 1))
    assert copy_into(unit, "sample", list(COLUMNS), [FULL, empty]) == 2
    assert held(unit) == [FULL, empty]


def test_no_rows_are_no_error(unit: Connection) -> None:
    assert copy_into(unit, "sample", ["n"], []) == 0


def test_rows_are_taken_as_they_come_from_a_generator(unit: Connection) -> None:
    assert copy_into(unit, "sample", ["t", "n"], ((str(number), number) for number in range(10_000))) == 10_000
    assert unit.execute(text("select sum(n) from sample where t = n::text")).scalar_one() == 49_995_000


def test_a_table_of_a_schema_is_found_and_a_missing_column_named(unit: Connection) -> None:
    with pytest.raises(StoreRefused, match=r"register\.listing has no column colour"):
        copy_into(unit, "register.listing", ["id", "colour"], [])


@pytest.mark.parametrize(
    ("column", "value"),
    [("n", CANARY), ("t", f"{CANARY}\0"), ("u", CANARY), ("at", CANARY), ("d", CANARY), ("f", CANARY), ("b", CANARY)],
)
def test_a_value_that_does_not_fit_is_refused_without_being_shown(unit: Connection, column: str, value: object) -> None:
    with pytest.raises(StoreRefused) as caught:
        copy_into(unit, "sample", [column], [(None,), (value,)])
    assert CANARY not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_fault_of_the_rows_own_source_is_left_alone(unit: Connection) -> None:
    def rows() -> Iterator[tuple[int]]:
        yield (1,)
        raise LookupError("the file ended")

    with pytest.raises(LookupError, match="the file ended"):
        copy_into(unit, "sample", ["n"], rows())


def test_a_role_copies_only_where_it_may_write(database: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.AUDITOR) as connection:
        copy_into(connection, "register.subject", ["jurisdiction"], [("sa",)])
