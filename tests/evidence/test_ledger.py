"""The ledger in PostgreSQL: what it takes, how it chains, what it refuses from whoever asks."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from include.evidence import Kind, Refused, leaf, learn, record, verify
from include.evidence.merkle import root
from include.evidence.payload import payload
from include.evidence.reading import book
from include.store import Role, StoreRefused, begin
from tests.evidence.conftest import write_events

AT = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
PLAIN = payload(at=AT)
APPEND = text("select evidence.append(:kind, :payload, cast(:leaves as bytea[]))")


def append(payload: str | None, kind: str | None = "delivery_received", leaves: list[bytes] | None = None) -> None:
    """Ask the database itself, without our code in between."""
    with begin(Role.RELAY) as connection:
        connection.execute(APPEND, {"kind": kind, "payload": payload, "leaves": leaves or []})


def refusal(told: str | None, kind: str | None = "delivery_received", leaves: list[bytes] | None = None) -> str:
    with pytest.raises(StoreRefused) as refused:
        append(told, kind, leaves)
    assert refused.value.sqlstate == "P0E01"
    return str(refused.value)


def test_every_kind_of_event_is_known_to_the_database(database: str) -> None:
    with begin(Role.AUDITOR) as connection:
        assert set(connection.execute(text("select name from evidence.kind")).scalars()) == set(Kind)


def test_every_room_can_record(database: str) -> None:
    for number, role in enumerate((role for role in Role if role not in (Role.MAILER, Role.CONSOLE)), start=1):
        with begin(role) as connection:
            assert record(connection, Kind.REASON_GIVEN, at=AT) == number


def test_an_event_is_kept_as_it_was_told_and_chained_by_the_database(ledger: str) -> None:
    with begin(Role.AUDITOR) as connection:
        events = list(book(connection).events)
    assert [event.seq for event in events] == list(range(1, 11))
    assert events[0].prev_hash == bytes(32)
    for before, event in zip([None, *events], events, strict=False):
        assert event.hash == event.digest()
        assert before is None or event.prev_hash == before.hash
    assert json.loads(events[3].payload)["counts"] == {"new": 3}


def test_the_items_of_a_batch_are_kept_under_one_root(database: str) -> None:
    items = [leaf(row=row) for row in range(1000)]
    with begin(Role.INTAKE) as connection:
        record(connection, Kind.ROWS_QUARANTINED, at=AT, leaves=items)
    with begin(Role.AUDITOR) as connection:
        opened = book(connection)
        (event,) = opened.events
        assert [kept for _, _, kept in opened.leaves] == items
    assert json.loads(event.payload)["leaves"] == {"count": 1000, "root": root(items).hex()}


def test_an_event_stands_and_falls_with_its_unit_of_work(database: str) -> None:
    with pytest.raises(ZeroDivisionError), begin(Role.INTAKE) as connection:
        assert record(connection, Kind.DELIVERY_RECEIVED, at=AT) / 0
    with begin(Role.INTAKE) as connection:
        assert record(connection, Kind.DELIVERY_RECEIVED, at=AT) == 1


def test_many_writers_make_one_chain(database: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write_events, [25] * 4))
    verdict = verify()
    assert verdict.ok
    assert verdict.events == 100


CANARIES: dict[str, str] = {
    "an e-mail address as a code": '"codes":{"reason":"someone@example.com"}',
    "an e-mail address as a key": '"counts":{"someone@example.com":1}',
    "a telephone number as a count": '"counts":{"rows":966500000001}',
    "a telephone number as a code": '"codes":{"reason":"+966500000001"}',
    "a telephone number behind a letter": '"codes":{"reason":"p966500000001"}',
    "a telephone number as an id": '"refs":{"delivery":"00000000-0000-0000-0000-966500000001"}',
    "a telephone number padded to a hash": f'"hashes":{{"sha256":"{"966500000001".zfill(64)}"}}',
    "an Arabic name": '"codes":{"reason":"محمد"}',
    "an Arabic name, escaped": '"codes":{"reason":"\\u0645\\u062d\\u0645\\u062f"}',
    "a Latin name": '"codes":{"reason":"mohammed"}',
    "free text": '"codes":{"reason":"he said no"}',
    "a word that nobody taught": '"codes":{"canary":"iban"}',
    "an edition that is none": '"edition":"someone@example.com"',
    "a date of birth as an instant": '"times":{"due_at":"1985-02-03"}',
}


def test_the_database_itself_refuses_what_may_be_personal_and_does_not_repeat_it(database: str) -> None:
    for what, section in CANARIES.items():
        name = section.split(":", 1)[0]
        empty = f"{name}:null" if name == '"edition"' else f"{name}:{{}}"
        assert empty in PLAIN
        said = refusal(PLAIN.replace(empty, section))
        for canary in ("example.com", "966500000001", "محمد", "u0645", "mohammed", "he said", "canary", "1985"):
            assert canary not in said, what
    assert verify().events == 0


def test_the_database_takes_a_payload_in_its_one_form_only(database: str) -> None:
    for told in (
        None,
        "",
        "null",
        "{}",
        "someone@example.com",
        PLAIN.replace('{"at"', '{"at":"someone@example.com","at"'),
        PLAIN.replace('"counts":{}', '"counts":{"new":1,"new":2}'),
        PLAIN.replace('"counts":{}', '"counts":{"rows":1,"new":2}'),
        PLAIN.replace('"counts":{}', '"counts":{"new":1e2}'),
        PLAIN.replace('"counts":{}', '"counts":{"new":"1"}'),
        PLAIN.replace('"counts":{}', '"counts":{},"note":"x"'),
        PLAIN.replace(",", ", "),
        PLAIN + "\n",
    ):
        assert "example.com" not in refusal(told)


def test_the_database_refuses_a_kind_that_it_does_not_know(database: str) -> None:
    for kind in (None, "someone@example.com", "delivery_lost"):
        assert refusal(PLAIN, kind).endswith("its kind is not in evidence.kind")


def test_the_database_takes_the_leaves_that_the_event_tells_of_and_only_hashes(database: str) -> None:
    told = payload(at=AT, leaves=[leaf(row=1), leaf(row=2)])
    one = hashlib.sha256(b"1").digest()
    given: list[list[Any]] = [
        [],
        [one],
        [one] * 3,
        [b"someone@example.com"] * 2,
        [b"1".rjust(32, b"\0")] * 2,
        [None] * 2,
    ]
    for leaves in given:
        with pytest.raises(StoreRefused) as refused:
            append(told, leaves=leaves)
        assert "example.com" not in str(refused.value)
    assert verify().events == 0


def test_a_word_is_usable_once_it_was_taught(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        with pytest.raises(Refused, match="codes, entry 1"), connection.begin_nested():
            record(connection, Kind.DELIVERY_RECEIVED, at=AT, codes={"source": "sa_trade"})
        learn(connection, "sa_trade", "sa_trade", "source_notice/1")
        assert record(connection, Kind.DELIVERY_RECEIVED, at=AT, codes={"source": "sa_trade"}) == 1


NO_WORDS = (
    "someone@example.com",
    "+966500000001",
    "966500000001",
    "a9665000",
    "x50-000-0001",
    "محمد",
    "he said",
    "Ali",
)


def test_what_is_no_word_cannot_be_taught_by_any_way(database: str) -> None:
    for word in NO_WORDS:
        with begin(Role.INTAKE) as connection, pytest.raises(Refused) as refused:
            learn(connection, word)
        with pytest.raises(StoreRefused) as refused_there, begin(Role.INTAKE) as connection:
            connection.execute(text("select evidence.learn(:word)"), {"word": word})
        assert refused_there.value.sqlstate == "P0E01"
        assert word not in f"{refused.value} {refused_there.value}"


def test_only_the_rooms_that_bring_words_teach_them(database: str) -> None:
    for role in (Role.LEDGER, Role.AUDITOR):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            learn(connection, "sa_trade")


def test_the_database_and_the_reader_know_the_same_form(database: str) -> None:
    told = payload(
        at=AT,
        edition="sa-2024-09-14",
        refs={"delivery": uuid4(), "receipt": uuid4()},
        counts={"new": 0, "rows": 99_999_999},
        codes={"language": "ar", "channel": "email"},
        hashes={"sha256": hashlib.sha256(b"x").digest()},
        times={"due_at": AT},
    )
    append(told)
    assert verify().ok


def test_an_event_that_could_be_personal_is_refused_before_the_database_is_asked(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        with pytest.raises(Refused):
            record(connection, Kind.DELIVERY_RECEIVED, at=AT, codes={"reason": "someone@example.com"})
        assert record(connection, Kind.DELIVERY_RECEIVED, at=AT) == 1
