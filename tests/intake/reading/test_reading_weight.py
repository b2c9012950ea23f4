"""Workbooks made to harm: cells far apart, bombs, names that lead elsewhere; and what a cell shows that is no value."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from old_workbooks import write_xls

from include.intake.reading import UnreadableFile, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]


def test_an_error_is_nothing_and_a_formula_is_its_last_value(given: Given, taken: Taken) -> None:
    cells = '<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="str"><f>1+1</f><v>two</v></c><c r="C2"><f>6*7</f><v>42</v></c>'
    head = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{letter}</t></is></c>' for letter in "ABC")
    path = given(b"")
    raw_workbook(path, f'<row r="1">{head}</row><row r="2">{cells}</row>')
    assert taken(path, "xlsx").rows == [["", "two", "42"]]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row><c><v>1</v></c></row>" + '<row r="4000000000"><c r="ZZZ4000000000"><v>1</v></c></row>',
    ],
    ids=["the last cell of a sheet", "a cell beyond every sheet"],
)
def test_cells_far_apart_do_not_take_the_memory(cells: str, given: Given, taken: Taken) -> None:
    path = given(b"")
    raw_workbook(path, cells)
    for attempt in (lambda: taken(path, "xlsx"), lambda: detect(path)):
        with pytest.raises(
            UnreadableFile, match=r"more than 2 GiB of memory \(MOST_MEMORY\); export its sheets as CSV"
        ):
            attempt()


def test_a_workbook_that_is_a_bomb_is_not_opened(given: Given, taken: Taken) -> None:
    path = given(b"")
    raw_workbook(path, " " * (100 << 20))
    with pytest.raises(UnreadableFile, match=r"more than 250 times its size \(MOST_RATIO\), as a zip bomb does"):
        taken(path, "xlsx")


def test_a_workbook_that_says_it_is_huge_is_not_opened(given: Given, taken: Taken) -> None:
    path = given(b"")
    raw_workbook(path, '<row r="1"><c r="A1"><v>1</v></c></row>')
    content = path.read_bytes()
    at = content.rindex(b"PK\x01\x02")  # the last member, the sheet: its size when unpacked
    path.write_bytes(content[: at + 24] + (3 << 30).to_bytes(4, "little") + content[at + 28 :])
    with pytest.raises(UnreadableFile, match=r"unpacks to more than 2 GiB \(MOST_WORKBOOK\)"):
        taken(path, "xlsx")


def test_names_inside_a_workbook_lead_nowhere(given: Given, taken: Taken, tmp_path: Path) -> None:
    path = given(b"")
    raw_workbook(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>')
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../escaped.txt", "x")
    assert taken(path, "xlsx").columns == ["name"]
    assert sorted(file.name for file in tmp_path.parent.rglob("escaped.txt")) == []


def test_an_old_workbook_behind_a_password_says_so(given: Given, taken: Taken) -> None:
    path = write_xls(given(b""), password=True, Shops=[["name"], ["x"]])
    with pytest.raises(UnreadableFile, match="is locked by a password; save it without one"):
        taken(path, "xls")


def test_a_new_workbook_behind_a_password_says_so(given: Given, taken: Taken) -> None:
    path = write_xls(given(b""), stream="EncryptedPackage", Shops=[["name"], ["x"]])
    for type in ("xlsx", "xls"):
        with pytest.raises(UnreadableFile, match="is locked by a password; save it without one"):
            taken(path, type)


TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEETML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SHEETML}" xmlns:r="{LINKS}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def raw_workbook(path: Path, rows: str) -> None:
    """Write a workbook whose one sheet holds these rows as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, f'<?xml version="1.0"?>{content}')
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?><worksheet xmlns="{SHEETML}"><sheetData>{rows}</sheetData></worksheet>',
        )
