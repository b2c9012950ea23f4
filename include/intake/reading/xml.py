"""Read XML element by element: nothing that a document declares is expanded, loaded or fetched."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from include.intake.contracts.format import AUTO, Format
from include.intake.reading.elements import UnresolvedError, fields_of, local_name
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.flattening import NestingError
from include.intake.reading.model import Chunk, Reason, UnreadableFile
from include.intake.reading.outline import Outline

__all__ = ["is_xml", "read_xml", "records_in"]

BLOCK = 64 << 10
SAMPLE = 2 << 20
"""From so much of a document it is told which of its elements are the records."""
FARTHEST = 64 << 20
"""A record, or what stands between two of them, is never longer; without this bound it would be held in memory."""
NOT_IN_ENCODING = {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_INVALID_CHAR}
NO_SUCH_ENCODING = {etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING, etree.ErrorTypes.ERR_UNKNOWN_ENCODING}
TOO_MUCH = {etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG, etree.ErrorTypes.ERR_ENTITY_LOOP}
ADVICE = "check format.records, or whether the document names its elements after what stands in them"
BREAKS_OFF = "or it breaks off; fetch the file again, or ask the publisher"


def read_xml(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the elements that `format.records` names, laid flat: `address.city`, `phone.type` for an attribute.

    Elements that repeat stand on lines of their own, namespaces are left out. Raises UnreadableFile where the document
    is not well-formed XML (it names the line), declares entities, or has no such element.
    """
    _refuse_declarations(file, format.encoding)
    path = format.records or records_in(file, format.encoding)
    yield from chunks_of(_records(file, format.encoding, path), file, chunk_rows, advice=ADVICE)


def records_in(file: File, encoding: str = AUTO) -> str:
    """Return the path of the elements that look like records, such as `directory/company`. Raises as `read_xml`."""
    _refuse_declarations(file, encoding)
    outline = Outline()
    for event, element in _Events(file, encoding, ("start", "end"), most=SAMPLE):
        outline.enter(element) if event == "start" else outline.leave(element)
    path = outline.records
    if path is None:
        raise UnreadableFile(f"{file.name}: is XML in which no element looks like a record; name it in format.records")
    return path


def is_xml(file: File) -> bool:
    """Tell whether the file's beginning is well-formed XML, whatever it holds."""
    try:
        for _, element in _Events(file, AUTO, ("end",), most=SAMPLE):
            element.clear()
    except UnreadableFile:
        return False
    return True


def _records(file: File, encoding: str, path: str) -> Iterator[Fields | Reason]:
    names = path.strip("/").split("/")
    found = False
    events = _Events(file, encoding, ("end",), f"{{*}}{names[-1]}")
    for _, element in events:
        if not _is_record(element, names):
            continue
        found = True
        yield _fields(file, element)
        _let_go(element)
        events.since = 0
    if not found:
        raise UnreadableFile(f"{file.name}: format.records: the document has no element {path}")


def _fields(file: File, element: Any) -> Fields | Reason:
    try:
        return fields_of(element)
    except NestingError:
        return Reason.NESTED_TOO_DEEPLY
    except UnresolvedError:
        raise UnreadableFile(
            f"{file.name}: line {element.sourceline}: refers to an entity that is declared elsewhere; entities are not "
            "resolved. Ask the publisher for the file without them"
        ) from None


def _is_record(element: Any, names: list[str]) -> bool:
    """Tell whether an element stands where records stand: under its whole path, or under none of its own name."""
    above = [local_name(outer) for outer in element.iterancestors()]
    if len(names) > 1:
        return above[::-1] == names[:-1]
    return names[0] not in above


def _let_go(element: Any) -> None:
    """Free a record, and whatever stands before it in the document."""
    element.clear(keep_tail=False)
    while element is not None:
        parent = element.getparent()
        while element.getprevious() is not None:
            del parent[0]
        element = parent


class _Events:
    """The parser's events of a document, or of its first so many bytes where `most` is given."""

    def __init__(
        self, file: File, encoding: str, kinds: tuple[str, ...], tag: str | None = None, most: int | None = None
    ) -> None:
        self.since = 0
        """How many bytes have come since a record was let go; whoever lets one go sets it back."""
        self._file, self._most = file, most
        self._parser = _parser(file, encoding, kinds, tag)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        fed = 0
        try:
            with self._file.open() as stream:
                while (self._most is None or fed < self._most) and (block := stream.read(BLOCK)):
                    self._parser.feed(block)
                    fed, self.since = fed + len(block), self.since + len(block)
                    yield from self._parser.read_events()
                    self._refuse_the_endless()
            if self._most is None:
                self._parser.close()
        except etree.XMLSyntaxError as error:
            yield from self._parser.read_events()
            raise _broken(self._file, error) from None

    def _refuse_the_endless(self) -> None:
        if self.since > FARTHEST:
            raise UnreadableFile(
                f"{self._file.name}: no record ends within {FARTHEST >> 20} MB; name the records in format.records"
            )


def _parser(file: File, encoding: str, kinds: tuple[str, ...], tag: str | None) -> Any:
    name = None if encoding == AUTO else re.sub(r"^cp(?=125\d$)", "windows-", codecs.lookup(encoding).name)
    try:
        return etree.XMLPullParser(
            kinds,
            tag=tag,
            encoding=name and name.removesuffix("-sig"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
    except LookupError:
        raise UnreadableFile(f"{file.name}: format.encoding: no XML is read in {encoding}; remove it") from None


def _refuse_declarations(file: File, encoding: str) -> None:
    """Look at what stands before the first element; what could be expanded from it is refused before it is met."""
    for _, root in _Events(file, encoding, ("start",)):
        dtd = root.getroottree().docinfo.internalDTD
        if dtd is not None and next(dtd.iterentities(), None) is not None:
            raise UnreadableFile(
                f"{file.name}: its DOCTYPE declares entities, as an XML bomb or a way to read other files does; "
                "nothing of it is read. Ask the publisher for the file without them"
            )
        return


def _broken(file: File, error: Any) -> UnreadableFile:
    """Say what is wrong in our own words: the parser's quote what it read."""
    line = error.lineno or (error.error_log.last_error and error.error_log.last_error.line)
    where = f"{file.name}: line {line}" if line else file.name
    if error.code in NO_SUCH_ENCODING:
        return UnreadableFile(f"{where}: declares an encoding that is not known; write the true one in format.encoding")
    if error.code in NOT_IN_ENCODING:
        return UnreadableFile(
            f"{where}: has bytes that are not in the document's encoding; write the true one in format.encoding"
        )
    if error.code in TOO_MUCH:
        return UnreadableFile(f"{where}: has a text or a depth that no directory has; it is made to harm, or damaged")
    return UnreadableFile(f"{where}: is not well-formed XML, {BREAKS_OFF}")
