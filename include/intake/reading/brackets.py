"""Hand JSON to its parser so that neither a tower of brackets nor a NaN can bring it down."""

from __future__ import annotations

import codecs
import re
from typing import IO, Protocol

from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile

__all__ = ["DEEPEST_BRACKETS", "Brackets", "utf8"]

DEEPEST_BRACKETS = 256
"""The parser's memory grows with the square of the depth: some kilobytes of brackets would take all of it."""
BLOCK = 64 << 10
NO_BRACKETS = bytes(set(range(256)) - set(b'[]{}"'))
STRING = re.compile(rb'"[^"]*"')
REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
STRING_OR_NAN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|NaN|-?Infinity', re.DOTALL)
MAY_BE_CUT = (b"-", b"N", b"Na", *(b"Infinity"[:size] for size in range(1, 8)))


def utf8(stream: IO[bytes], file: File, encoding: str) -> Brackets:
    """Open a file's JSON as its parser takes it, in whichever encoding it is."""
    return Brackets(stream if encoding == "utf-8" else _Recoded(stream, encoding), file.name)


class _Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Recoded:
    """A byte stream in UTF-8 of a file in another encoding."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._reader = codecs.getreader(encoding)(stream)

    def read(self, size: int = -1) -> bytes:
        return self._reader.read(size if size >= 0 else BLOCK).encode() if size else b""


class Brackets:
    """A stream of JSON in UTF-8, unchanged but for NaN and Infinity, which Python writes and JSON has not: null."""

    def __init__(self, source: _Source, file: str) -> None:
        self.given = 0
        """How many bytes were read on."""
        self._source, self._file = source, file
        self._depth, self._in_string = 0, False

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises UnreadableFile where the brackets open deeper than a directory nests."""
        block = self._source.read(size if size >= 0 else BLOCK)
        for _ in range(32):  # one that never ends is no JSON; the parser will say so
            if not self._is_cut(block) or not (more := self._source.read(1)):
                break
            block += more
        self.given += len(block)
        inside = self._in_string
        self._count(block)
        return _without_nan(block, inside) if b"NaN" in block or b"Infinity" in block else block

    def _is_cut(self, block: bytes) -> bool:
        """Tell whether the block may end inside an escape or a word that is looked for."""
        slashes = len(block) - len(block.rstrip(b"\\"))
        return slashes % 2 == 1 or block.endswith(MAY_BE_CUT)

    def _count(self, block: bytes) -> None:
        """Follow the depth: pairs of brackets are taken away from the innermost on, until none is left."""
        left = block.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NO_BRACKETS)
        if self._in_string:
            left = b'"' + left
        left = left.replace(b'""', b"")
        left, quote, _ = STRING.sub(b"", left).partition(b'"')
        self._in_string = bool(quote)
        rounds, before = 0, -1
        while len(left) != before and rounds <= DEEPEST_BRACKETS:
            rounds, before = rounds + 1, len(left)
            left = left.replace(b"{}", b"").replace(b"[]", b"")
        opened = left.count(b"[") + left.count(b"{")
        self._depth += 2 * opened - len(left)
        if rounds > DEEPEST_BRACKETS or self._depth > DEEPEST_BRACKETS:
            raise UnreadableFile(
                f"{self._file}: its brackets open deeper than {DEEPEST_BRACKETS} levels, as no directory does; "
                "it is damaged, or made to harm. Ask the publisher"
            )


def _without_nan(block: bytes, inside_string: bool) -> bytes:
    start = 0
    if inside_string and (rest := REST_OF_STRING.match(block)):
        start = rest.end()
    return block[:start] + STRING_OR_NAN.sub(lambda m: m[0] if m[0][:1] == b'"' else b"null", block[start:])
