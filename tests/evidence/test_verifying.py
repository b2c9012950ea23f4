"""Tampering, done for real by the owner of the tables with the guards switched off, and found every time."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from include.evidence import Flaw, seal, verify
from include.evidence.model import Event
from include.evidence.reading import book
from include.evidence.rules import examine
from include.evidence.signing import genuine
from include.store import Role, begin, home
from tests.evidence.conftest import Insider, findings, write_events

AT = datetime(2026, 1, 6, tzinfo=UTC)


def test_an_untouched_ledger_is_whole(ledger: str) -> None:
    seal(AT)
    verdict = verify()
    assert verdict.ok
    assert (verdict.events, verdict.sealed, verdict.seals, verdict.outside) == (10, 10, 1, 1)
    assert verdict.trusted


def test_an_empty_ledger_is_whole(database: str) -> None:
    assert findings() == []


@pytest.mark.parametrize(
    "change",
    [
        """payload = replace(payload, '"new":3', '"new":2')""",
        "kind = 'delivery_failed'",
        "recorded_at = recorded_at - interval '1 microsecond'",
    ],
)
def test_an_edited_record_is_found(ledger: str, insider: Insider, change: str) -> None:
    with insider() as connection:
        connection.execute(f"update evidence.ledger set {change} where seq = 4")  # type: ignore[call-overload]
    assert findings() == [(4, Flaw.RECORD_EDITED)]


def test_an_edited_hash_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("update evidence.ledger set hash = sha256('x') where seq = 4")
    assert findings() == [(4, Flaw.RECORD_EDITED), (5, Flaw.RECORD_UNLINKED)]


def test_an_edit_with_a_hash_to_match_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        _edit_with_hash(connection, 4)
    assert findings() == [(5, Flaw.RECORD_UNLINKED)]


def test_an_edit_of_the_last_record_with_a_hash_to_match_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        _edit_with_hash(connection, 10)
    assert findings() == [(10, Flaw.HEAD_DIFFERS)]


def test_a_record_taken_out_of_the_middle_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("delete from evidence.ledger where seq = 4")
    assert findings() == [(4, Flaw.RECORD_MISSING)]


def test_a_batch_taken_out_leaves_its_items_behind(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("delete from evidence.ledger where seq in (5, 10)")
    assert findings() == [
        (5, Flaw.RECORD_MISSING),
        (5, Flaw.LEAVES_ORPHANED),
        (10, Flaw.LEAVES_ORPHANED),
        (10, Flaw.TAIL_MISSING),
    ]


def test_reordered_records_are_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        for old, new in ((3, 1003), (4, 3), (1003, 4)):
            connection.execute("update evidence.ledger set seq = %s where seq = %s", [new, old])
    assert findings() == [
        (3, Flaw.RECORD_UNLINKED),
        (3, Flaw.RECORD_EDITED),
        (4, Flaw.RECORD_UNLINKED),
        (4, Flaw.RECORD_EDITED),
        (5, Flaw.RECORD_UNLINKED),
    ]


def test_a_tail_cut_off_is_found_by_the_head(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("delete from evidence.leaf where seq > 7")
        connection.execute("delete from evidence.ledger where seq > 7")
    assert findings() == [(8, Flaw.TAIL_MISSING)]


def test_a_tail_cut_off_with_its_head_is_found_by_the_seals(ledger: str, insider: Insider) -> None:
    seal(AT)
    (home() / "seals.jsonl").unlink()
    with insider() as connection:
        _cut(connection, 7)
    assert findings() == [(8, Flaw.TAIL_MISSING)]


def test_a_tail_cut_off_with_its_head_and_its_seals_is_found_by_the_seals_outside(
    ledger: str, insider: Insider
) -> None:
    seal(AT)
    with insider() as connection:
        connection.execute("delete from evidence.seal")
        _cut(connection, 7)
    assert findings() == [(8, Flaw.TAIL_MISSING)]


def test_a_ledger_emptied_altogether_is_found_by_the_seals_outside(ledger: str, insider: Insider) -> None:
    seal(AT)
    with insider() as connection:
        connection.execute("truncate evidence.ledger, evidence.leaf, evidence.seal")
        connection.execute("update evidence.head set seq = 0, hash = %s", [bytes(32)])
    assert findings() == [(1, Flaw.TAIL_MISSING)]


def test_a_record_behind_the_head_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute(
            "update evidence.head set (seq, hash) = (select seq, hash from evidence.ledger where seq = 9)"
        )
    assert findings() == [(10, Flaw.HEAD_DIFFERS)]


def test_a_head_taken_out_is_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("delete from evidence.head")
    assert findings() == [(10, Flaw.HEAD_DIFFERS)]


@pytest.mark.parametrize(
    "change",
    [
        "update evidence.leaf set leaf = sha256('x') where seq = 5 and position = 1",
        "delete from evidence.leaf where seq = 5 and position = 2",
        "delete from evidence.leaf where seq = 5",
        "insert into evidence.leaf values (5, 3, sha256('x'))",
        "update evidence.leaf set position = position + 1000 where seq = 5 and position = 2",
        "update evidence.leaf set position = (array[1000, 1002, 1001])[position + 1] where seq = 5",
    ],
)
def test_changed_items_of_a_batch_are_found(ledger: str, insider: Insider, change: str) -> None:
    with insider() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert findings() == [(5, Flaw.LEAVES_CHANGED)]


def test_items_without_a_batch_are_found(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("insert into evidence.leaf values (4, 0, sha256('x'))")
    assert findings() == [(4, Flaw.LEAVES_CHANGED)]


def test_of_very_many_faults_the_first_hundred_are_named_and_all_are_counted(ledger: str, insider: Insider) -> None:
    write_events(150)
    with insider() as connection:
        connection.execute("update evidence.ledger set kind = 'delivery_failed'")
    verdict = verify()
    assert [fault.seq for fault in verdict.faults] == list(range(1, 101))
    assert verdict.fault_count == 160


def test_a_record_that_was_slipped_in_whole_but_could_hold_a_person_is_found(ledger: str, insider: Insider) -> None:
    told = "call someone@example.com"
    with insider() as connection:
        (last,) = connection.execute("select hash from evidence.head").fetchone() or [b""]
        event = Event(11, "reason_given", told, last, b"", AT)
        connection.execute(
            "insert into evidence.ledger values (11, 'reason_given', %s, %s, %s, %s)", [told, last, event.digest(), AT]
        )
        connection.execute("update evidence.head set seq = 11, hash = %s", [event.digest()])
    assert findings() == [(11, Flaw.PAYLOAD_MALFORMED)]


def test_writing_goes_on_while_the_ledger_is_verified(ledger: str) -> None:
    with begin(Role.AUDITOR) as connection:
        opened = book(connection)
        write_events(1)
        verdict = examine(opened, genuine=genuine)
    assert verdict.ok
    assert verdict.events == 10
    assert verify().events == 11


def test_the_reader_is_told_how_far_it_has_come(ledger: str) -> None:
    seen: list[int] = []
    verify(on_record=seen.append)
    assert seen == list(range(1, 11))


def _edit_with_hash(connection: psycopg.Connection, seq: int) -> None:
    row = connection.execute(
        "select seq, kind, payload, prev_hash, hash, recorded_at from evidence.ledger where seq = %s", [seq]
    ).fetchone()
    assert row
    event = Event(*row)
    edited = Event(seq, "delivery_failed", event.payload, event.prev_hash, b"", event.recorded_at)
    connection.execute(
        "update evidence.ledger set kind = %s, hash = %s where seq = %s", [edited.kind, edited.digest(), seq]
    )


def _cut(connection: psycopg.Connection, last: int) -> None:
    connection.execute("delete from evidence.leaf where seq > %s", [last])
    connection.execute("delete from evidence.ledger where seq > %s", [last])
    connection.execute(
        "update evidence.head set (seq, hash) = (select seq, hash from evidence.ledger where seq = %s)", [last]
    )
