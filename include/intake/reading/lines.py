"""Hand lines to the CSV reader one by one, and take them back when the record they were to form is broken."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TextIO

from include.intake.reading.gathering import RECORD_CHARACTERS

__all__ = ["Lines", "LongRecordError", "csv_reader", "records_of", "skip_lines"]

Records = Iterator[list[str]]
csv.field_size_limit(max(csv.field_size_limit(), RECORD_CHARACTERS))


class LongRecordError(Exception):
    """The record under way is longer than a listing can be."""


class Lines:
    """Lines of a file; those of the record under way are kept so that they can be read again."""

    def __init__(self, stream: TextIO) -> None:
        self.held: list[str] = []
        self._again: deque[str] = deque()
        self._stream = stream
        self._characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next()
        if not line:
            raise StopIteration
        self.held.append(line)
        self._characters += len(line)
        if self._characters >= RECORD_CHARACTERS:
            raise LongRecordError
        return line

    def settle(self) -> int:
        """Let go of the record under way; return how many characters it had."""
        characters = self._characters
        self.held.clear()
        self._characters = 0
        return characters

    def give_back(self) -> None:
        """Let go of the first line of the record under way, to its very end; the others will be read again."""
        last = self.held[0]
        self._again.extendleft(reversed(self.held[1:]))
        self.settle()
        while last and last[-1] not in "\r\n":
            last = self._next()

    def repeat(self) -> None:
        """Let the whole record under way be read again."""
        self._again.extendleft(reversed(self.held))
        self.settle()

    def _next(self) -> str:
        return self._again.popleft() if self._again else self._stream.readline(RECORD_CHARACTERS)


def skip_lines(stream: TextIO, lines: int) -> None:
    """Pass over the lines above the headings, however long."""
    for _ in range(lines):
        while (part := stream.readline(RECORD_CHARACTERS)) and part[-1] not in "\r\n":
            pass


def csv_reader(lines: Iterable[str], delimiter: str, quote: str | None, *, strict: bool) -> Records:
    """Open the standard reader; strict, it raises csv.Error for quotes that don't match."""
    if quote is None:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=strict)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=strict)


def records_of(text: str, delimiter: str, quote: str | None) -> Records:
    """Yield the records of a short text. Broken quoting is let pass."""
    yield from csv_reader(io.StringIO(text, newline=""), delimiter, quote, strict=False)
