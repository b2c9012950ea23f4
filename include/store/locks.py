"""Named locks in the database: held until the unit of work ends, or for as long as a process is at work."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from include.store.engine import engine
from include.store.refusals import without_values

__all__ = ["advisory_lock", "alone", "at_work", "somebody_at_work"]


def advisory_lock(connection: Connection, name: str) -> None:
    """Wait until no other unit of work holds the lock of this name, and hold it until this one ends."""
    connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _number(name)})


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until nobody else works under this name, and let nobody begin while the block runs.

    For work that is no single unit. The database forgets it with the connection, however the process ends.
    """
    with _held("pg_advisory_lock", name):
        yield


@contextmanager
def at_work(name: str) -> Iterator[None]:
    """Be seen to be at work under this name while the block runs; several may be.

    The database forgets it with the connection: however the process ends, and on whatever machine it ran.
    """
    with _held("pg_advisory_lock_shared", name):
        yield


def somebody_at_work(connection: Connection, name: str) -> bool:
    """Say whether anybody is at work under this name; if nobody is, nobody begins before this unit of work ends."""
    free = text("select pg_try_advisory_xact_lock(:number)")
    return not connection.execute(free, {"number": _number(name)}).scalar_one()


@contextmanager
def _held(lock: str, name: str) -> Iterator[None]:
    """Hold a lock on a connection of its own while the block runs."""
    with without_values():
        connection = engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # its own, so that closing it closes it
        connection.execute(text(f"select {lock}(:number)"), {"number": _number(name)})
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):
            connection.close()


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
