"""The key under which identifiers are hashed, so that they can be compared without being read."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from include.errors import NeverRetry
from include.store.home import home, read_private, write_private

__all__ = ["Key", "key_in_force", "key_version", "keyed", "keying", "parse"]

DEVELOPMENT = 0
"""The version of a key that was made here and not given by an operator."""
SHORTEST = 32
"""Bytes; as long as the hash itself (RFC 2104, section 3)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and the number by which it is told from its successors."""

    version: int
    secret: bytes = field(repr=False)


def keyed(kind: str, value: str) -> bytes:
    """Return the keyed hash of a value: 32 bytes of HMAC-SHA-256 under the current key.

    The kind keeps equal texts of different meaning apart. Raises NeverRetry where `AMANAH_KEY` cannot be used.
    """
    return keying()(kind, value)


def keying() -> Callable[[str, str], bytes]:
    """Return `keyed` with the key as it is now, for many values: the environment is asked once.

    What all hashes of a kind begin with is hashed once, and copied: to begin anew takes longer than the value itself.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    secret = key_in_force().secret
    begun: dict[str, HMAC] = {}

    def begin(kind: str) -> HMAC:
        begun[kind] = HMAC(secret, SHA256())
        begun[kind].update(f"{kind}\0".encode("utf-8", "surrogatepass"))
        return begun[kind]

    def under_this_key(kind: str, value: str) -> bytes:
        digest = (begun.get(kind) or begin(kind)).copy()
        digest.update(value.encode("utf-8", "surrogatepass"))
        return digest.finalize()

    return under_this_key


def key_version() -> int:
    """Return the version of the current key: 0 for a development key, 1 where `AMANAH_KEY` names none."""
    return key_in_force().version


def key_in_force() -> Key:
    """Return the current key. Raises NeverRetry where `AMANAH_KEY` cannot be used."""
    return _current(os.environ.get("AMANAH_KEY"), os.environ.get("AMANAH_HOME"))


@lru_cache(maxsize=8)
def _current(given: str | None, _home: str | None) -> Key:
    return parse(given, "AMANAH_KEY") if given else development_key()


def parse(text: str, where: str) -> Key:
    """Read `version:key`, `dev:key` or a bare key, in hexadecimal or base64, of at least 32 bytes."""
    label, colon, body = text.strip().rpartition(":")
    if not colon:
        label = "1"
    if label != "dev" and not re.fullmatch(r"[0-9]{1,9}", label):
        raise NeverRetry(f"{where}: the part before the colon is the key's version, a number (or `dev`).")
    secret = _decoded(body)
    if secret is None or len(secret) < SHORTEST:
        raise NeverRetry(f"{where}: the key must be hexadecimal or base64 of at least {SHORTEST} random bytes.")
    return Key(DEVELOPMENT if label == "dev" else int(label), secret)


def _decoded(body: str) -> bytes | None:
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", body):
        return bytes.fromhex(body)
    standard = body.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except ValueError:
        return None


def development_key() -> Key:
    """Return the key of `home()/key`, made at first use; of several first users one makes it and all read it."""
    file = home() / "key"
    text = read_private(file)
    if text is None:
        write_private(file, f"dev:{secrets.token_hex(SHORTEST)}\n", replace=False)
        text = file.read_text(encoding="utf-8")
    return parse(text, str(file))
