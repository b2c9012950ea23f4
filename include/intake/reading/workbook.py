"""Read one sheet of an XLSX workbook, each cell as a person sees it but for numbers, which keep all their digits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from include.intake.contracts.format import Format
from include.intake.reading.file import File
from include.intake.reading.gathering import RECORD_CHARACTERS, Gathering, name_columns
from include.intake.reading.model import Chunk, Reason, UnreadableFile

__all__ = ["read_workbook", "rows_of", "sheet_of"]


def read_workbook(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the rows below the headings; one empty chunk where there are none. Rows without any cell are passed over.

    The sheet lies in memory as a whole (a sheet has at most 1,048,576 rows); the chunks do not.
    """
    rows = rows_of(sheet_of(file, format.sheet))
    headings = next(islice(rows, format.header_row - 1, None), None)
    if headings is None:
        raise UnreadableFile(f"{file.name}: there is no row at format.header_row; the sheet is shorter")
    columns = name_columns(headings, file.name)
    gathering, empty = Gathering(chunk_rows), True
    for cells in rows:
        if any(cells):
            _gather(gathering, cells, len(columns))
        if gathering.full:
            yield gathering.chunk(columns)
            empty = False
    if empty or len(gathering):
        yield gathering.chunk(columns)


def _gather(gathering: Gathering, cells: list[str], width: int) -> None:
    characters = sum(map(len, cells))
    if characters >= RECORD_CHARACTERS:
        gathering.set_aside(Reason.RECORD_TOO_LARGE)
    elif any(cell.strip() for cell in cells[width:]):
        gathering.set_aside(Reason.TOO_MANY_CELLS)
    else:
        gathering.add(cells[:width] + [""] * (width - len(cells)), characters)


def rows_of(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield every row of the sheet from its first one on, as text from its first column on."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + [_text(cell) for cell in row]


def sheet_of(file: File, chosen: str | int | None) -> CalamineSheet:
    """Open the chosen sheet, or the first visible one with content.

    Raises UnreadableFile where the file is no workbook, has no such sheet, or nothing in it.
    """
    try:
        with file.seekable() as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
        names = _names(workbook, file, chosen)
        sheets = (workbook.get_sheet_by_name(name) for name in names)
        filled = next((sheet for sheet in sheets if sheet.start is not None), None)
    except CalamineError as error:
        raise UnreadableFile(
            f"{file.name}: is not a readable XLSX workbook ({type(error).__name__}): damaged, locked by a password, or "
            "of another type; save it as XLSX again, or correct format.type"
        ) from None
    if filled is None:
        raise UnreadableFile(f"{file.name}: file is empty: there is nothing in the sheet")
    return filled


def _names(workbook: CalamineWorkbook, file: File, chosen: str | int | None) -> list[str]:
    names: list[str] = workbook.sheet_names
    if chosen is None:
        return [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
    if isinstance(chosen, int) and chosen <= len(names):
        return [names[chosen - 1]]
    if chosen in names:
        return [str(chosen)]
    raise UnreadableFile(f"{file.name}: format.sheet: no sheet {chosen!r} among the {len(names)} of the workbook")


def _text(cell: Any) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e16:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return repr(cell)
