"""Ask which of many keyed hashes are suppressed, in one join."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from include.store import copy_into
from include.store.sql import Steps

__all__ = ["STEPS", "bring", "look_up"]

STEPS = Steps("include.duties.suppressing", "suppressing.sql")


def look_up(connection: Connection, keys: Iterable[tuple[bytes, str]]) -> frozenset[bytes]:
    """Return those of the keyed hashes (each with its kind, `email` or `phone`) that are suppressed."""
    bring(connection, keys)
    return frozenset(bytes(row.key) for row in STEPS.rows(connection, "held"))


def bring(connection: Connection, keys: Iterable[tuple[bytes, str]]) -> int:
    """Put keyed hashes into the unit of work's own table, from which they are compared; return how many there are."""
    STEPS.run(connection, "asked")
    brought = copy_into(connection, "asked_key", ("key", "kind"), keys)
    STEPS.run(connection, "known")
    return brought
