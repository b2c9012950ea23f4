"""Open a workbook and choose the sheets that are meant."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from include.intake.contracts.format import Sheets
from include.intake.contracts.headings import shown_heading
from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile
from include.intake.reading.weight import weigh

__all__ = ["Sheet", "sheets_of"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with content."""

    name: str
    shown: str
    """As a message may show it: its name, or its place where the name may be a person's."""
    cells: CalamineSheet


def sheets_of(file: File, chosen: Sheets) -> Iterator[Sheet]:
    """Yield the chosen sheets that have content, or the first visible one; only one lies in memory at a time.

    Raises UnreadableFile where the file is no workbook or weighs too much, has no such sheet, or has nothing in it.
    """
    weigh(file)
    try:
        with file.seekable() as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
            names, any_content = _names(workbook, file, chosen), False
            for name in names:
                cells = workbook.get_sheet_by_name(name)
                if cells.start is not None:
                    any_content = True
                    place = workbook.sheet_names.index(name) + 1
                    yield Sheet(name, shown_heading(name, place, "sheet"), cells)
                    if chosen is None:
                        return
    except CalamineError as error:
        raise UnreadableFile(
            f"{file.name}: is not a readable workbook ({type(error).__name__}); save it as XLSX again"
        ) from None
    if not any_content:
        raise UnreadableFile(f"{file.name}: file is empty: there is nothing in the sheet; ask the publisher")


def _names(workbook: CalamineWorkbook, file: File, chosen: Sheets) -> list[str]:
    names: list[str] = workbook.sheet_names
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if chosen is None:
        return visible
    found: dict[str, None] = {}
    for one in chosen if isinstance(chosen, tuple) else (chosen,):
        fitting = _fitting(one, names, visible)
        if not fitting:
            raise UnreadableFile(f"{file.name}: format.sheet: no sheet {one!r} among the {len(names)} of the workbook")
        found.update(dict.fromkeys(fitting))
    return list(found)


def _fitting(one: str | int, names: Sequence[str], visible: Sequence[str]) -> list[str]:
    """Return the sheets that a name, a number or a pattern means. No sheet's own name has a * or ? in it."""
    if isinstance(one, int):
        return [names[one - 1]] if one <= len(names) else []
    if "*" in one or "?" in one:
        return [name for name in visible if fnmatch.fnmatchcase(name, one)]
    return [one] if one in names else []
