"""Tokens that lead back to a message: a keyed proof beside its id, which says nothing to whoever holds it."""

from __future__ import annotations

import binascii
import hmac
from base64 import b32decode, b32encode
from typing import Literal
from uuid import UUID

from include.store import keyed

__all__ = ["LENGTH", "Purpose", "message_of", "token_of"]

Purpose = Literal["return", "stop", "package"]
"""What a token is for: where mail comes back to, the link that stops promotion, or that which leads to a package (an id
of its own). None serves as another."""
PROOF = 8
"""Octets of the keyed hash (RFC 2104) that are kept: one guess in 2^64 is right."""
LENGTH = 39
"""Letters of a token: with `returns+` before it, it fits into the 64 of a local part (RFC 5321 4.5.3.1.1)."""


def token_of(purpose: Purpose, message: UUID) -> str:
    """Make the token of a message: small letters and digits, for a mailbox may forget the case."""
    return b32encode(message.bytes + _proof(purpose, message)).decode("ascii").rstrip("=").lower()


def message_of(purpose: Purpose, token: str) -> UUID | None:
    """Return the message that a token leads to; None for one that is cut, changed, of another purpose or not ours."""
    if len(token) != LENGTH:
        return None
    try:
        octets = b32decode(token.upper() + "=")
    except (binascii.Error, ValueError):
        return None
    message = UUID(bytes=octets[:16])
    return message if hmac.compare_digest(octets[16:], _proof(purpose, message)) else None


def _proof(purpose: Purpose, message: UUID) -> bytes:
    return keyed(f"token:{purpose}", message.hex)[:PROOF]
