"""Which text encoding a file is in: found out from its bytes, or checked against what its contract declares."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from include.intake.contracts.format import AUTO
from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile

__all__ = ["encoding_of", "first_bad_byte", "marked_encoding"]

BLOCK = 1 << 20
SAMPLE_BYTES = 256 << 10
BAD_LINES = 0.05
"""A file with no more undecodable lines than this is in the encoding all the same: those rows are set aside."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ARABIC_CODECS = {"cp1256": "windows-1256", "iso8859-6": "iso-8859-6"}
WORD_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{3,}")
"""Arabic letters stand together in words; accented Latin letters stand alone or in pairs between ASCII ones."""
ARABIC_SHARE = 0.3
FREQUENT = frozenset("اليمنورةبتهدعسف")
"""The most frequent letters of Arabic names and addresses; a wrong table turns them into rare ones or into signs."""
LETTER_AMONG_LATIN = re.compile(rb"[A-Za-z][\xc0-\xff](?=[A-Za-z])")
TWICE = re.compile("(?:[\u00d8-\u00db][\u0080-\u00bf\u0152-\u203a\u20ac\u2122]){3,}")
"""Arabic in UTF-8 that was read as windows-1252 and written as UTF-8 again: every letter has become two signs."""
TWICE_SHARE = 0.3
LIKELY_ARABIC = 0.4
CLEARLY_LESS = 0.1

Line = tuple[int, bytes]


def encoding_of(file: File, declared: str = AUTO) -> str:
    """Return the codec to read the file with.

    Raises UnreadableFile where the declared encoding is not the file's (it names the first byte that does not fit), or
    where none is declared and the bytes do not tell.
    """
    with file.open() as stream:
        head = stream.read(64 << 10)
    marked = marked_encoding(head)
    if declared == AUTO:
        return marked or _found_out(file)
    codec = codecs.lookup(declared).name
    if marked is not None:
        return _agreed(file, declared, codec, marked)
    if codec.startswith(("utf-16", "utf-32")):
        raise _wrong(file, declared, 0, "there is neither a byte order mark nor a zero byte")
    _check(file, declared, codec)
    return codec


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte order mark or the zero bytes of UTF-16 give away."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2], head[1:4096:2]
    zeros = (even.count(0), odd.count(0))
    lines = b"\n" not in head or b"\0\n" in head or b"\n\0" in head  # there every line break has a zero byte as well
    if lines and max(zeros) > max(3, len(odd) * 0.03) and min(zeros) <= max(zeros) * 0.1:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None


