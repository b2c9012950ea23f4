"""The keys that came after: each hash that outlives its value is put through them, one after the other.

A hash beside its value hides nothing, and stays under `AMANAH_KEY`. A hash whose value was destroyed cannot be made
anew under another key, but it can be hashed again: under the key of the next rung it is out of reach of whoever has
the earlier ones. So no rung is ever taken away; both sides of a comparison climb (NIST SP 800-57 part 1, 5.3.6).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache

from include.errors import NeverRetry
from include.store.keys import key_in_force, parse

__all__ = ["Rung", "rungs", "setting"]

NAME = "AMANAH_SUPPRESSION_KEYS"
BLOCK = 64
"""Bytes that SHA-256 takes at once (RFC 2104: the key is padded to them)."""
MARK = 8
"""Bytes by which the database knows a key again without having it."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One key: the lowest is `AMANAH_KEY` itself, through which a hash has gone already."""

    version: int
    secret: bytes = field(repr=False)

    @property
    def mark(self) -> bytes:
        """What the database keeps of it, to tell whether a process has the same key: the beginning of a hash."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.hmac import HMAC

        digest = HMAC(self.secret, SHA256())
        digest.update(b"amanah rung")
        return digest.finalize()[:MARK]

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """The inner and the outer pad, from which a database with SHA-256 alone makes an HMAC (RFC 2104)."""
        import hashlib

        key = hashlib.sha256(self.secret).digest() if len(self.secret) > BLOCK else self.secret
        padded = key.ljust(BLOCK, b"\0")
        return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def rungs() -> tuple[Rung, ...]:
    """Return every key that this process has, lowest first. Raises NeverRetry naming what is wrong with the setting."""
    lowest = key_in_force()
    return Rung(lowest.version, lowest.secret), *_later(os.environ.get(NAME, ""), lowest.version)


def setting() -> tuple[str, str]:
    """Return what a unit of work tells the database: the pads of the later keys, and the marks of all of them."""
    return _setting(rungs())


@lru_cache(maxsize=8)
def _setting(all_of_them: tuple[Rung, ...]) -> tuple[str, str]:
    _, *later = all_of_them
    pads = ",".join(f"{rung.version}:{rung.pads[0].hex()}:{rung.pads[1].hex()}" for rung in later)
    return pads or "none", ",".join(f"{rung.version}:{rung.mark.hex()}" for rung in all_of_them)


@lru_cache(maxsize=8)
def _later(given: str, lowest: int) -> tuple[Rung, ...]:
    found = [parse(part, NAME) for part in given.split()]
    before = lowest
    for key in found:
        if key.version <= before:
            raise NeverRetry(f"{NAME}: the versions rise, and all are above that of AMANAH_KEY ({lowest}).")
        before = key.version
    return tuple(Rung(key.version, key.secret) for key in found)
