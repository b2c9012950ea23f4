"""How a mail of any size is read: of each of its parts the beginning, within a fixed amount of memory."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Excerpt", "Lines", "read"]

LINE_AT_MOST = 4096
"""Octets of a line; RFC 5322 2.1.1 allows 998."""
PART_AT_MOST = 64 * 1024
"""Octets that are kept between two boundaries: of a text more than anybody writes, of a picture enough to skip it."""
KEPT_AT_MOST = 1024 * 1024
READ_AT_MOST = 256 * 1024 * 1024
"""Beyond this the rest of a mail is not even looked at."""
BOUNDARIES_AT_MOST = 64
BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)


class Lines(Protocol):
    """What is read from: an open file, or a mailbox elsewhere that hands over a mail piece by piece."""

    def readline(self, size: int = ..., /) -> bytes:
        """Return the next line or, where it is longer, as much of it as was asked for; nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of every part of one mail."""

    content: bytes = field(repr=False)
    digest: bytes
    """SHA-256 over all that was read: the same mail twice is one mail."""


def read(lines: Lines) -> Excerpt:
    """Read a mail to its end and keep no more than a mebibyte of it.

    A part that is too long is cut; what follows its boundary is read again, so that no attachment hides a text behind
    it. A mail without parts is one part.
    """
    digest, kept, boundaries = hashlib.sha256(), bytearray(), set[bytes]()
    room, seen = PART_AT_MOST, 0
    while seen < READ_AT_MOST and (line := lines.readline(LINE_AT_MOST)):
        digest.update(line)
        seen += len(line)
        if line.startswith(b"--") and line[2:].rstrip().removesuffix(b"--") in boundaries:
            room = PART_AT_MOST
        if room <= 0 or len(kept) + len(line) > KEPT_AT_MOST:
            continue
        kept += line
        room -= len(line)
        if len(boundaries) < BOUNDARIES_AT_MOST and (found := BOUNDARY.search(line)):
            boundaries.add(found[1] or found[2])
    return Excerpt(bytes(kept), digest.digest())
