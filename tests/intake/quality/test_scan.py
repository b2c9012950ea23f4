"""A scan of a frame finds what reading each cell finds, and judges the source's own numbers as a column."""

from __future__ import annotations

import pandas as pd
import pytest
from invented_ids import with_check_digit
from sensitive_texts import HARMLESS, NATIONAL, NUMBERS, STATEMENTS, codes

from include.intake.quality import scan


def test_a_scan_finds_what_reading_each_cell_finds() -> None:
    texts = [text for text, _ in NUMBERS + STATEMENTS] + HARMLESS
    frame = pd.DataFrame({"note": texts, "Tel": texts}, index=pd.RangeIndex(1, len(texts) + 1, name="row"))
    found = scan(frame, {"Tel": "phone"}, region="SA")
    expected = [
        (row, column, code)
        for column, field in (("note", None), ("Tel", "phone"))
        for row, text in enumerate(texts, start=1)
        for code in codes(text, field, column, region="SA")
    ]
    assert list(found.itertuples(index=False, name=None)) == expected


def test_a_scan_names_rows_by_the_index_of_the_frame() -> None:
    frame = pd.DataFrame({"a": ["", NATIONAL], "dob": ["1990", ""]}, index=pd.Index([7, 9], name="row"))
    assert scan(frame, {}).to_dict("records") == [
        {"row": 9, "column": "a", "code": "national_id"},
        {"row": 7, "column": "dob", "code": "birth_date"},
    ]


def test_an_empty_frame_has_nothing() -> None:
    assert list(scan(pd.DataFrame({"a": []}, dtype="str"), {}).columns) == ["row", "column", "code"]


@pytest.mark.parametrize(("column", "field"), [("osm_id", None), ("key", "row_id"), ("id", None)])
def test_the_sources_own_ids_are_no_national_ids_though_some_have_the_check_digit(
    column: str, field: str | None
) -> None:
    own = pd.DataFrame({column: [f"1{number:09d}" for number in range(5_000, 5_100)]})
    fields = {column: field} if field else {}
    assert scan(own, fields).empty
    people = pd.DataFrame({column: [with_check_digit(f"1{number:08d}") for number in range(100)]})
    assert len(scan(people, fields)) == 100
    planted = pd.DataFrame({column: [*(f"SA-{number}" for number in range(99)), NATIONAL]})
    assert len(scan(planted, fields)) == 1
