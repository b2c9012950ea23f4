"""What is copied in is what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import Connection, text

from include.store import Role, StoreRefused, begin, copy_fixed, copy_into, copy_tables
from include.store.engine import make_engine
from include.store.server import ServerInfo

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
CANARIES = {"known": (1,)}
BIG = 966_500_000_001**4


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
    [
        ("n", CANARY),
        ("t", f"{CANARY}\0"),
        ("u", CANARY),
        ("at", CANARY),
        ("d", CANARY),
        ("f", CANARY),
        ("b", CANARY),
        ("n", BIG),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_shown(unit: Connection, column: str, value: object) -> None:
    with pytest.raises(StoreRefused) as caught:
        copy_into(unit, "sample", [column], [(None,), (value,)])
    assert CANARY not in str(caught.value)
    assert str(BIG) not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_number_too_large_for_a_short_column_is_refused_and_not_cut(unit: Connection) -> None:
    unit.execute(text("create temporary table short (n int, t text, ts text[], b bytea, j jsonb) on commit drop"))
    row = (7, "أ\t\n\\N", ["x,", "{}"], b"\x00\n", {"ا": 1})
    assert copy_into(unit, "short", ["n", "t", "ts", "b", "j"], [row, (None,) * 5]) == 2
    assert [tuple(found) for found in unit.execute(text("select * from short"))] == [row, (None,) * 5]
    with pytest.raises(StoreRefused, match="22003") as caught:
        copy_into(unit, "short", ["n"], [(966_500_000_001,)])
    assert "966" not in str(caught.value)


def test_a_fault_of_the_rows_own_source_is_left_alone(unit: Connection) -> None:
    def rows() -> Iterator[tuple[int]]:
        yield (1,)
        raise LookupError(CANARY)

    with pytest.raises(LookupError, match=CANARY):
        copy_into(unit, "sample", ["n"], rows())


def test_the_server_is_not_told_what_was_wrong_with_a_row(database: str, server: ServerInfo) -> None:
    """An administrator's session logs every error of its own, as a server of somebody else's would."""
    made = make_engine(server.superuser_url)
    with made.connect() as connection:
        connection.execute(text("set log_min_messages = 'error'"))
        connection.execute(text("create temporary table told (n bigint)"))
        with pytest.raises(LookupError):
            copy_into(connection, "told", ["n"], (CANARIES[name] for name in ("known", CANARY)))
    made.dispose()
    assert "COPY from stdin failed" in server.log.read_text()
    assert CANARY not in server.log.read_text()


def test_a_role_copies_only_where_it_may_write(database: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.AUDITOR) as connection:
        copy_into(connection, "register.subject", ["jurisdiction"], [("sa",)])


TOLD = pa.table(
    {
        "n": [1, 2, 3],
        "t": ['شركة\t"الأمانة"\nللتجارة, \\N \\.', "", None],
        "ts": ['{أ,"b,c",""}', "{}", None],
        "b": [b"\x00\xff\n\t", b"", None],
        "j": ['{"اسم": ["a\\nb", null, 1.5]}', "{}", None],
        "f": [0.25, 1e-7, None],
        "yes": [True, False, None],
    }
)


def test_columns_of_a_table_come_back_as_given_and_an_empty_text_is_no_null(unit: Connection) -> None:
    names = TOLD.column_names
    assert copy_tables(unit, "sample", names, [TOLD.slice(0, 1), *TOLD.slice(1).to_batches()]) == 3
    assert [tuple(row) for row in unit.execute(text(f"select {', '.join(names)} from sample order by n"))] == [
        (1, TOLD["t"][0].as_py(), ["أ", "b,c", ""], b"\x00\xff\n\t", {"اسم": ["a\nb", None, 1.5]}, 0.25, True),
        (2, "", [], b"", {}, 1e-7, False),
        (3, None, None, None, None, None, None),
    ]


def test_numbers_and_hashes_are_copied_as_the_server_keeps_them(unit: Connection) -> None:
    unit.execute(text("create temporary table hashed (n bigint, b bytea, c bytea) on commit drop"))
    numbers, hashes = [0, -1, 2**62], [bytes(32), b"\xff" * 32, b"\x00\n" * 16]
    first = [np.array(numbers), np.frombuffer(b"".join(hashes), "V32"), np.frombuffer(b"abc", "V1")]
    none = [array[:0] for array in first]
    assert copy_fixed(unit, "hashed", ["n", "b", "c"], [none, first, [array[::-1] for array in first]]) == 6
    rows = list(zip(numbers, hashes, [b"a", b"b", b"c"], strict=True))
    assert [tuple(row) for row in unit.execute(text("select * from hashed"))] == [*rows, *reversed(rows)]
    assert copy_fixed(unit, "hashed", ["n", "b", "c"], []) == 0


def test_hashes_that_do_not_fit_are_refused_without_their_values(unit: Connection) -> None:
    with pytest.raises(StoreRefused) as refusal:
        copy_fixed(unit, "sample", ["t"], [[np.frombuffer(CANARY.encode() + b"\xff", f"V{len(CANARY) + 1}")]])
    assert CANARY not in str(refusal.value) + repr(refusal.value)


def test_a_table_that_does_not_fit_is_refused_without_its_values(unit: Connection) -> None:
    with pytest.raises(StoreRefused) as refusal:
        copy_tables(unit, "sample", ["n"], [pa.table({"n": [CANARY]})])
    assert CANARY not in str(refusal.value) + repr(refusal.value)


def test_a_column_that_the_table_lacks_is_named(unit: Connection) -> None:
    with pytest.raises(StoreRefused, match="no column elsewhere"):
        copy_tables(unit, "sample", ["elsewhere"], [TOLD])
