"""Read the sheets of an XLSX or XLS workbook, each cell as text that loses nothing and guesses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from python_calamine import CalamineSheet

from include.intake.contracts.format import AUTO, Format, FormatType
from include.intake.contracts.headings import clean_heading
from include.intake.reading.file import File
from include.intake.reading.gathering import RECORD_CHARACTERS, Gathering, name_columns, number_columns
from include.intake.reading.merging import Merged
from include.intake.reading.model import Chunk, Reason, UnreadableFile
from include.intake.reading.sheet_headings import LOOKED_AT, headings_in
from include.intake.reading.sheets import Sheet, sheets_of
from include.intake.reading.stacked import join_headings
from include.intake.reading.texts import text_of

__all__ = ["Table", "read_workbook", "workbook_format"]

EVERY = "*"


def read_workbook(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the rows below the headings; one empty chunk where there are none. Rows without any cell are passed over.

    Numbers and dates are written as `text_of` does; a formula is its last value, an error (#N/A) is nothing. A cell
    that spans rows stands in each of them; a line of text across the table is set aside. A sheet lies in memory as a
    whole (it has at most 1,048,576 rows); the chunks do not.
    """
    gathering, columns = Gathering(chunk_rows), list[str]()
    empty = True
    for sheet in sheets_of(file, format.sheet):
        table = Table(sheet, file, format)
        columns = columns or table.columns
        order = table.order_of(columns)
        for row, cells in table.rows():
            _gather(gathering, table, row, cells, order)
            if gathering.full:
                yield gathering.chunk(columns)
                empty = False
    if empty or len(gathering):
        yield gathering.chunk(columns)


class Table:
    """A sheet whose headings have been read."""

    def __init__(self, sheet: Sheet, file: File, format: Format) -> None:
        self.merged = Merged(sheet.cells.merged_cell_ranges or [])
        self._sheet, self._file = sheet, file
        self._rows = rows_of(sheet.cells)
        above = format.above
        if format.header_row == AUTO:
            head = list(islice(self._rows, LOOKED_AT))
            self._rows = chain(head, self._rows)
            above = headings_in(head, self.merged)[0] - 1
        headings = list(islice(self._rows, above, above + format.header_rows))
        if len(headings) < format.header_rows:
            raise UnreadableFile(f"{file.name}: there is no row at format.header_row; {sheet.shown} is shorter")
        self._first = above + format.header_rows
        any_merged = format.header_rows > 1 and self.merged.headings(headings, above)
        self.added = (sheet.name,) if format.sheet_column else ()
        if headings:
            self.columns = name_columns(join_headings(headings, spread=not any_merged), file.name)
        else:
            head = list(islice(self._rows, LOOKED_AT))
            self._rows = chain(head, self._rows)
            self.columns = number_columns(max(map(len, head), default=0), file.name)
        self.width = len(self.columns)
        if format.sheet_column:
            self._add_column(format.sheet_column)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that have any cell, with their number in the sheet, counted from 0."""
        for row, cells in enumerate(self._rows, start=self._first):
            self.merged.fill_down(cells, row)
            if any(cells):
                yield row, cells

    def order_of(self, columns: list[str]) -> list[int] | None:
        """Return where each column of the first sheet stands in this one; None where it is the same place.

        Raises UnreadableFile where the two have not the same headings.
        """
        if self.columns == columns:
            return None
        places = {clean_heading(name): place for place, name in enumerate(self.columns)}
        wanted = [clean_heading(name) for name in columns]
        if places.keys() != set(wanted):
            raise UnreadableFile(
                f"{self._file.name}: {self._sheet.shown} has other headings than the sheet before it; name in "
                "format.sheet the sheets that belong together"
            )
        return [places[name] for name in wanted]

    def _add_column(self, name: str) -> None:
        if clean_heading(name) in map(clean_heading, self.columns):
            raise UnreadableFile(f"{self._file.name}: format.sheet_column: {self._sheet.shown} has that heading itself")
        self.columns = [*self.columns, name]


def _gather(gathering: Gathering, table: Table, row: int, cells: list[str], order: list[int] | None) -> None:
    characters, width = sum(map(len, cells)), table.width
    if characters >= RECORD_CHARACTERS:
        gathering.set_aside(Reason.RECORD_TOO_LARGE)
    elif any(cell.strip() for cell in cells[width:]):
        gathering.set_aside(Reason.TOO_MANY_CELLS)
    elif table.merged.is_banner(cells, row, width):
        gathering.set_aside(Reason.LINE_ACROSS)
    else:
        whole = [*cells[:width], *[""] * (width - len(cells)), *table.added]
        gathering.add(whole if order is None else [whole[place] for place in order], characters)


@dataclass(frozen=True, slots=True)
class Look:
    """What a sheet shows of its layout."""

    format: Format
    name: str
    cells: int
    columns: tuple[str, ...]
    """In order of their names; none where there are no headings."""


def workbook_format(file: File, type: FormatType) -> Format:
    """Find out where a workbook's headings stand, and in which sheet.

    Sheets with the same headings in the same place belong together; else the largest one is meant.
    """
    looks = [_look(sheet, file, type) for sheet in sheets_of(file, EVERY)]
    first = looks[0]
    if (
        len(looks) > 1
        and first.columns
        and all((each.format, each.columns) == (first.format, first.columns) for each in looks)
    ):
        return first.format.model_copy(update={"sheet": EVERY})
    largest = max(looks, key=lambda look: (bool(look.columns), look.cells))
    return largest.format.model_copy(update={"sheet": None if largest is first else largest.name})


def _look(sheet: Sheet, file: File, type: FormatType) -> Look:
    rows = list(islice(rows_of(sheet.cells), LOOKED_AT))
    row, deep = headings_in(rows, Merged(sheet.cells.merged_cell_ranges or []))
    format = Format(type=type, header_row=row, header_rows=deep)
    try:
        columns = tuple(sorted(Table(sheet, file, format).columns))
    except UnreadableFile:
        columns = ()
    return Look(format, sheet.name, sheet.cells.height * sheet.cells.width, columns)


def rows_of(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield every row of the sheet from its first one on, as text from its first column on."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + [cell if type(cell) is str else text_of(cell) for cell in row]
