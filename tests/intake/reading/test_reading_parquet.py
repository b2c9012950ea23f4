"""Parquet: typed values as text, what is nested laid out flat, row group by row group."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.intake.reading import UnreadableFile, columns, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]
Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Write a Parquet file of columns, some rows to a group."""

    def write(group: int = 1000, **columns: Any) -> Path:
        path = tmp_path / "delivery.raw"
        pq.write_table(pa.table(columns), path, row_group_size=group)
        return path

    return write


def test_values_of_every_type_are_text(table: Table, taken: Taken) -> None:
    path = table(
        name=["شركة", None],
        whole=pa.array([966500000012, None], pa.int64()),
        part=[4.25, 500000012.0],
        long=[5e17, float("nan")],
        rough=pa.array([500000012.0, 12.0], pa.float32()),
        price=[Decimal("12.50"), None],
        open=[True, None],
        day=[dt.date(2026, 3, 1), None],
        at=pa.array([dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), None], pa.timestamp("ms", "UTC")),
        kind=pa.array(["a", "b"]).dictionary_encode(),
        raw=[b"abc", None],
    )
    first, second = taken(path, "parquet").rows
    assert first[:6] == ["شركة", "966500000012", "4.25", "5E+17", "5E+08", "12.50"]
    assert first[6:] == ["true", "2026-03-01", "2026-03-01T09:00:00+00:00", "a", "abc"]
    assert second == ["", "", "500000012", "", "12", "", "", "", "", "b", ""]


def test_what_is_nested_is_laid_out_as_in_json(table: Table, taken: Taken) -> None:
    path = table(
        name=["x", "y"],
        phones=[["1", "2"], None],
        contacts=[[{"floor": 1, "mail": "a@example.com"}, {"floor": 2, "mail": None}], []],
        place=[{"city": "Abha", "code": 7}, None],
    )
    result = taken(path, "parquet")
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    assert rows[0] == {
        "name": "x",
        "phones": "1\n2",
        "contacts[].floor": "1\n2",
        "contacts[].mail": "a@example.com",
        "place.city": "Abha",
        "place.code": "7",
    }
    assert set(rows[1].values()) == {"y", ""}


def test_rows_come_in_chunks_whatever_the_row_groups(table: Table, taken: Taken) -> None:
    result = taken(table(group=7, n=list(range(1, 26))), "parquet", chunk_rows=10)
    assert [len(chunk) for chunk in result.chunks] == [10, 10, 5]
    assert [row[0] for row in result.rows] == [str(number) for number in range(1, 26)]


def test_rows_that_cannot_be_kept_are_set_aside(table: Table, taken: Taken) -> None:
    path = table(name=["x", "a\0b", "y" * (2 << 20), "z"], raw=[b"", b"", b"", b"\xff"])
    result = taken(path, "parquet")
    assert result.faults == [(2, "nul_character"), (3, "record_too_large"), (4, "undecodable")]
    assert result.numbers == [1]


def test_a_table_without_rows_is_one_empty_chunk(table: Table, taken: Taken) -> None:
    result = taken(table(name=pa.array([], pa.string()), phone=pa.array([], pa.string())), "parquet")
    assert (len(result.chunks), result.columns, result.rows) == (1, ["name", "phone"], [])


def test_a_parquet_file_is_known_by_its_first_bytes(table: Table) -> None:
    path = table(name=["x"], phone=["1"])
    assert detect(path).type == "parquet"
    assert columns(path, detect(path)) == ["name", "phone"]


def test_a_packed_parquet_file_is_read(table: Table, taken: Taken) -> None:
    path = table(name=["x"])
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert taken(path, "parquet").rows == [["x"]]
    assert sorted(file.name for file in path.parent.iterdir()) == ["delivery.raw"]


def test_a_damaged_parquet_file_is_an_error(table: Table, taken: Taken) -> None:
    path = table(name=["x"] * 1000)
    whole = path.read_bytes()
    for damaged in (whole[:-20], b"PAR1" + b"\0" * 100, whole[:8] + b"\xff" * 40 + whole[48:]):
        path.write_bytes(damaged)
        with pytest.raises(UnreadableFile, match="is not a readable Parquet file"):
            taken(path, "parquet")


def test_an_encrypted_parquet_file_says_so(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="a Parquet file that is encrypted"):
        taken(given(b"PARE" + b"\0" * 100), "parquet")
