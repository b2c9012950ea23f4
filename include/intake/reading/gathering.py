"""Gather records into chunks that stay small whatever the file sends."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from include.intake.contracts.headings import clean_heading
from include.intake.reading.model import Chunk, Reason, RowFault, UnreadableFile

__all__ = [
    "CHUNK_CHARACTERS",
    "MOST_COLUMNS",
    "RECORD_CHARACTERS",
    "Gathering",
    "fault_in",
    "name_columns",
    "number_columns",
]

CHUNK_CHARACTERS = 16 << 20
"""A chunk is cut here even when it has few rows: rows with huge cells must not add up."""
RECORD_CHARACTERS = 1 << 20
"""A longer record is no listing; it is set aside without being held in memory."""
MOST_COLUMNS = 2000

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def fault_in(text: str) -> Reason | None:
    """Tell what makes a text impossible to store: a NUL, or a byte that its encoding does not have."""
    found = UNSTORABLE.search(text)
    if found is None:
        return None
    return Reason.NUL_CHARACTER if found.group() == "\0" else Reason.UNDECODABLE


class Gathering:
    """Count the records of a file and gather them until a chunk is full."""

    def __init__(self, chunk_rows: int) -> None:
        self.record = 0
        self._chunk_rows = chunk_rows
        self._begin()

    def _begin(self) -> None:
        self._rows: list[int] = []
        self._cells: list[str] = []  # one after the other: lists of rows would keep the garbage collector busy
        self._faults: list[RowFault] = []
        self._characters = 0

    def __len__(self) -> int:
        return len(self._rows) + len(self._faults)

    def add(self, cells: Sequence[str], characters: int) -> None:
        """Take the next record, which has so many characters."""
        self.record += 1
        self._characters += characters
        self._rows.append(self.record)
        self._cells.extend(cells)

    def set_aside(self, reason: Reason) -> None:
        """Take note of the next record, which cannot be read."""
        self.record += 1
        self._faults.append(RowFault(self.record, reason))

    @property
    def full(self) -> bool:
        """Tell whether the chunk should be handed on now."""
        return len(self._rows) + len(self._faults) >= self._chunk_rows or self._characters >= CHUNK_CHARACTERS

    def chunk(self, columns: Sequence[str]) -> Chunk:
        """Hand on what was gathered, less what cannot be stored, and begin anew."""
        arrays = _arrays(self._cells, len(columns))
        if arrays is None:
            self._set_unstorable_aside(len(columns))
            arrays = _arrays(self._cells, len(columns)) or []
        index = pd.Index(self._rows, name="row", dtype="int64")
        frame = pd.DataFrame({number: pd.array(array, dtype="str") for number, array in enumerate(arrays)}, index=index)
        frame.columns = pd.Index(list(columns), dtype="str")
        chunk = Chunk(frame, tuple(self._faults))
        self._begin()
        return chunk

    def _set_unstorable_aside(self, width: int) -> None:
        rows, cells, self._rows, self._cells = self._rows, self._cells, [], []
        for number, row in enumerate(rows):
            record = cells[number * width : (number + 1) * width]
            reason = fault_in("".join(record))
            if reason is None:
                self._rows.append(row)
                self._cells.extend(record)
            else:
                self._faults.append(RowFault(row, reason))
        self._faults.sort(key=lambda fault: fault.row)


def _arrays(cells: Sequence[str], width: int) -> list[pa.LargeStringArray] | None:
    """Part cells into columns of text; return None where one cannot be stored (rare, so looked for all at once)."""
    try:
        arrays = [pa.array(cells[column::width], pa.large_string()) for column in range(width)]
    except UnicodeEncodeError:
        return None
    return None if any(pc.any(pc.match_substring(array, "\0")).as_py() for array in arrays) else arrays


def name_columns(headings: Sequence[str], file: str) -> list[str]:
    """Give every column a name of its own, and drop nameless ones at the end.

    A column without a heading is named by its place (`column 3`), the second of two with the same heading by its count
    (`Phone (2)`): a contract can then take or ignore it by name. Raises UnreadableFile where there is no heading, or
    where there are more columns than a directory has.
    """
    trimmed = [heading.strip(" \t\r\n\ufeff") if clean_heading(heading) else "" for heading in headings]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    if not trimmed:
        raise UnreadableFile(f"{file}: the header row is empty; say in format.header_row where the headings stand")
    if len(trimmed) > MOST_COLUMNS:
        raise UnreadableFile(
            f"{file}: the header row has {len(trimmed):,} columns, at most {MOST_COLUMNS:,} are read; "
            "check format.delimiter and format.header_row"
        )
    if any(fault_in(heading) for heading in trimmed):
        raise UnreadableFile(f"{file}: the header row has bytes that are no text; check format.encoding")
    names: list[str] = []
    taken = {clean_heading(heading) for heading in trimmed}
    met: set[str] = set()
    for position, heading in enumerate(trimmed, start=1):
        name, count = heading or f"column {position}", 1
        while clean_heading(name) in met or (count > 1 and clean_heading(name) in taken):
            count += 1
            name = f"{heading or f'column {position}'} ({count})"
        names.append(name)
        met.add(clean_heading(name))
    return names


def number_columns(width: int, file: str) -> list[str]:
    """Name the columns of a file without headings by their places. Raises UnreadableFile as `name_columns` does."""
    return name_columns([f"column {place}" for place in range(1, width + 1)], file)
