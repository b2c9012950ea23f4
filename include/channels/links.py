"""Links that lead a person to their own page: unguessable, expiring, for one purpose, and hashed where they are kept.

A token is made from the keyed hash of its message, so writing a letter twice gives the same link, and neither the
database nor its backup holds one that would open anything.
"""

from __future__ import annotations

import re
from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, text

from include.store import keyed

__all__ = ["hash_of", "link_for"]

PROOF = 25
"""Octets of the token: 200 bits, written as 40 small letters and digits."""
TOKEN = re.compile(r"[a-z2-7]{40}")
PAGE = "p"
"""The page of one person lies under this path."""


def link_for(
    connection: Connection,
    base: str,
    message: UUID,
    subject: UUID,
    language: str,
    *,
    at: datetime,
    expires_at: datetime,
    sent: bool = True,
) -> str:
    """Make the link of a letter to its reader's page, below the portal's base address; keep the token's hash.

    Instants are UTC. From `expires_at` on the link opens nothing. Where no letter was `sent`, `message` is chance, and
    nothing that is said by the link names it.
    """
    token = _token(message)
    values = {"hash": sha256(token.encode()).digest(), "subject": subject, "message": message if sent else None}
    connection.execute(KEEP, values | {"language": language, "at": at, "expires": expires_at})
    return f"{base}/{PAGE}/{token}"


def hash_of(token: str) -> bytes | None:
    """Give the hash under which a link is kept; None for what can be no token."""
    return sha256(token.encode()).digest() if TOKEN.fullmatch(token) else None


def _token(message: UUID) -> str:
    return b32encode(keyed("link:person", message.hex)[:PROOF]).decode("ascii").lower()


KEEP = text("""
    insert into portal.link (hash, purpose, subject_id, message_id, language, made_at, expires_at)
    values (:hash, 'person', :subject, :message, :language, :at, :expires)
    on conflict (hash) do nothing
""")
