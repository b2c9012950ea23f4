"""A large event's leaves are told in one piece, and mean what they mean one by one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from include.evidence import Batch, Kind, Refused, leaf, leaf_form, record, verify
from include.evidence.merkle import root
from include.store import Role, begin

AT = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def leaves(count: int) -> list[bytes]:
    return [leaf(point=number, score=0.25) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 1000, 40_000])
def test_a_batch_has_the_root_of_its_leaves(count: int) -> None:
    assert root(Batch(b"".join(leaves(count)))) == root(leaves(count))


def test_a_form_and_a_number_make_the_leaf() -> None:
    before, behind = leaf_form("point", klass="business", score=0.0121, reasons=["role_mailbox", "own_domain"])
    expected = leaf(point=4711, klass="business", score=0.0121, reasons=["role_mailbox", "own_domain"])
    assert hashlib.sha256(before + b"4711" + behind).digest() == expected


def test_a_form_refuses_what_no_leaf_holds() -> None:
    with pytest.raises(Refused):
        leaf_form("point", name="فهد")


def test_a_batch_stands_in_the_ledger_leaf_by_leaf(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        record(connection, Kind.DECISIONS_MADE, at=AT, leaves=Batch(b"".join(leaves(300))))
        record(connection, Kind.DECISIONS_MADE, at=AT, leaves=Batch(b""))
    with begin(Role.AUDITOR) as connection:
        kept = connection.execute(text("select leaf from evidence.leaf order by seq, position")).scalars()
        assert [bytes(item) for item in kept] == leaves(300)
    verdict = verify()
    assert (verdict.events, verdict.first_fault) == (2, None)


@pytest.mark.parametrize(
    "packed", [b"x" * 31, b"x" * 33, b"x" * 32 + b"short".ljust(32, b"\0")], ids=["less", "more", "padded"]
)
def test_a_batch_holds_hashes_and_nothing_shorter(database: str, packed: bytes) -> None:
    with pytest.raises(Refused), begin(Role.INTAKE) as connection:
        record(connection, Kind.DECISIONS_MADE, at=AT, leaves=Batch(packed))


def test_zeros_where_two_hashes_meet_are_no_padding() -> None:
    Batch(b"x" * 28 + bytes(4) + bytes(4) + b"x" * 28).check()


def test_the_database_counts_the_leaves_of_a_batch_itself(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        record(connection, Kind.DECISIONS_MADE, at=AT, leaves=leaves(2))
    with begin(Role.AUDITOR) as connection:
        payload = connection.execute(text("select payload from evidence.ledger")).scalar_one()
    ask = text("select evidence.append_batch('decisions_made', :payload, :leaves)")
    with pytest.raises(Exception, match="as many as"), begin(Role.INTAKE) as connection:
        connection.execute(ask, {"payload": payload, "leaves": leaves(1)[0]})
