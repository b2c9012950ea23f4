"""The ledger read out of the database, in the order in which it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from include.evidence import seal_file
from include.evidence.model import EPOCH, Event, Head, Seal
from include.evidence.rules import Book, Leaf
from include.evidence.tables import LedgerHead, LedgerLeaf, LedgerRecord, LedgerSeal

__all__ = [
    "book",
    "count",
    "events_of",
    "head",
    "last_sealed",
    "latest_instant",
    "seal_after",
    "seal_before",
    "seals_of",
]

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


def latest_instant(connection: Connection, after: int, to: int) -> datetime:
    """Find when the latest of the events behind one number up to another happened, UTC; they are in no order of that.

    There is one at least.
    """
    begins = func.max(func.substring(LedgerRecord.payload, 8, 27))  # every payload begins with its instant
    within = select(begins).where(LedgerRecord.seq > after, LedgerRecord.seq <= to)
    return datetime.fromisoformat(connection.execute(within).scalar_one())


def events_of(connection: Connection, after: int, to: int) -> Iterator[Event]:
    """Read the records behind one number up to another, in their order; they come as they are asked for."""
    rows = select(*RECORD).where(LedgerRecord.seq > after, LedgerRecord.seq <= to).order_by(LedgerRecord.seq)
    for row in _stream(connection, rows):
        yield Event(*row)


def seals_of(connection: Connection, first: int, last: int) -> tuple[Seal, ...]:
    """Read the seals of the records from one number to another, in their order."""
    within = select(*SEAL).where(LedgerSeal.seq >= first, LedgerSeal.seq <= last).order_by(LedgerSeal.seq)
    return tuple(Seal(*row) for row in connection.execute(within))


def seal_before(connection: Connection, instant: datetime) -> Seal | None:
    """Find the last seal that was made by an instant: whatever it seals happened before."""
    row = connection.execute(select(*SEAL).where(LedgerSeal.at <= instant).order_by(LedgerSeal.seq.desc()).limit(1))
    return next((Seal(*each) for each in row), None)


def seal_after(connection: Connection, *, seq: int = 0, instant: datetime = EPOCH) -> Seal | None:
    """Find the first seal of a record, or made from an instant on: once it is there, no later one takes its place."""
    row = connection.execute(
        select(*SEAL).where(LedgerSeal.seq >= seq, LedgerSeal.at >= instant).order_by(LedgerSeal.seq).limit(1)
    )
    return next((Seal(*each) for each in row), None)


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
