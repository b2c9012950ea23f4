"""Headings of several rows, merged cells, several sheets: what a workbook shows is what its rows say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.errors import NeverRetry
from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, detect
from include.intake.reading.stacked import join_headings

Given = Callable[..., Path]
Taken = Callable[..., Any]
Book = Callable[..., Path]


def test_merged_headings_of_two_rows_are_joined(book: Book, taken: Taken) -> None:
    rows = [["Name", "Contact", None, None], [None, "Phone", "Mail", "Web"], ["x", "1", "2", "3"]]
    result = taken(book(a=rows, merged=("A1:A2", "B1:D1")), "xlsx", header_rows=2)
    assert result.columns == ["Name", "Contact / Phone", "Contact / Mail", "Contact / Web"]
    assert result.rows == [["x", "1", "2", "3"]]


def test_headings_of_two_rows_that_are_not_merged_are_joined_too(book: Book, taken: Taken) -> None:
    rows = [
        ["Name", "Contact", None, "Address", None],
        [None, "Phone", "Mail", None, "City"],
        ["x", "1", "2", "3", "4"],
    ]
    result = taken(book(a=rows), "xlsx", header_rows=2)
    assert result.columns == ["Name", "Contact / Phone", "Contact / Mail", "Address", "City"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b"]], ["a", "b"]),
        ([["a", ""], ["x", "y"]], ["a / x", "a / y"]),
        ([["a", "b"], ["a", ""]], ["a", "b"]),
        ([["a", "", "", "b"], ["x", "", "y", ""]], ["a / x", "", "y", "b"]),
        ([["a", "", "b"], ["x", "", "x"], ["1", "2", "1"]], ["a / x / 1", "a / x / 2", "b / x / 1"]),
        ([["a", "", "b"], ["x", "", ""], ["1", "2", "3"]], ["a / x / 1", "a / x / 2", "b / 3"]),
        ([["a"], ["x", "y"]], ["a / x", "a / y"]),
    ],
)
def test_an_upper_heading_holds_for_those_below_it(rows: list[list[str]], expected: list[str]) -> None:
    assert join_headings(rows) == expected


def test_headings_of_two_rows_are_found_out(book: Book, taken: Taken) -> None:
    rows = [
        ["دليل المنشآت", None, None, None],
        ["الاسم", "التواصل", None, "المدينة"],
        [None, "الهاتف", "البريد", None],
        ["شركة", 110000001, "a@example.com", "جدة"],
        ["أخرى", 110000002, "b@example.com", "أبها"],
    ]
    path = book(a=rows, merged=("A1:D1", "A2:A3", "B2:C2", "D2:D3"))
    found = detect(path)
    assert (found.header_row, found.header_rows) == (2, 2)
    assert taken(path, "xlsx", header_row=2, header_rows=2).columns[1:3] == ["التواصل / الهاتف", "التواصل / البريد"]


@pytest.mark.parametrize("merged", [("B1:C1",), ()], ids=["merged", "not merged"])
def test_a_first_listing_is_not_taken_for_headings(merged: tuple[str, ...], book: Book) -> None:
    rows = [["Name", "Phone", None], ["Sample", "shop", "new"], ["Other", "office", "old"], ["Third", "shop", "old"]]
    found = detect(book(a=rows, merged=merged))
    assert (found.header_row, found.header_rows) == (1, 1)


def test_a_cell_that_spans_rows_stands_in_each_of_them(book: Book, taken: Taken) -> None:
    rows = [
        ["Company", "Branch"],
        ["Sample", "Jeddah"],
        [None, "Abha"],
        [None, "Taif"],
        ["Other", None],
        ["Third", "x"],
    ]
    result = taken(book(a=rows, merged=("A2:A4",)), "xlsx")
    assert result.rows == [["Sample", "Jeddah"], ["Sample", "Abha"], ["Sample", "Taif"], ["Other", ""], ["Third", "x"]]


def test_an_empty_cell_that_is_not_merged_stays_empty(book: Book, taken: Taken) -> None:
    assert taken(book(a=[["Company", "Branch"], ["Sample", "a"], [None, "b"]]), "xlsx").rows[1] == ["", "b"]


def test_a_listing_that_takes_two_rows_of_the_sheet_is_one_row(book: Book, taken: Taken) -> None:
    rows = [["Company", "City"], ["Sample", "Jeddah"], [None, None], ["Other", "Abha"]]
    result = taken(book(a=rows, merged=("A2:A3", "B2:B3")), "xlsx")
    assert (result.rows, result.numbers) == ([["Sample", "Jeddah"], ["Other", "Abha"]], [1, 2])


def test_a_cell_that_spans_columns_stays_in_the_first(book: Book, taken: Taken) -> None:
    rows = [["Company", "Address", "Street", "City"], ["Sample", "Road 1, Abha", None, None], ["Other", "a", "b", "c"]]
    assert taken(book(a=rows, merged=("B2:C2",)), "xlsx").rows[0] == ["Sample", "Road 1, Abha", "", ""]


def test_a_line_across_the_table_is_no_listing(book: Book, taken: Taken) -> None:
    rows = [["Company", "Phone", "City"], ["منطقة الرياض", None, None], ["Sample", "1", "a"], ["Lone name", None, None]]
    result = taken(book(a=rows, merged=("A2:C2",)), "xlsx")
    assert (result.faults, result.rows) == ([(1, "line_across")], [["Sample", "1", "a"], ["Lone name", "", ""]])


SHEETS = {
    "Riyadh": [["Name", "Phone"], ["a", "1"], ["b", "2"]],
    "Jeddah": [["Phone", "Name"], ["3", "c"]],
    "Blank": [],
}


@pytest.mark.parametrize("sheet", ["*", ["Riyadh", "Jeddah"], ["R*", 2], ["Riyadh", "*"]])
def test_several_sheets_are_read_as_one(sheet: Any, book: Book, taken: Taken) -> None:
    result = taken(book(**SHEETS), "xlsx", sheet=sheet)
    assert result.columns == ["Name", "Phone"]
    assert (result.rows, result.numbers) == ([["a", "1"], ["b", "2"], ["c", "3"]], [1, 2, 3])


def test_a_row_can_say_in_which_sheet_it_stands(book: Book, taken: Taken) -> None:
    result = taken(book(**SHEETS), "xlsx", sheet="*", sheet_column="City")
    assert result.columns == ["Name", "Phone", "City"]
    assert [row[2] for row in result.rows] == ["Riyadh", "Riyadh", "Jeddah"]


def test_the_added_column_has_a_name_of_its_own(book: Book, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.sheet_column: .* has that heading itself"):
        taken(book(**SHEETS), "xlsx", sheet_column="Phone")


def test_hidden_sheets_are_read_only_by_their_name(book: Book, taken: Taken) -> None:
    path = book(hidden="Jeddah", **SHEETS)
    assert len(taken(path, "xlsx", sheet="*").rows) == 2
    assert len(taken(path, "xlsx", sheet=["Riyadh", "Jeddah"]).rows) == 3


def test_sheets_with_other_headings_do_not_belong_together(book: Book, taken: Taken) -> None:
    path = book(**SHEETS, Notes=[["Remark"], ["x"]])
    with pytest.raises(UnreadableFile, match=r"'Notes' has other headings than the sheet before it; .*format\.sheet"):
        taken(path, "xlsx", sheet="*")


def test_a_sheet_named_after_a_person_is_called_by_its_place(book: Book, taken: Taken) -> None:
    path = book(**SHEETS, **{"Mohammed Al Harbi": [["Remark"], ["x"]]})
    with pytest.raises(UnreadableFile, match="sheet 4 has other headings"):
        taken(path, "xlsx", sheet="*")


def test_detection_reads_all_sheets_with_the_same_headings(book: Book) -> None:
    assert detect(book(**SHEETS)).sheet == "*"
    assert detect(book(**SHEETS, Notes=[["Remark"], ["x"]])).sheet is None
    assert detect(book(Riyadh=SHEETS["Riyadh"])).sheet is None


def test_detection_passes_over_a_sheet_of_notes(book: Book, taken: Taken) -> None:
    path = book(
        Notes=[["How to read this"], ["Each row is a shop."]], Shops=[["Name", "Phone"], ["a", "1"], ["b", "2"]]
    )
    assert detect(path).sheet == "Shops"


@pytest.mark.parametrize("sheet", ["", 0, [], ["a", 0]])
def test_a_sheet_is_named_or_counted_from_one(sheet: Any) -> None:
    with pytest.raises(ValueError, match="sheet"):
        Format.model_validate({"type": "xlsx", "sheet": sheet})


def test_the_header_row_of_a_sheet_can_be_found_at_each_reading(book: Book, taken: Taken) -> None:
    for banner in ([], [["Directory 2026"], []], [["Directory 2026"], ["as of March"], []]):
        path = book(a=[*banner, ["Name", "Phone"], ["x", 110000001], ["y", 110000002]])
        result = taken(path, "xlsx", header_row="auto")
        assert (result.columns, len(result.rows)) == (["Name", "Phone"], 2)


def test_digits_that_a_number_has_lost_are_not_made_up(book: Book, taken: Taken) -> None:
    rows = [["Phone"], [500000012], [966500000012000000], [1234567890123456], ["5.0E+08"], [999999999999999]]
    assert [row[0] for row in taken(book(a=rows), "xlsx").rows] == [
        "500000012",
        "9.66500000012E+17",
        "1.234567890123456E+15",
        "5.0E+08",
        "999999999999999",
    ]


def test_a_contract_says_what_is_wrong_with_its_layout() -> None:
    for wrong in ({"header_row": 0}, {"header_row": "first"}, {"header_rows": 9}, {"member": ""}):
        with pytest.raises((ValueError, NeverRetry), match=next(iter(wrong))):
            Format.model_validate({"type": "csv", **wrong})
    with pytest.raises(ValueError, match="sheet_column means nothing for csv"):
        Format.model_validate({"type": "csv", "sheet_column": "x"})
