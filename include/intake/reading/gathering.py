"""Gather records into chunks that stay small whatever the file sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd
import pyarrow as pa

from include.intake.reading.model import Chunk, Reason, RowFault, UnreadableFile

__all__ = ["CHUNK_CHARACTERS", "MOST_COLUMNS", "RECORD_CHARACTERS", "Gathering", "fault_in", "frame_of", "name_columns"]

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


def frame_of(columns: Sequence[str], cells: Iterable[Sequence[str]], rows: Sequence[int]) -> pd.DataFrame:
    """Build a frame of text from its columns' cells."""
    arrays = [pa.array(column, pa.large_string()) for column in cells]
    if not arrays:
        arrays = [pa.array([], pa.large_string()) for _ in columns]
    data = {number: pd.array(array, dtype="str") for number, array in enumerate(arrays)}
    frame = pd.DataFrame(data, index=pd.Index(list(rows), name="row", dtype="int64"))
    frame.columns = pd.Index(list(columns), dtype="str")
    return frame


class Gathering:
    """Count the records of a file and gather them until a chunk is full."""

    def __init__(self, chunk_rows: int) -> None:
        self.record = 0
        self._chunk_rows = chunk_rows
        self._begin()

    def _begin(self) -> None:
        self.rows: list[int] = []
        self.cells: list[Sequence[str]] = []
        self.faults: list[RowFault] = []
        self._characters = 0

    def __len__(self) -> int:
        return len(self.rows) + len(self.faults)

    def add(self, cells: Sequence[str], characters: int) -> None:
        """Take the next record, which has so many characters."""
        self.record += 1
        self._characters += characters
        self.rows.append(self.record)
        self.cells.append(cells)

    def set_aside(self, reason: Reason) -> None:
        """Take note of the next record, which cannot be read."""
        self.record += 1
        self.faults.append(RowFault(self.record, reason))

    @property
    def full(self) -> bool:
        """Tell whether the chunk should be handed on now."""
        return len(self) >= self._chunk_rows or self._characters >= CHUNK_CHARACTERS

    def chunk(self, columns: Sequence[str]) -> Chunk:
        """Hand on what was gathered and begin anew."""
        chunk = Chunk(frame_of(columns, list(zip(*self.cells, strict=True)), self.rows), tuple(self.faults))
        self._begin()
        return chunk


def name_columns(headings: Sequence[str], file: str) -> list[str]:
    """Give every column a name of its own, and drop nameless ones at the end.

    A column without a heading is named by its place (`column 3`), the second of two with the same heading by its count
    (`Phone (2)`): a contract can then take or ignore it by name. Raises UnreadableFile where there is no heading, or
    where there are more columns than a directory has.
    """
    trimmed = [heading.strip(" \t\r\n\ufeff") for heading in headings]
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
    taken = set(trimmed)
    for position, heading in enumerate(trimmed, start=1):
        name, count = heading or f"column {position}", 1
        while name in names or (count > 1 and name in taken):
            count += 1
            name = f"{heading or f'column {position}'} ({count})"
        names.append(name)
    return names
