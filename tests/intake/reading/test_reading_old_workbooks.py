"""XLS, the workbooks of Excel 97 to 2003: read as XLSX is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from old_workbooks import ERROR, write_xls

from include.intake.reading import UnreadableFile, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]


def test_an_old_workbook_is_read_as_a_new_one(given: Given, taken: Taken) -> None:
    cells = ["شركة المثال", 500000012, 5e17, dt.date(2026, 3, 1), True, ERROR, 0.5]
    path = write_xls(given(b""), Shops=[["name", "phone", "long", "since", "open", "error", "share"], cells])
    result = taken(path, "xls")
    assert result.columns == ["name", "phone", "long", "since", "open", "error", "share"]
    assert result.rows == [["شركة المثال", "500000012", "5E+17", "2026-03-01", "true", "", "0.5"]]


def test_an_old_workbook_has_merged_cells_and_several_sheets(given: Given, taken: Taken) -> None:
    shops = [["name", "contact", None], [None, "phone", "mail"], ["x", "1", "a"], [None, "2", "b"]]
    merged = ((0, 0, 1, 2), (0, 1, 0, 0), (2, 3, 0, 0))
    path = write_xls(given(b""), merged, Shops=shops, More=[["name", "contact", None], [None, "phone", "mail"]])
    found = detect(path)
    assert (found.type, found.header_rows, found.sheet) == ("xls", 2, None)
    result = taken(path, "xls", header_rows=2, sheet=["Shops", "More"])
    assert result.columns == ["name", "contact / phone", "contact / mail"]
    assert result.rows == [["x", "1", "a"], ["x", "2", "b"]]


@pytest.mark.parametrize("type", ["xls", "xlsx"])
def test_a_contract_may_call_a_workbook_by_either_name(type: str, given: Given, taken: Taken, book: Any) -> None:
    assert taken(write_xls(given(b""), Shops=[["name"], ["x"]]), type).rows == [["x"]]
    assert taken(book(a=[["name"], ["x"]]), type).rows == [["x"]]


def test_an_old_workbook_that_breaks_off_is_an_error(given: Given, taken: Taken) -> None:
    path = write_xls(given(b""), Shops=[["name"], ["x"]])
    path.write_bytes(path.read_bytes()[:1200])
    with pytest.raises(UnreadableFile, match="is not a readable workbook: damaged, breaking off"):
        taken(path, "xls")


def test_cells_far_apart_in_an_old_workbook_do_not_take_the_memory(given: Given, taken: Taken) -> None:
    path = write_xls(given(b""), Shops=[["name"]], stray=(65_535, 65_535))
    with pytest.raises(UnreadableFile, match="MOST_MEMORY"):
        taken(path, "xls")
