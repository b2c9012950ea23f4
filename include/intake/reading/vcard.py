"""Read vCards 2.1, 3.0 and 4.0, one after the other: a broken card costs itself and not the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.intake.contracts.format import Format
from include.intake.reading.cards import NAME, BrokenCardError, Property, property_of
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.gathering import RECORD_CHARACTERS
from include.intake.reading.model import Chunk, Reason

__all__ = ["read_vcard"]

BEGIN, END = b"BEGIN:VCARD", b"END:VCARD"
BINARY = frozenset({b"PHOTO", b"LOGO", b"SOUND", b"KEY"})
ENCODED = re.compile(rb"[^:]*;(?:ENCODING=)?(?:B|BASE64)[;:]", re.IGNORECASE)
ABOUT_THE_CARD = frozenset({"VERSION", "PRODID"})
KINDS = ("WORK", "HOME", "MAIN", "OTHER", "CELL", "FAX", "PAGER", "CAR", "VIDEO", "MSG", "TEXTPHONE")
"""The types that part columns, in the order in which they follow the property's name; VOICE and PREF say little."""
WITH_KINDS = frozenset({"TEL", "EMAIL", "ADR", "LABEL", "URL", "IMPP"})
LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")
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
    with file.text(encoding or "latin-1", "replace") as stream:
        while line := stream.readline(RECORD_CHARACTERS):
            part = line
            while part and not part.endswith("\n"):
                part = stream.readline(RECORD_CHARACTERS)
            yield line.rstrip("\n").encode("utf-8" if encoding else "latin-1")


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
            self._skipping = name.group(1).upper() in BINARY or ENCODED.match(line) is not None
            if not self._skipping:
                self._card.append(bytearray(line))
        elif not self._skipping:
            self._fault = self._fault or Reason.BROKEN_CARD


def _goes_on(line: bytearray) -> bool:
    """Tell whether a quoted-printable value goes on in the next line."""
    return line.endswith(b"=") and b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()


def _fields(lines: list[bytearray], encoding: str) -> Fields | Reason:
    found: dict[str, list[str]] = {}
    try:
        for line in lines:
            for column, text in _columns(property_of(bytes(line), encoding)):
                found.setdefault(column, []).append(text)
    except BrokenCardError:
        return Reason.BROKEN_CARD
    except UnicodeError:
        return Reason.UNDECODABLE
    if not found:
        return Reason.BROKEN_CARD
    return {column: "\n".join(filter(None, texts)) for column, texts in found.items()}


def _columns(given: Property) -> Iterator[tuple[str, str]]:
    if given.name in ABOUT_THE_CARD:
        return
    kinds = [kind for kind in KINDS if kind in given.types] if given.name in WITH_KINDS else []
    language = [given.language] if LANGUAGE.fullmatch(given.language) else []
    column = " ".join([given.name, *kinds, *language])
    match given.name:
        case "N":
            family, first, second, title, honour, *_ = [*given.sections(), "", "", "", "", ""]
            yield column, " ".join(filter(None, (title, first, second, family, honour)))
        case "ORG":
            organisation, *units = given.sections()
            yield column, organisation
            if any(units):
                yield " ".join(["ORG UNIT", *language]), ", ".join(filter(None, units))
        case "ADR":
            yield column, ", ".join(filter(None, given.sections()))
        case "TEL":
            yield column, re.sub(r"^tel:", "", given.value, flags=re.IGNORECASE).replace(";ext=", " ext. ")
        case "EMAIL":
            yield column, re.sub(r"^mailto:", "", given.value, flags=re.IGNORECASE)
        case _:
            yield column, given.value
