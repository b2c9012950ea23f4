"""What a reader hands on: rows as text, and which rows could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from include.errors import NeverRetry

__all__ = ["Chunk", "Reason", "RowFault", "UnreadableFile"]


class UnreadableFile(NeverRetry):
    """The file as a whole cannot be read as its contract says. Names the file, the option or the place; no content."""


class Reason(StrEnum):
    """Why a single row could not be read while the rest of the file goes on."""

    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    LINE_ACROSS = "line_across"
    BROKEN_QUOTING = "broken_quoting"
    RECORD_TOO_LARGE = "record_too_large"
    NUL_CHARACTER = "nul_character"
    UNDECODABLE = "undecodable"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    BROKEN_CARD = "broken_card"
    INCOMPLETE_RECORD = "incomplete_record"
    NOT_A_RECORD = "not_a_record"


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was set aside by the reader."""

    row: int
    """The record's number in the file, counted from 1 after the headings; blank records are not counted."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of records of one file, in the file's order."""

    frame: pd.DataFrame = field(repr=False)
    """Cells as text, "" where there is nothing; columns are the file's own, the index `row` is the record's number."""
    faults: tuple[RowFault, ...] = ()
    """Records of this run that are not in the frame."""

    def __len__(self) -> int:
        return len(self.frame) + len(self.faults)
