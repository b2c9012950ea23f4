"""Read vCards 2.1, 3.0 and 4.0, one after the other: a broken card costs itself and not the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, AnyStr

from include.intake.contracts.format import Format
from include.intake.reading.cards import LONGEST_HEAD, NAME, BrokenCardError, Head, head_of, parted, plain, sections
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.gathering import RECORD_CHARACTERS
from include.intake.reading.model import Chunk, Reason

__all__ = ["read_vcard"]

BEGIN, END = b"BEGIN:VCARD", b"END:VCARD"
LINK = re.compile(r"^(?:tel|mailto):", re.IGNORECASE)
ADVICE = "check whether it is the right file"


def read_vcard(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield one record for each card: `FN`, `ORG`, `TITLE`, `TEL WORK`, `TEL CELL`, `EMAIL`, `ADR WORK` and the like.

    A property that a card has several times stands on lines of its own. A name (`N`) is put in the order in which it
    is spoken, an address on one line. Pictures, sounds and keys are left out.
    """
    wide = format.encoding.startswith(("utf-16", "utf-32"))
    inner = "utf-8" if wide or format.encoding == "utf-8-sig" else format.encoding
    cards = _Cards(_lines(file, format.encoding if wide else None))
    records = (card if isinstance(card, Reason) else _fields(card, inner) for card in cards)
    yield from chunks_of(records, file, chunk_rows, nested=False, advice=ADVICE)


def _lines(file: File, encoding: str | None) -> Iterator[bytes]:
    """Yield lines as bytes, in UTF-8 where an encoding is given: a property may name another one than the file's.

    Of a line that is longer than a card can be, the beginning stands for the whole.
    """
    if encoding is not None:
        with file.text(encoding, "replace") as text:
            yield from (line.rstrip("\n").encode() for line in _cut(text))
        return
    with file.open() as stream:
        yield from (line.rstrip(b"\r\n") for line in _cut(stream))


def _cut(stream: IO[AnyStr]) -> Iterator[AnyStr]:
    while line := stream.readline(RECORD_CHARACTERS):
        part = line
        while part and len(part) >= RECORD_CHARACTERS:
            part = stream.readline(RECORD_CHARACTERS)
        yield line


class _Cards:
    """The cards among lines: of each, its properties unfolded, or why it cannot be read."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._stray = False
        self._begin()

    def _begin(self) -> None:
        self._card: list[bytearray] = []
        self._fault: Reason | None = None
        self._size = self._inner = 0
        self._skipping = self._old = False

    def __iter__(self) -> Iterator[list[bytearray] | Reason]:
        within = False
        for line in self._lines:
            mark = line.strip().removeprefix(b"\xef\xbb\xbf").upper()
            if mark == BEGIN and not self._is_agent(within):
                if within:
                    yield Reason.BROKEN_CARD
                self._begin()
                within = True
            elif within and mark == END and self._inner == 0:
                yield self._fault or self._card
                within = self._stray = False
            elif within:
                self._take(line, mark)
            elif mark:
                if not self._stray:
                    yield Reason.BROKEN_CARD
                self._stray = True
        if within:
            yield Reason.BROKEN_CARD

    def _is_agent(self, within: bool) -> bool:
        """Tell whether a card that begins is somebody's agent, inside the one that is open; it is passed over."""
        if within and (self._inner or (self._card and self._card[-1].upper().rstrip() == b"AGENT:")):
            self._inner += 1
            return True
        return False

    def _take(self, line: bytes, mark: bytes) -> None:
        if self._inner:
            self._inner -= mark == END
            return
        continued = self._card and not self._skipping and _goes_on(self._card[-1])
        folded = line[:1] in (b" ", b"\t")
        if mark and not continued and not folded:
            self._take_property(line)
        elif self._card and not self._skipping:
            if continued:  # the sign at the end of quoted-printable is no part of the value
                self._card[-1][-1:] = line
            elif self._old:  # version 2.1 folds at a space and keeps it
                self._card[-1] += b" " + line.lstrip()
            else:
                self._card[-1] += line[1:]
        self._size += 0 if self._skipping else len(line)
        if self._size >= RECORD_CHARACTERS:
            self._fault, self._card = Reason.RECORD_TOO_LARGE, []

    def _take_property(self, line: bytes) -> None:
        name = NAME.match(line)
        if name is not None:
            self._old = self._old or line.strip().upper() == b"VERSION:2.1"
            self._skipping = _is_binary(line)
            if not self._skipping:
                self._card.append(bytearray(line))
        elif not self._skipping:
            self._fault = self._fault or Reason.BROKEN_CARD


def _is_binary(line: bytes) -> bool:
    try:
        return head_of(line[:LONGEST_HEAD].partition(b":")[0]).binary
    except BrokenCardError:  # it may be folded inside its head
        return False


def _goes_on(line: bytearray) -> bool:
    """Tell whether a quoted-printable value goes on in the next line."""
    return line.endswith(b"=") and b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()


def _fields(lines: list[bytearray], encoding: str) -> Fields | Reason:
    found: dict[str, list[str]] = {}
    try:
        for line in lines:
            for column, text in _columns(*parted(bytes(line), encoding)):
                found.setdefault(column, []).append(text)
    except BrokenCardError:
        return Reason.BROKEN_CARD
    except UnicodeError:
        return Reason.UNDECODABLE
    if not found:
        return Reason.BROKEN_CARD
    return {column: "\n".join(filter(None, texts)) for column, texts in found.items()}


def _columns(head: Head, text: str) -> Iterator[tuple[str, str]]:
    match head.name:
        case "VERSION" | "PRODID":  # of the card and not of whom it is
            return
        case _ if head.binary:  # whose head was folded
            return
        case "N":
            family, first, second, title, honour, *_ = [*sections(text), "", "", "", "", ""]
            yield f"N{head.about}", " ".join(filter(None, (title, first, second, family, honour)))
        case "ORG":
            organisation, *units = sections(text)
            yield f"ORG{head.about}", organisation
            if any(units):
                yield f"ORG UNIT{head.about}", ", ".join(filter(None, units))
        case "ADR":
            yield f"ADR{head.about}", ", ".join(filter(None, sections(text)))
        case "TEL":
            yield f"TEL{head.about}", LINK.sub("", plain(text), count=1).replace(";ext=", " ext. ")
        case "EMAIL":
            yield f"EMAIL{head.about}", LINK.sub("", plain(text), count=1)
        case _:
            yield f"{head.name}{head.about}", plain(text)
