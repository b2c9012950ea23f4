"""The ledger read out of the database, in the order in which it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from include.evidence import seal_file
from include.evidence.model import Event, Head, Seal
from include.evidence.rules import Book, Leaf
from include.evidence.tables import LedgerHead, LedgerLeaf, LedgerRecord, LedgerSeal

__all__ = ["book", "count", "head", "last_sealed"]

ROWS_AT_ONCE = 5_000

RECORD = (
    LedgerRecord.seq,
    LedgerRecord.kind,
    LedgerRecord.payload,
    LedgerRecord.prev_hash,
    LedgerRecord.hash,
    LedgerRecord.recorded_at,
)
SEAL = (
    LedgerSeal.seq,
    LedgerSeal.hash,
    LedgerSeal.count,
    LedgerSeal.at,
    LedgerSeal.public_key,
    LedgerSeal.signature,
)


def book(connection: Connection) -> Book:
    """Open the ledger at one moment; its rows come as they are asked for, while the unit of work is open.

    The seals outside are read first: what they seal is then in the moment that follows.
    """
    outside, faults = seal_file.read()
    connection.execute(text("set transaction isolation level repeatable read"))
    inside = [Seal(*row) for row in connection.execute(select(*SEAL))]
    every = sorted({*inside, *outside}, key=lambda seal: (seal.seq, seal.at))
    return Book(
        events=_events(connection),
        leaves=_leaves(connection),
        seals=tuple(every),
        head=head(connection),
        outside=len(outside),
        faults=faults,
    )


def head(connection: Connection) -> Head | None:
    """Read what the database remembers as the last record; None if even that is gone."""
    row = connection.execute(select(LedgerHead.seq, LedgerHead.hash)).one_or_none()
    return None if row is None else Head(row.seq, row.hash)


def count(connection: Connection, last: int) -> int:
    """Count the records up to one, whatever is being written behind it."""
    return connection.execute(
        select(func.count()).select_from(LedgerRecord).where(LedgerRecord.seq <= last)
    ).scalar_one()


def last_sealed(connection: Connection) -> int | None:
    """Find the last record that the database holds a seal of."""
    return connection.execute(select(func.max(LedgerSeal.seq))).scalar_one()


def _events(connection: Connection) -> Iterator[Event]:
    for row in _stream(connection, select(*RECORD).order_by(LedgerRecord.seq)):
        yield Event(*row)


def _leaves(connection: Connection) -> Iterator[Leaf]:
    columns = (LedgerLeaf.seq, LedgerLeaf.position, LedgerLeaf.leaf)
    for row in _stream(connection, select(*columns).order_by(LedgerLeaf.seq, LedgerLeaf.position)):
        yield row[0], row[1], row[2]


def _stream(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Read a query through a cursor of the server, so that memory does not grow with the ledger."""
    yield from connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