def first_bad_byte(file: File, encoding: str) -> int | None:
    """Return the offset of the first byte that the encoding does not have; None where every byte fits."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with file.open() as stream:
        while True:
            block = stream.read(BLOCK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return offset - held + error.start
            if not block:
                return None
            offset += len(block)


def _agreed(file: File, declared: str, codec: str, marked: str) -> str:
    family = codec.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    if not marked.startswith(family):
        raise _wrong(file, declared, 0, f"it is {marked.removesuffix('-sig')}")
    return marked


def _check(file: File, declared: str, codec: str) -> None:
    lines = list(_lines_beyond_ascii(file))
    if not lines:
        return
    one_byte = not codec.startswith("utf")
    if one_byte and all(_bad_byte(line, "utf-8") is None for _, line in lines):
        raise _wrong(file, declared, _first_beyond_ascii(lines[0]), "it is utf-8")
    bad = [(offset, at) for offset, line in lines if (at := _bad_byte(line, codec)) is not None]
    if len(bad) > len(lines) * BAD_LINES:
        offset, at = bad[0]
        raise _wrong(file, declared, offset + at, "that byte is not in it")
    sample = b"".join(line for _, line in lines)
    found = _legacy(sample) if one_byte else None
    if found in ARABIC_CODECS and _likeness(sample, codec) < _likeness(sample, found) - CLEARLY_LESS:
        raise _wrong(file, declared, _first_beyond_ascii(lines[0]), f"it reads as {ARABIC_CODECS[found]}")
    if found == "cp1252" and _puts_arabic_into_latin(lines, codec):
        raise _wrong(file, declared, _first_beyond_ascii(lines[0]), "it reads as windows-1252")
    if not one_byte:
        _refuse_encoded_twice(file, lines)


def _found_out(file: File) -> str:
    lines = list(_lines_beyond_ascii(file))
    bad = sum(_bad_byte(line, "utf-8") is not None for _, line in lines)
    if bad <= len(lines) * BAD_LINES:
        _refuse_encoded_twice(file, lines)
        return "utf-8"
    found = _legacy(b"".join(line for _, line in lines))
    if found is None:
        raise UnreadableFile(
            f"{file.name}: its encoding cannot be told (first at byte {_first_beyond_ascii(lines[0])}); "
            "declare format.encoding, or check whether the file is text at all"
        )
    return found


def _refuse_encoded_twice(file: File, lines: Sequence[Line]) -> None:
    twice = [offset for offset, line in lines if TWICE.search(line.decode(errors="replace"))]
    if len(twice) > len(lines) * TWICE_SHARE:
        raise UnreadableFile(
            f"{file.name}: its text was put into UTF-8 twice (first in the line at byte {twice[0]}), so that no "
            "word of it can be read; ask the publisher for the file as it was before"
        )


def _puts_arabic_into_latin(lines: Sequence[Line], codec: str) -> bool:
    """Tell whether a codec makes Arabic letters of what stands between Latin ones."""
    among = [b"".join(LETTER_AMONG_LATIN.findall(line)) for _, line in lines]
    wrong = sum(any("\u0600" <= letter <= "\u06ff" for letter in text.decode(codec, "replace")) for text in among)
    return wrong > len(lines) * BAD_LINES


def _legacy(sample: bytes) -> str | None:
    """Tell the one-byte encodings apart by how their letters stand: Arabic in whole words, Latin one by one."""
    words = b"".join(WORD_BEYOND_ASCII.findall(sample))
    if len(words) > ARABIC_SHARE * sum(byte > 0x7F for byte in sample):
        likeliest = max(ARABIC_CODECS, key=lambda codec: _likeness(sample, codec))
        return likeliest if _likeness(sample, likeliest) >= LIKELY_ARABIC else None
    return "cp1252" if _bad_byte(sample, "cp1252") is None else None


def _likeness(sample: bytes, codec: str) -> float:
    """Score how Arabic a sample reads: the share of frequent letters in its words, less what is no Arabic letter."""
    words = b"".join(WORD_BEYOND_ASCII.findall(sample))
    text = words.decode(codec, errors="replace")
    foreign = sum(not "\u0621" <= letter <= "\u0652" for letter in text)
    return (sum(letter in FREQUENT for letter in text) - 2 * foreign) / max(len(text), 1)


def _lines_beyond_ascii(file: File) -> Iterator[Line]:
    """Yield lines that have bytes above ASCII, with their offsets, until there are enough of them to judge by."""
    offset, seen, rest = 0, 0, b""
    with file.open() as stream:
        while seen < SAMPLE_BYTES and (block := stream.read(BLOCK)):
            if block.isascii() and rest.isascii():
                offset += len(rest) + len(block)
                rest = b""
                continue
            *lines, rest = (rest + block).splitlines(keepends=True)
            if len(rest) > BLOCK:  # no line of text is as long
                lines, rest = [*lines, rest], b""
            for line in lines:
                if not line.isascii() and seen < SAMPLE_BYTES:
                    seen += len(line)
                    yield offset, line
                offset += len(line)
    if seen < SAMPLE_BYTES and not rest.isascii():
        yield offset, rest


def _bad_byte(line: bytes, codec: str) -> int | None:
    try:
        line.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _first_beyond_ascii(line: Line) -> int:
    return line[0] + next(at for at, byte in enumerate(line[1]) if byte > 0x7F)


def _wrong(file: File, declared: str, offset: int, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"{file.name}: format.encoding says {declared}, but at byte {offset} the file is not ({why}); "
        "correct it, or write auto"
    )
