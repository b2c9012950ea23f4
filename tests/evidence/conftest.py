"""A ledger with something in it, and the insider who owns its tables and means ill."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from include.evidence import Flaw, Kind, leaf, record, verify
from include.evidence.model import Event
from include.store import Role, begin

AT = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
TABLES = ("ledger", "leaf", "seal", "head")

Insider = Callable[[], "contextmanager[psycopg.Connection]"]


def write_events(count: int, at: datetime = AT) -> None:
    """Record so many events, each in a unit of work of its own; every fifth is a batch of three."""
    for number in range(count):
        leaves = [leaf(row=row, reason="iban") for row in range(3)] if number % 5 == 4 else []
        with begin(Role.INTAKE) as connection:
            record(
                connection,
                Kind.DELIVERY_REGISTERED,
                at=at + timedelta(minutes=number),
                edition="sa-2024-09-14",
                refs={"delivery": uuid4()},
                counts={"new": number},
                codes={"language": "ar"},
                leaves=leaves,
            )


@pytest.fixture
def ledger(database: str) -> str:
    """A ledger of ten events, two of them batches."""
    write_events(10)
    return database


@pytest.fixture
def insider(database: str) -> Insider:
    """Someone who owns the tables and has switched off every guard that an owner can switch off."""

    @contextmanager
    def logged_in() -> Iterator[psycopg.Connection]:
        address = os.environ["AMANAH_OWNER_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            connection.execute("alter table evidence.seal drop constraint if exists fk_seal_seq")
            for table in TABLES:
                connection.execute(f"alter table evidence.{table} disable trigger user")
            yield connection
            for table in TABLES:
                connection.execute(f"alter table evidence.{table} enable always trigger refuse")
            connection.execute("alter table evidence.ledger enable trigger chain")
            connection.execute("alter table evidence.leaf enable trigger take_leaves")

    return logged_in


def rewrite(connection: psycopg.Connection, first: int) -> None:
    """Make the chain from a record on consistent again, as an insider would who knows how it is made."""
    row = connection.execute("select hash from evidence.ledger where seq = %s", [first - 1]).fetchone()
    last = row[0] if row else bytes(32)
    number = first - 1
    rows = connection.execute(
        "select seq, kind, payload, recorded_at from evidence.ledger where seq >= %s order by seq", [first]
    ).fetchall()
    for seq, kind, payload, recorded_at in rows:
        number += 1
        digest = Event(number, kind, payload, last, b"", recorded_at).digest()
        connection.execute(
            "update evidence.ledger set seq = %s, prev_hash = %s, hash = %s where seq = %s", [number, last, digest, seq]
        )
        last = digest
    connection.execute("update evidence.head set seq = %s, hash = %s", [number, last])


def findings() -> list[tuple[int, Flaw]]:
    """Verify the database's ledger and give what is wrong with it, record by record."""
    verdict = verify()
    assert verdict.ok is (not verdict.faults)
    assert verdict.first_fault == (verdict.faults[0] if verdict.faults else None)
    return [(fault.seq, fault.flaw) for fault in verdict.faults]
