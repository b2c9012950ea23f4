"""Write tables as a workbook (XLSX): no cell is a formula, Arabic runs right to left, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from include.documents.cells import harmless
from include.documents.model import Language

__all__ = ["Leaf", "workbook"]

LONGEST_NAME = 31
"""Letters of a sheet's name (ECMA-376 18.2.19)."""
LONGEST_CELL = 32_767
"""Letters of a cell."""
WIDEST = 60
UNCHANGING = "2000-01-01T00:00:00Z"
MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML 1.0 has no room for."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet: its name, its headings and its rows of text; a line break within a cell is one in the sheet."""

    name: str
    language: Language
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]


def workbook(leaves: Iterable[Leaf]) -> bytes:
    """Write the sheets, in their order. No time of writing is in the file.

    Text that a spreadsheet would run stands behind an apostrophe, as `harmless` writes it.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    taken = set[str]()
    for leaf in leaves:
        _write(book.create_sheet(_name(leaf.name, taken)), leaf)
    whole = io.BytesIO()
    book.save(whole)
    return _unchanging(whole.getvalue())


def _name(given: str, taken: set[str]) -> str:
    """Name a sheet as the format allows: short, without signs that it forbids, and once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", given).strip()[:LONGEST_NAME]
    name, number = plain, 2
    while name.casefold() in taken:
        name = f"{plain[: LONGEST_NAME - 4]} ({number})"
        number += 1
    taken.add(name.casefold())
    return name


def _write(sheet: object, leaf: Leaf) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    assert isinstance(sheet, Worksheet)
    right = leaf.language == "ar"
    sheet.sheet_view.rightToLeft = right
    sheet.freeze_panes = "A2"
    widths = [len(heading) for heading in leaf.headings]
    for number, row in enumerate((leaf.headings, *leaf.rows), start=1):
        for place, text in enumerate(row, start=1):
            told = CONTROL.sub("", text)[:LONGEST_CELL]
            cell = sheet.cell(number, place, harmless(told))
            cell.data_type = "s"
            cell.alignment = Alignment(
                wrap_text=True, vertical="top", horizontal="right" if right else "left", readingOrder=2 if right else 1
            )
            if number == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE5EFE8")
            widths[place - 1] = max(widths[place - 1], *(len(line) for line in told.split("\n")))
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, width + 2)


def _unchanging(book: bytes) -> bytes:
    """Write the archive again without the times at which its parts were written."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as read, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = MOMENT.sub(rb"\g<1>" + UNCHANGING.encode() + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            written.writestr(entry, part)
    return whole.getvalue()
