"""Named locks in the database, held until the unit of work ends."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

__all__ = ["advisory_lock"]


def advisory_lock(connection: Connection, name: str) -> None:
    """Wait until no other unit of work holds the lock of this name, and hold it until this one ends."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": number})
