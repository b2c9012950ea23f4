"""What is found out by a seal alone: forgeries, and a chain that was made consistent again behind its back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.evidence import Fault, Flaw, LedgerNotWhole, seal, verify
from include.evidence.model import Event, Head
from include.evidence.payload import payload
from include.evidence.rules import Book, examine
from include.evidence.signing import genuine, sign
from include.store import home
from tests.evidence.conftest import Insider, findings, rewrite, write_events

AT = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    ["signature = sha256('a') || sha256('b')", "at = at - interval '1 day'", "hash = sha256('x')", "count = 9"],
)
def test_a_forged_seal_is_found(ledger: str, insider: Insider, change: str) -> None:
    seal(AT)
    with insider() as connection:
        connection.execute(f"update evidence.seal set {change}")  # type: ignore[call-overload]
    assert findings() == [(10, Flaw.SEAL_FORGED)]


def test_a_seal_by_a_key_of_somebody_else_is_found(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(AT)
    ours = (home() / "seal_key.pub").read_bytes()
    write_events(1)
    monkeypatch.setenv("AMANAH_SEAL_KEY", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=")
    seal(AT)
    monkeypatch.delenv("AMANAH_SEAL_KEY")
    (home() / "seal_key.pub").write_bytes(ours)
    assert findings() == [(11, Flaw.SEAL_FORGED)]
    assert verify().sealed == 10


def test_a_chain_rewritten_after_a_seal_is_found(ledger: str, insider: Insider) -> None:
    seal(AT)
    write_events(3)
    with insider() as connection:
        connection.execute(
            """update evidence.ledger set payload = replace(payload, '"new":3', '"new":2') where seq = 4"""
        )
        rewrite(connection, 4)
    assert findings() == [(10, Flaw.SEALED_RECORD_REWRITTEN)]
    assert verify().sealed == 0


def test_a_record_taken_out_and_the_chain_closed_over_it_is_found_by_the_seal(ledger: str, insider: Insider) -> None:
    write_events(3)
    seal(AT)
    with insider() as connection:
        connection.execute("delete from evidence.ledger where seq = 12")
        rewrite(connection, 12)
    assert findings() == [(13, Flaw.TAIL_MISSING)]


def test_a_ledger_that_lacks_a_record_is_not_sealed(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("delete from evidence.ledger where seq = 4")
    with pytest.raises(LedgerNotWhole, match="evidence verify"):
        seal(AT)


def test_a_seal_that_counted_fewer_records_than_there_are_numbers_is_found() -> None:
    event = Event(1, "sealed", payload(at=AT), bytes(32), b"", AT)
    event = replace(event, hash=event.digest())
    head = Head(1, event.hash)
    key = Ed25519PrivateKey.generate()
    for count, faults in ((1, ()), (0, (Fault(1, Flaw.SEALED_RECORD_REWRITTEN),))):
        made = sign(key, head, count, AT)
        verdict = examine(Book([event], [], (made,), head), genuine=genuine, trusted={made.public_key})
        assert verdict.faults == faults


def test_a_line_outside_that_is_no_seal_is_found(ledger: str) -> None:
    seal(AT)
    with (home() / "seals.jsonl").open("a") as file:
        file.write('{"seq":10}\n')
    assert findings() == [(0, Flaw.SEALS_UNREADABLE)]
