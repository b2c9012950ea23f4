"""Find out from a file's own bytes what it is and how it is laid out."""

from __future__ import annotations

import codecs
import json
from itertools import islice
from pathlib import Path
from typing import Any

import ijson

from include.intake.contracts.format import AUTO, Format
from include.intake.reading.delimiter import delimiter_of, header_row_of, heading_line
from include.intake.reading.encoding import encoding_of, marked_encoding
from include.intake.reading.model import UnreadableFile
from include.intake.reading.workbook import rows_of, sheet_of

__all__ = ["detect", "resolve"]

SAMPLE = 128 << 10
NO_TEXT = (
    (b"\xd0\xcf\x11\xe0", "an old XLS workbook, or one locked by a password; save it as XLSX"),
    (b"%PDF", "a PDF; ask the publisher for the data itself"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"PAR1", "a Parquet file, which is not read"),
    (b"SQLite format 3", "a database file; export its table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
ZIP = b"PK\x03\x04"


def detect(path: Path) -> Format:
    """Return a format in which the file can be read, every option found out.

    Raises UnreadableFile where it is empty, or is neither text nor an XLSX workbook. Its name decides nothing but
    between JSON and JSON Lines, where a single line could be either.
    """
    head = _head(path)
    if head.startswith(ZIP):
        return _workbook(path)
    _refuse_binary(path, head)
    encoding = encoding_of(path)
    text = _sample(path, encoding)
    if text.lstrip()[:1] in ("[", "{"):
        return _json(path, encoding, text)
    line, delimiter = heading_line(text, '"')
    kind = "tsv" if delimiter == "\t" else "csv"
    return Format(type=kind, encoding=encoding, delimiter=delimiter, header_row=line)


def resolve(path: Path, format: Format) -> Format:
    """Return the format with every `auto` replaced by what the file shows.

    Raises UnreadableFile where the file is empty, is of another kind, or is not in the declared encoding.
    """
    head = _head(path)
    if format.type == "xlsx":
        return format
    if head.startswith(ZIP):
        raise UnreadableFile(f"{path.name}: format.type says {format.type}, but it is a zip archive or a workbook")
    _refuse_binary(path, head)
    found: dict[str, Any] = {"encoding": encoding_of(path, format.encoding)}
    if format.type == "tsv" and format.delimiter == AUTO:
        found["delimiter"] = "\t"
    elif format.type == "csv" and format.delimiter == AUTO:
        lines = _sample(path, found["encoding"], skip=format.header_row - 1)
        found["delimiter"] = delimiter_of(lines, format.quote)
    return format.model_copy(update=found)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(f"{path.name}: file is empty; fetch it again, or ask the publisher")
    return head


def _refuse_binary(path: Path, head: bytes) -> None:
    for mark, what in NO_TEXT:
        if head.startswith(mark):
            raise UnreadableFile(f"{path.name}: is {what}")
    if marked_encoding(head) is None:
        strange = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x0b\x1a\x1c\x1d\x1e\x1f")
        if strange > max(16, len(head) * 0.01):
            raise UnreadableFile(f"{path.name}: is binary, not text; check whether it is the right file")


def _sample(path: Path, encoding: str, skip: int = 0) -> str:
    """Return the text's beginning, as far as its last whole line; lines may be passed over first."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        whole = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = text.splitlines(keepends=True)
    return "".join(lines[skip:] if whole or len(lines) <= skip + 1 else lines[skip:-1])


def _workbook(path: Path) -> Format:
    rows = list(islice(rows_of(sheet_of(path, None)), 60))
    return Format(type="xlsx", header_row=header_row_of(rows))


def _json(path: Path, encoding: str, text: str) -> Format:
    lines = [line for line in text.split("\n") if line.strip()]
    named = path.suffix.lower() in {".jsonl", ".ndjson"}
    if text.lstrip().startswith("{") and _is_json(lines[0]) and (named or len(lines) > 1):
        return Format(type="jsonl", encoding=encoding)
    if text.lstrip().startswith("["):
        return Format(type="json", encoding=encoding)
    return Format(type="json", encoding=encoding, records=_first_list(path))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _first_list(path: Path) -> str:
    """Return the path of the first list of objects in a document."""
    started: str | None = None
    try:
        with path.open("rb") as file:
            for prefix, event, _ in ijson.parse(file):
                if event == "start_map" and started is not None and prefix == f"{started}.item":
                    return started
                started = prefix if event == "start_array" else None
    except ijson.JSONError:
        pass
    raise UnreadableFile(f"{path.name}: is JSON without a list of records, or breaks off before its end")
