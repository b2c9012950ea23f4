"""Read CSV and TSV record by record: a broken record is set aside and the next one is read as if nothing had been."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from include.intake.contracts.format import Format
from include.intake.reading.encoding import first_bad_byte
from include.intake.reading.file import File
from include.intake.reading.gathering import Gathering, name_columns, number_columns
from include.intake.reading.lines import Lines, LongRecordError, csv_reader, records_of, skip_lines
from include.intake.reading.model import Chunk, Reason, UnreadableFile
from include.intake.reading.stacked import join_headings

__all__ = ["read_delimited"]


def read_delimited(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the records of a file whose format names encoding and delimiter; one empty chunk where it has none.

    Raises UnreadableFile where there are no headings, or where the file stops being in its encoding.
    """
    # A stray byte must cost its row and not the file: it is kept as a surrogate, by which its row is then found.
    errors = "strict" if format.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with file.text(format.encoding, errors, newline="") as stream:
        try:
            yield from _Table(stream, file, format).chunks(chunk_rows)
        except UnicodeDecodeError:
            at = first_bad_byte(file, format.encoding)
            raise UnreadableFile(
                f"{file.name}: at byte {at} the file is not {format.encoding}: damaged, or format.encoding is wrong"
            ) from None


class _Table:
    """A delimited file whose headings have been read."""

    def __init__(self, stream: TextIO, file: File, format: Format) -> None:
        skip_lines(stream, format.above)
        self._format = format
        self._lines = Lines(stream)
        self._reader = csv_reader(self._lines, format.delimiter, format.quote, strict=True)
        headings = self._headings(file)
        if format.header_rows:
            self._columns = name_columns(headings, file.name)
            self._lines.settle()
        else:
            self._columns = number_columns(len(headings), file.name)
            self._lines.repeat()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        gathering, empty = Gathering(chunk_rows), True
        while self._gather_one(gathering):
            if gathering.full:
                yield gathering.chunk(self._columns)
                empty = False
        if empty or len(gathering):
            yield gathering.chunk(self._columns)

    def _headings(self, file: File) -> list[str]:
        """Read the headings, or the first record where there are none."""
        try:
            return join_headings([next(self._reader) for _ in range(self._format.header_rows or 1)])
        except StopIteration:
            raise UnreadableFile(f"{file.name}: there is no line at format.header_row; the file is shorter") from None
        except (csv.Error, LongRecordError):
            raise UnreadableFile(
                f"{file.name}: the header row cannot be read; check format.quote and format.delimiter"
            ) from None

    def _gather_one(self, gathering: Gathering) -> bool:
        """Read the next record; return False at the end of the file."""
        try:
            cells = next(self._reader)
        except StopIteration:
            return False
        except csv.Error:
            return self._break(gathering, Reason.BROKEN_QUOTING)
        except LongRecordError:
            alone = len(self._lines.held) == 1
            return self._break(gathering, Reason.RECORD_TOO_LARGE if alone else Reason.BROKEN_QUOTING)
        width = len(self._columns)
        if len(cells) != width and any(cell.strip() for cell in (cells[width:] or cells)):
            return self._ragged(gathering, cells)
        if len(self._lines.held) > 3 and width > 3 and self._records_among(self._lines.held[1:-1]) == 1.0:
            return self._break(gathering, Reason.BROKEN_QUOTING)
        characters = self._lines.settle()
        if len(cells) >= width:
            gathering.add(cells if len(cells) == width else cells[:width], characters)
        return True

    def _break(self, gathering: Gathering, reason: Reason) -> bool:
        gathering.set_aside(reason)
        self._lines.give_back()
        return True

    def _ragged(self, gathering: Gathering, cells: Sequence[str]) -> bool:
        """Set a record of the wrong width aside; where a stray quote had swallowed others, they are read again."""
        if self._records_among(self._lines.held[1:]) > 0.5:
            return self._break(gathering, Reason.BROKEN_QUOTING)
        gathering.set_aside(Reason.TOO_FEW_CELLS if len(cells) < len(self._columns) else Reason.TOO_MANY_CELLS)
        self._lines.settle()
        return True

    def _records_among(self, lines: Sequence[str]) -> float:
        """Return the share of lines inside a record that are whole records themselves: a stray quote swallowed them."""
        alone = (next(records_of(line, self._format.delimiter, self._format.quote), []) for line in lines)
        return sum(len(cells) == len(self._columns) > 1 for cells in alone) / max(len(lines), 1)
