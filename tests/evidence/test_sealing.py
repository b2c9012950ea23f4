"""Seals: what is signed, with which key, and where the copy outside the database lies."""

from __future__ import annotations

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from include.evidence import SealKeyUnreadable, read_keys, seal, verify
from include.evidence.reading import count, head
from include.evidence.signing import genuine, known_keys, signing_key
from include.store import Role, begin, home
from tests.evidence.conftest import Insider, write_events

AT = datetime(2026, 1, 6, tzinfo=UTC)
SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    return home()


def outside() -> list[str]:
    return (home() / "seals.jsonl").read_text().splitlines()


def test_a_seal_signs_the_last_record(ledger: str) -> None:
    made = seal(AT)
    assert made is not None
    assert (made.seq, made.count, made.at) == (10, 10, AT)
    assert made.hash == verify().head
    assert genuine(made)


def test_nothing_new_is_not_sealed_again(ledger: str) -> None:
    assert seal(AT) is not None
    assert seal(AT) is None
    write_events(1)
    assert seal(AT) is not None
    assert len(outside()) == 2
    assert verify().sealed == 11


def test_a_seal_is_no_older_than_the_latest_event_that_is_new_under_it(ledger: str) -> None:
    write_events(1, AT + timedelta(seconds=7))
    write_events(1, AT - timedelta(hours=1))
    made = seal(AT.astimezone(ZoneInfo("Asia/Riyadh")))
    assert made is not None
    assert (made.seq, made.at) == (12, AT + timedelta(seconds=7))
    write_events(1)
    made = seal(AT)
    assert made is not None
    assert made.at == AT, "what lies under an earlier seal does not move it"
    assert verify().ok


def test_an_empty_ledger_is_not_sealed(database: str) -> None:
    assert seal(AT) is None


def test_several_who_seal_at_once_make_one_seal(ledger: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(seal, [AT] * 4))
    assert len([one for one in made if one]) == 1
    assert len(outside()) == 1


def test_what_is_written_while_a_seal_is_made_is_not_counted_into_it(ledger: str) -> None:
    with begin(Role.LEDGER) as connection:
        before = head(connection)
        write_events(1)
        assert before is not None
        assert count(connection, before.seq) == before.seq


def test_the_same_seal_stands_in_the_database_and_outside_it(ledger: str) -> None:
    seal(AT)
    with begin(Role.AUDITOR) as connection:
        inside = connection.execute(text("select encode(signature, 'hex') from evidence.seal")).scalar_one()
    assert inside in outside()[0]


def test_a_seal_that_reached_only_the_file_is_taken_over(ledger: str, insider: Insider) -> None:
    made = seal(AT)
    with insider() as connection:  # as if the process had died before the commit
        connection.execute("delete from evidence.seal")
    assert verify().ok
    assert seal(datetime(2026, 1, 7, tzinfo=UTC)) == made
    assert len(outside()) == 1


def test_the_copy_outside_is_where_the_operator_wants_it(
    ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SEALS", str(tmp_path / "other-disk.jsonl"))
    seal(AT)
    assert (tmp_path / "other-disk.jsonl").stat().st_mode & 0o777 == 0o600
    assert not (home() / "seals.jsonl").exists()
    assert verify().outside == 1


def test_half_a_line_that_a_loss_of_power_left_is_passed_over_and_mended(ledger: str) -> None:
    seal(AT)
    with (home() / "seals.jsonl").open("a") as file:
        file.write('{"seq":11,"ha')
    assert verify().ok
    write_events(1)
    seal(AT)
    assert len(outside()) == 2
    assert verify().ok
    assert verify().outside == 2


def test_a_development_key_is_made_once_and_readable_by_its_owner_only(own_home: Path) -> None:
    first = signing_key().public_key().public_bytes_raw()
    assert (own_home / "seal_key").stat().st_mode & 0o777 == 0o600
    assert signing_key().public_key().public_bytes_raw() == first
    assert read_keys(own_home / "seal_key.pub") == {first}


def test_a_key_that_others_can_read_is_not_used(own_home: Path) -> None:
    signing_key()
    (own_home / "seal_key").chmod(0o640)
    with pytest.raises(SealKeyUnreadable, match="chmod 600"):
        signing_key()


@pytest.mark.parametrize("given", [base64.b64encode(SEED).decode(), PEM, PEM.replace("\n", "\\n")])
def test_the_operators_key_is_used_and_no_other_is_made(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("AMANAH_SEAL_KEY", given)
    assert signing_key().private_bytes_raw() == SEED
    assert not (own_home / "seal_key").exists()


def test_earlier_keys_stay_known_when_a_new_one_comes(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = signing_key().public_key().public_bytes_raw()
    monkeypatch.setenv("AMANAH_SEAL_KEY", PEM)
    signing_key()
    assert known_keys() == {earlier, KEY.public_key().public_bytes_raw()}


@pytest.mark.parametrize(
    "given", ["c2hvcnQ=", "not base64!", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_setting_that_is_no_key_is_named_and_not_repeated(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("AMANAH_SEAL_KEY", given)
    with pytest.raises(SealKeyUnreadable, match="AMANAH_SEAL_KEY") as refused:
        signing_key()
    assert given not in str(refused.value)


def test_whoever_only_verifies_makes_no_key(ledger: str) -> None:
    assert verify().ok
    assert known_keys() is None
    assert not os.path.lexists(home() / "seal_key")
