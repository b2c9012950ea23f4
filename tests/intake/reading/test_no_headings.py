"""A table without headings is read from its first row on, its columns called by their places."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from include.intake.contracts import Format
from include.intake.reading import columns, read

ROWS = [["Sample Shop", "info@example.com", ""], ["Model Shop", 'say "hi"\nthen leave', "5"]]
NAMES = ["column 1", "column 2", "column 3"]


def whole(path: Path, form: Format) -> pd.DataFrame:
    return pd.concat([chunk.frame for chunk in read(path, form)])


def test_delimited_text_without_headings(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text(
        'a banner\nSample Shop,info@example.com,\nModel Shop,"say ""hi""\nthen leave",5\n', encoding="utf-8"
    )
    form = Format(type="csv", header_row=2, header_rows=0)
    frame = whole(path, form)
    assert columns(path, form) == NAMES
    assert frame.to_numpy().tolist() == ROWS
    assert frame.index.tolist() == [1, 2]


def test_a_first_record_of_several_lines_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text('"Sample\nShop",1\nModel Shop,2\n', encoding="utf-8")
    assert whole(path, Format(type="csv", header_rows=0)).to_numpy().tolist() == [
        ["Sample\nShop", "1"],
        ["Model Shop", "2"],
    ]


def test_a_workbook_without_headings(tmp_path: Path) -> None:
    path, book = tmp_path / "bare.xlsx", openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    form = Format(type="xlsx", header_rows=0)
    assert columns(path, form) == NAMES
    assert whole(path, form).to_numpy().tolist() == ROWS


def test_where_the_first_row_stands_is_said() -> None:
    with pytest.raises(ValueError, match="first row's number"):
        Format(type="csv", header_row="auto", header_rows=0)
