"""Read JSON, one document or one a line, record by record."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import ijson

from include.intake.contracts.format import Format
from include.intake.reading.brackets import utf8
from include.intake.reading.encoding import first_bad_byte
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.flattening import NestingError, flatten
from include.intake.reading.gathering import RECORD_CHARACTERS
from include.intake.reading.model import Chunk, Reason, UnreadableFile

__all__ = ["read_document", "read_json_lines"]

BLOCK = 64 << 10
ADVICE = "check format.records, or whether the document keeps its records under keys of their own"


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
            items = ijson.items(utf8(stream, file, format.encoding), prefix, map_type=_Object)
            for chunk in _chunks(items, file, chunk_rows):
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
        return json.loads(
            line, parse_int=str, parse_float=str, parse_constant=lambda _: None, object_pairs_hook=_object_of
        )
    except RecursionError:
        return Reason.NESTED_TOO_DEEPLY
    except ValueError:
        return Reason.NOT_JSON


class _Several(list[Any]):
    """The values of a key that an object has more than once."""


class _Object(dict[str, Any]):
    """An object that keeps every value of a key; JSON leaves it open which of them counts."""

    def __setitem__(self, key: str, value: Any, first: Any = dict.__setitem__) -> None:
        if key not in self:
            first(self, key, value)
        elif isinstance(self[key], _Several):
            self[key].append(value)
        else:
            first(self, key, _Several([self[key], value]))


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    whole = _Object()
    for key, value in pairs:
        whole[key] = value
    return whole


def _chunks(parsed: Iterable[Any], file: File, chunk_rows: int) -> Iterator[Chunk]:
    return chunks_of(map(_fields, parsed), file, chunk_rows, advice=ADVICE)


def _fields(record: Any) -> Fields | Reason:
    """Lay a record flat as it was parsed, or say why it cannot be."""
    if isinstance(record, Reason):
        return record
    if not isinstance(record, Mapping):
        return Reason.NOT_AN_OBJECT
    try:
        return flatten(record)
    except NestingError:
        return Reason.NESTED_TOO_DEEPLY


def _first_sign(file: File, encoding: str) -> str:
    with file.open() as stream:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(stream.read(BLOCK))
    return text.lstrip()[:1]


def _has_list(file: File, format: Format) -> bool:
    with file.open() as stream:
        events = ijson.parse(utf8(stream, file, format.encoding))
        return any(path == format.records and event == "start_array" for path, event, _ in events)


def _broken(file: File, encoding: str) -> UnreadableFile:
    at = first_bad_byte(file, encoding)
    if at is not None:
        return UnreadableFile(f"{file.name}: at byte {at} the file is not {encoding}; correct format.encoding")
    return UnreadableFile(f"{file.name}: is not JSON, or breaks off before its end; fetch the file again")
