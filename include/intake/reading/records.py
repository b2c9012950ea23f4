"""Read text in which a record takes several lines: fields ever deeper, or `Phone: …` on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from include.intake.contracts.format import Format
from include.intake.reading.encoding import first_bad_byte
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.gathering import RECORD_CHARACTERS
from include.intake.reading.indented import Indented
from include.intake.reading.model import Chunk, Reason, UnreadableFile
from include.intake.reading.pairs import Pairs

__all__ = ["read_records"]

LOOKED_AT = 1000
"""Characters of a line that are compared with `starts`: a line that begins a record is short."""
ADVICE = "check format.delimiter and format.starts: most of them are no names of fields"


def read_records(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the records of a text whose layout is known; what stands above the first of them is passed over.

    Several lines of one field stay lines. A record that lacks a field is set aside, and so are lines below the first
    record that belong to none. Raises UnreadableFile where no line begins a record, or the text is not in its encoding.
    """
    errors = "strict" if format.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        with file.text(format.encoding, errors) as stream:
            records = _records(_lines(stream), file, format)
            yield from chunks_of(records, file, chunk_rows, nested=False, advice=ADVICE)
    except UnicodeDecodeError:
        at = first_bad_byte(file, format.encoding)
        raise UnreadableFile(
            f"{file.name}: at byte {at} the file is not {format.encoding}: damaged, or format.encoding is wrong"
        ) from None


def _records(lines: Iterator[str], file: File, format: Format) -> Iterator[Fields | Reason]:
    form = Indented(format) if format.layout == "indented" else Pairs(format)
    starts = re.compile(format.starts) if format.starts is not None else None
    for line in lines:
        text = line.strip()
        begins = starts.fullmatch(text[:LOOKED_AT]) is not None if starts is not None else None
        if (record := form.take(line, text, begins)) is not None:
            yield record
    if (record := form.end()) is not None:
        yield record
    if not form.begun:
        what = "no line is as format.starts says" if starts is not None else "there is no record"
        raise UnreadableFile(f"{file.name}: {what}; check format.starts, format.layout and format.encoding")


def _lines(stream: TextIO) -> Iterator[str]:
    """Yield lines; of a line that is longer than a record can be, so much that its record is seen to be too large."""
    while line := stream.readline(RECORD_CHARACTERS):
        part = line
        while part and not part.endswith("\n"):
            part = stream.readline(RECORD_CHARACTERS)
        yield line
