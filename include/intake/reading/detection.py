"""Find out from a file's own bytes what it is and how it is laid out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from include.intake.contracts.format import AUTO, TEXT_TYPES, Format, FormatType
from include.intake.reading.delimiter import delimiter_of, heading_line
from include.intake.reading.document_layout import list_in
from include.intake.reading.encoding import encoding_of
from include.intake.reading.file import File, file_in
from include.intake.reading.kinds import head_of, refuse_another_kind, type_by_mark
from include.intake.reading.model import UnreadableFile
from include.intake.reading.record_layout import layout_of
from include.intake.reading.workbook import workbook_format
from include.intake.reading.xml import is_xml, records_in

__all__ = ["detect", "resolve", "resolve_file"]

SAMPLE = 128 << 10
VCARD = re.compile(rb"BEGIN:VCARD\s", re.IGNORECASE)
XML = re.compile(rb"<(?:\?xml\s|!--|!DOCTYPE\s|[A-Za-z_])", re.IGNORECASE)
DELIMITED = frozenset({"csv", "tsv"})


def detect(path: Path) -> Format:
    """Return a format in which the file can be read, every option found out.

    Raises UnreadableFile where it is empty, or of no type that is read. Its name decides nothing but between JSON and
    JSON Lines, where a single line could be either, and that a file which begins as XML is meant to be XML.
    """
    file = file_in(path)
    marked = type_by_mark(head_of(file))
    if marked is not None:
        return BY_MARK[marked](file, marked)
    refuse_another_kind(file, None)
    head = head_of(file)
    if found := next((found for look in AT_HEAD if (found := look(file, head)) is not None), None):
        return found
    encoding = encoding_of(file)
    text = _sample(file, encoding)
    return next(found for look in LOOKS if (found := look(file, encoding, text)) is not None)


def resolve(path: Path, format: Format) -> Format:
    """Return the format with every `auto` replaced by what the file shows.

    Raises UnreadableFile where the file is empty, is of another kind, or is not in the declared encoding.
    """
    return resolve_file(file_in(path, format), format)


def resolve_file(file: File, format: Format) -> Format:
    """Do as `resolve` does for data that may have come packed."""
    refuse_another_kind(file, format.type)
    if format.type not in TEXT_TYPES or format.type == "xml":  # which says its encoding itself
        return format
    if format.type == "vcard":
        return format.model_copy(update={"encoding": _encoding_of_cards(file, format.encoding)})
    found: dict[str, Any] = {"encoding": encoding_of(file, format.encoding)}
    if format.type in DELIMITED:
        found |= _layout(file, format, found["encoding"])
    if format.type == "records":
        found |= _record_layout(file, format, found["encoding"])
    return format.model_copy(update=found)


def _layout(file: File, format: Format, encoding: str) -> dict[str, Any]:
    """Find the headings and the delimiter of CSV and TSV, as far as the format leaves them open."""
    given = "\t" if format.type == "tsv" and format.delimiter == AUTO else format.delimiter
    if given != AUTO and format.header_row != AUTO:
        return {"delimiter": given}
    text = _sample(file, encoding, skip=format.above)
    if format.header_row == AUTO:
        line, found = heading_line(text, format.quote, None if given == AUTO else given)
        return {"header_row": line, "delimiter": found}
    return {"delimiter": delimiter_of(text, format.quote)}


def _record_layout(file: File, format: Format, encoding: str) -> dict[str, Any]:
    """Find what the format leaves open of how records take several lines."""
    if format.layout != "indented" and format.delimiter != AUTO:
        return {"layout": "pairs"}
    if format.fields and format.indent:
        return {"layout": "indented"}
    guessed = layout_of(_sample(file, encoding)) or {}
    fits = format.layout in (AUTO, guessed.get("layout"))
    if not guessed or not fits or (format.fields and len(guessed.get("fields", ())) != len(format.fields)):
        raise UnreadableFile(
            f"{file.name}: how its records are laid out cannot be told; say it in format.layout and, for indented "
            "records, in format.fields, format.indent and format.starts, or for pairs in format.delimiter"
        )
    return {option: value for option, value in guessed.items() if option not in format.model_fields_set}


def _sample(file: File, encoding: str, skip: int = 0) -> str:
    """Return the text's beginning, as far as its last whole line; lines may be passed over first."""
    with file.open() as stream:
        head = stream.read(SAMPLE)
        whole = not stream.read(1)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = text.splitlines(keepends=True)
    return "".join(lines[skip:] if whole or len(lines) <= skip + 1 else lines[skip:-1])


def _json(file: File, encoding: str, text: str) -> Format | None:
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return None
    lines = [line for line in text.split("\n") if line.strip()]
    named = file.suffix in {".jsonl", ".ndjson"}
    if start == "{" and _is_json(lines[0]) and (named or len(lines) > 1):
        return Format(type="jsonl", encoding=encoding)
    if start == "[":
        return Format(type="json", encoding=encoding)
    return Format(type="json", encoding=encoding, records=list_in(file, encoding))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _vcard(file: File, head: bytes) -> Format | None:
    """Know vCards before the encoding is looked for: each of their lines may name one of its own."""
    if not VCARD.match(_ascii(head)):
        return None
    return Format(type="vcard", encoding=_encoding_of_cards(file, AUTO))


def _xml(file: File, head: bytes) -> Format | None:
    """Know XML before the encoding is looked for: the document says it itself."""
    text = _ascii(head)
    if not XML.match(text) or (not text.lstrip().startswith(b"<?xml") and file.suffix != ".xml" and not is_xml(file)):
        return None
    return Format(type="xml", records=records_in(file))


def _ascii(head: bytes) -> bytes:
    """Return the beginning without byte order mark and, of UTF-16, without its zero bytes."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()


def _encoding_of_cards(file: File, declared: str) -> str:
    try:
        return encoding_of(file, declared)
    except UnreadableFile:
        if declared != AUTO:
            raise
        return "utf-8"  # what is not, and names no other, is set aside card by card


def _records(_file: File, encoding: str, text: str) -> Format | None:
    layout = layout_of(text)
    return Format(type="records", encoding=encoding, **layout) if layout else None


def _delimited(_file: File, encoding: str, text: str) -> Format:
    line, delimiter = heading_line(text, '"')
    kind = "tsv" if delimiter == "\t" else "csv"
    return Format(type=kind, encoding=encoding, delimiter=delimiter, header_row=line)


BY_MARK: dict[FormatType, Callable[[File, FormatType], Format]] = {
    "xlsx": workbook_format,
    "xls": workbook_format,
    "parquet": lambda _, type: Format(type=type),
}
"""How a binary type that its first bytes give away is looked at; those bytes are in `kinds.MARKS`."""

AT_HEAD: tuple[Callable[[File, bytes], Format | None], ...] = (_vcard, _xml)
"""Each says whether a text that names its encoding inside is of its type, from its first bytes."""

LOOKS: tuple[Callable[[File, str, str], Format | None], ...] = (
    _json,
    _records,
    _delimited,
)
"""Each says whether a text (its encoding and its beginning are given) is of its type; the first that knows wins."""
