"""Read JSON, one document or one a line, record by record."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Any

import ijson

from include.intake.contracts.format import Format
from include.intake.reading.encoding import first_bad_byte
from include.intake.reading.file import File
from include.intake.reading.flattening import NestingError, empty_parents, flatten
from include.intake.reading.gathering import MOST_COLUMNS, RECORD_CHARACTERS, Gathering, fault_in
from include.intake.reading.model import Chunk, Reason, UnreadableFile

__all__ = ["read_document", "read_json_lines"]

BLOCK = 64 << 10


def read_document(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the records of the list that `format.records` names, or that the document is; columns vary by chunk.

    Raises UnreadableFile where there is no such list, or the document breaks off or is not JSON.
    """
    prefix = f"{format.records}.item" if format.records else "item"
    found = False
    try:
        with file.open() as stream:
            if format.records is None and _first_sign(file, format.encoding) != "[":
                raise UnreadableFile(f"{file.name}: the document is no list; name the list in format.records")
            for chunk in _chunks(ijson.items(_utf8(stream, format.encoding), prefix), file, chunk_rows):
                found = found or len(chunk) > 0
                yield chunk
            if not found and format.records and not _has_list(file, format):
                raise UnreadableFile(f"{file.name}: format.records: the document has no list at {format.records}")
    except (ijson.JSONError, UnicodeDecodeError):
        raise _broken(file, format.encoding) from None


def read_json_lines(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield one record for each line that is not blank; a line that is no JSON object is set aside."""
    errors = "strict" if format.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        with file.text(format.encoding, errors) as stream:
            yield from _chunks(_parsed_lines(stream), file, chunk_rows)
    except UnicodeDecodeError:
        raise _broken(file, format.encoding) from None


def _parsed_lines(stream: IO[str]) -> Iterator[Any]:
    while line := stream.readline(RECORD_CHARACTERS):
        if not line.endswith("\n") and len(line) >= RECORD_CHARACTERS:
            while (rest := stream.readline(RECORD_CHARACTERS)) and not rest.endswith("\n"):
                pass
            yield Reason.RECORD_TOO_LARGE
        elif line.strip():
            yield _parsed(line)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError:
        return Reason.NESTED_TOO_DEEPLY
    except ValueError:
        return Reason.NOT_JSON


def _chunks(parsed: Iterator[Any], file: File, chunk_rows: int) -> Iterator[Chunk]:
    gathering, nested, empty = _Records(chunk_rows, file), set[str](), True
    for record in parsed:
        gathering.take(record)
        if gathering.full:
            yield gathering.hand_on(nested)
            empty = False
    if empty or len(gathering):
        yield gathering.hand_on(nested)


class _Records(Gathering):
    """Gather records that each bring their own columns."""

    def __init__(self, chunk_rows: int, file: File) -> None:
        super().__init__(chunk_rows)
        self._file = file.name
        self._records: list[Mapping[str, str]] = []
        self._columns: dict[str, None] = {}

    def take(self, record: Any) -> None:
        """Take the next record as it was parsed, or set it aside."""
        if isinstance(record, Reason):
            self.set_aside(record)
            return
        if not isinstance(record, Mapping):
            self.set_aside(Reason.NOT_AN_OBJECT)
            return
        try:
            flat = flatten(record)
        except NestingError:
            self.set_aside(Reason.NESTED_TOO_DEEPLY)
            return
        characters = sum(map(len, chain.from_iterable(flat.items())))
        if characters >= RECORD_CHARACTERS:
            self.set_aside(Reason.RECORD_TOO_LARGE)
            return
        if fault := next((fault for name in flat if name not in self._columns and (fault := fault_in(name))), None):
            self.set_aside(fault)
            return
        self._columns.update(dict.fromkeys(flat))
        if len(self._columns) > MOST_COLUMNS:
            raise UnreadableFile(
                f"{self._file}: more than {MOST_COLUMNS:,} different fields by record {self.record + 1}; "
                "check format.records, or whether the document keeps its records under keys of their own"
            )
        self.add((), characters)
        self._records.append(flat)

    def hand_on(self, nested: set[str]) -> Chunk:
        """Hand on what was gathered with the columns that were met."""
        dropped = empty_parents(self._columns, self._records, nested)
        columns = [column for column in self._columns if column not in dropped]
        self._cells = [record.get(column, "") for record in self._records for column in columns]
        self._records, self._columns = [], {}
        return self.chunk(columns)


class _Recoded:
    """A byte stream in UTF-8 of a file in another encoding."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._reader = codecs.getreader(encoding)(file)

    def read(self, size: int = -1) -> bytes:
        return self._reader.read(size if size >= 0 else BLOCK).encode() if size else b""


def _utf8(stream: IO[bytes], encoding: str) -> Any:
    return stream if encoding == "utf-8" else _Recoded(stream, encoding)


def _first_sign(file: File, encoding: str) -> str:
    with file.open() as stream:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(stream.read(BLOCK))
    return text.lstrip()[:1]


def _has_list(file: File, format: Format) -> bool:
    with file.open() as stream:
        events = ijson.parse(_utf8(stream, format.encoding))
        return any(path == format.records and event == "start_array" for path, event, _ in events)


def _broken(file: File, encoding: str) -> UnreadableFile:
    at = first_bad_byte(file, encoding)
    if at is not None:
        return UnreadableFile(f"{file.name}: at byte {at} the file is not {encoding}; correct format.encoding")
    return UnreadableFile(f"{file.name}: is not JSON, or breaks off before its end; fetch the file again")
