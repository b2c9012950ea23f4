"""XLSX sheets: numbers with their digits, dates as dates, unseen marks kept, the right sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.reading import UnreadableFile, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]
Book = Callable[..., Path]


def test_numbers_stored_as_numbers_keep_their_digits(book: Book, taken: Taken) -> None:
    path = book(a=[["n"], [966110000001], [5.0e8], [4.25], [-3], [0.1], [True]])
    assert [row[0] for row in taken(path, "xlsx").rows] == ["966110000001", "500000000", "4.25", "-3", "0.1", "true"]


def test_dates_and_times_are_iso(book: Book, taken: Taken) -> None:
    cells = [dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30), dt.time(14, 5)]  # noqa: DTZ001 (a sheet has no zone)
    assert taken(book(a=[["a", "b", "c"], cells]), "xlsx").rows == [["2026-03-01", "2026-03-01T09:30:00", "14:05:00"]]


def test_unseen_marks_and_line_breaks_stay_in_cells(book: Book, taken: Taken) -> None:
    cell = "\u202a+966 50 000 0001\u202c\nالرياض"
    assert taken(book(a=[["phone"], [cell]]), "xlsx").rows == [[cell]]


def test_the_first_visible_sheet_with_content_is_read(book: Book, taken: Taken) -> None:
    path = book(hidden="notes", notes=[["x"]], empty=[], shops=[["name"], ["a"]], more=[["name"], ["b"]])
    assert taken(path, "xlsx").rows == [["a"]]
    assert taken(path, "xlsx", sheet="more").rows == [["b"]]
    assert taken(path, "xlsx", sheet=4).rows == [["b"]]


@pytest.mark.parametrize("sheet", ["branches", 9])
def test_a_sheet_that_is_not_there_is_an_error(sheet: str | int, book: Book, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.sheet: no sheet"):
        taken(book(shops=[["name"], ["a"]]), "xlsx", sheet=sheet)


def test_the_header_row_is_counted_as_the_sheet_counts_it(book: Book, taken: Taken) -> None:
    path = book(a=[[], ["Directory 2026"], [], ["name", "phone"], ["x", 1], [], ["y", 2]])
    result = taken(path, "xlsx", header_row=4)
    assert (result.columns, result.rows, result.numbers) == (["name", "phone"], [["x", "1"], ["y", "2"]], [1, 2])


def test_a_table_may_stand_away_from_the_first_column(book: Book, taken: Taken) -> None:
    path = book(a=[[None, "name", "phone"], [None, "x", 1]])
    assert taken(path, "xlsx").columns == ["column 1", "name", "phone"]


def test_a_cell_beyond_the_headings_sets_its_row_aside(book: Book, taken: Taken) -> None:
    result = taken(book(a=[["name"], ["x"], ["y", "note"], ["z", " "]]), "xlsx")
    assert (result.rows, result.faults) == ([["x"], ["z"]], [(2, "too_many_cells")])


def test_rows_come_in_chunks(book: Book, taken: Taken) -> None:
    path = book(a=[["n"], *[[number] for number in range(1, 26)]])
    assert [len(chunk) for chunk in taken(path, "xlsx", chunk_rows=10).chunks] == [10, 10, 5]


def test_headings_alone_are_one_empty_chunk(book: Book, taken: Taken) -> None:
    result = taken(book(a=[["name", "phone"]]), "xlsx")
    assert (len(result.chunks), result.columns, result.rows) == (1, ["name", "phone"], [])


def test_a_workbook_without_content_is_empty(book: Book, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="file is empty"):
        taken(book(a=[]), "xlsx")


def test_what_is_no_workbook_is_an_error(given: Given, taken: Taken, book: Book) -> None:
    with pytest.raises(UnreadableFile, match="is not a readable workbook"):
        taken(given(b"\xd0\xcf\x11\xe0" + b"\0" * 600), "xlsx")
    with pytest.raises(UnreadableFile, match="a workbook that is damaged or breaks off: a truncated download"):
        taken(given(book(a=[["name"], ["x"]]).read_bytes()[:-30]), "xlsx")


def test_a_workbook_under_another_type_is_named(book: Book, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.type says csv, but it is a zip archive or a workbook"):
        taken(book(a=[["name"], ["x"]]), "csv")


def test_a_text_is_no_workbook(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.type says xlsx, but it is text"):
        taken(given("name,phone\nx,1\n"), "xlsx")


def test_detection_finds_the_header_row(book: Book) -> None:
    path = book(a=[["دليل المنشآت"], [], ["الاسم", "الهاتف", "المدينة"], ["شركة", 110000001, "جدة"], ["أ", 1, "ب"]])
    found = detect(path)
    assert (found.type, found.header_row) == ("xlsx", 3)
