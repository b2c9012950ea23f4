"""Data is used for what it was collected for; recordings and technical data for what the policy names alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow_runs import dag_states, run_dag
from command import call
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from include.commands.status import status
from include.duties.purposes import Denied, Reason, Verdict, flag_unannounced, may_use, may_use_row, read_recording
from include.duties.purposes.model import RECORDING_PURPOSES, TECHNICAL_PURPOSES
from include.duties.purposes.rules import against
from include.duties.unintended import find_unintended
from include.errors import MayBeRetried, NeverRetry
from include.store import Role, begin, keyed
from include.systems import Column, System, Table
from include.systems.manifest import load_map

AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MAP = """
dataset:
  - fides_key: centre
    name: A call centre
    data_categories: [system.operations]
    collections:
      - name: customer
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: remark, data_categories: [user.content.private]}
      - name: session
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: customer_id, fides_meta: {references: [{dataset: centre, field: customer.id, direction: from}]}}
          - {name: ip, data_categories: [user.device.ip_address]}
      - name: phone_call
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: customer_id, fides_meta: {references: [{dataset: centre, field: customer.id, direction: from}]}}
          - {name: path, data_categories: [user.biometric.voice]}
          - {name: announced}
amanah:
  centre:
    connection: AMANAH_SYSTEM_CENTRE
    files: AMANAH_CENTRE_FILES
    tables:
      customer:
        subject: true
        purposes: [account]
        basis: contract
        columns: {remark: {free_text: true}}
      session:
        purposes: [security, user_experience, promotion]
        basis: legitimate_interest
        references: {customer_id: {kind: owned}}
      phone_call:
        purposes: [quality, training, promotion]
        basis: legitimate_interest
        columns: {path: {file: true}, announced: {announced: true}}
        references: {customer_id: {kind: owned}}
"""
SOUND = b"RIFF, and then what somebody said"


@dataclass(frozen=True)
class Centre:
    """A company's call centre: its database, its map, and where its recordings lie."""

    connection: Connection
    map: Path
    files: Path

    @property
    def system(self) -> System:
        (found,) = load_map(self.map)
        return found

    def maps(self, old: str, new: str) -> None:
        self.map.write_text(self.map.read_text("utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def centre(database: str, any_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    yield from opened(any_database, tmp_path, monkeypatch)


@pytest.fixture
def small(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    yield from opened(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path, monkeypatch)


def opened(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    files, maps = folder / "calls", folder / "maps"
    for each in (files, maps):
        each.mkdir()
    (files / "1.wav").write_bytes(SOUND)
    (maps / "centre.yml").write_text(MAP, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEMS", str(maps))
    monkeypatch.setenv("AMANAH_SYSTEM_CENTRE", address)
    monkeypatch.setenv("AMANAH_CENTRE_FILES", str(files))
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in MADE.split(";"):
            connection.execute(text(statement))
        yield Centre(connection, maps / "centre.yml", files)
    engine.dispose()


MADE = """
create table customer (id integer primary key, email varchar(99), remark varchar(99));
create table session (id integer primary key, customer_id integer references customer (id), ip varchar(40));
create table phone_call (id integer primary key, customer_id integer references customer (id), path varchar(99),
                   announced boolean);
insert into customer values (1, 'sara@people.example', 'she is in a hurry');
insert into phone_call values (1, 1, '1.wav', true);
insert into phone_call values (2, 1, '2.wav', false);
insert into phone_call values (3, 1, '3.wav', null);
insert into phone_call values (4, 1, null, false)
"""


def ledger(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as store:
        rows = store.execute(
            text("select payload from evidence.ledger where kind = :kind order by seq"), {"kind": kind}
        )
        return [json.loads(row.payload) for row in rows]


def test_data_is_used_for_what_its_map_says_and_for_nothing_else(small: Centre) -> None:
    assert may_use(small.system, "customer", "email", "account") == Verdict(True)
    assert may_use(small.system, "customer", "email", "promotion").reasons == (Reason.PURPOSE_NOT_OF_DATA,)
    assert may_use(small.system, "customer", "id", "anything").allowed, "a number says nothing of a person"
    assert may_use_row(small.system, "customer", "account").allowed


def test_what_no_map_knows_is_denied(small: Centre) -> None:
    assert may_use(small.system, "nowhere", "email", "account").reasons == (Reason.TABLE_UNMAPPED,)
    assert may_use(small.system, "customer", "religion", "account").reasons == (Reason.COLUMN_UNMAPPED,)
    assert may_use_row(small.system, "nowhere", "account").reasons == (Reason.TABLE_UNMAPPED,)
    small.maps("        purposes: [account]\n        basis: contract\n", "")
    assert may_use(small.system, "customer", "email", "account").reasons == (
        Reason.PURPOSE_MISSING,
        Reason.BASIS_MISSING,
    )
    small.maps("references: {customer_id: {kind: owned}}", "hold: true")
    assert Reason.MAP_UNFIT in may_use(small.system, "customer", "id", "account").reasons


def test_technical_data_serves_security_and_the_users_experience_whatever_its_map_says_more(small: Centre) -> None:
    assert may_use(small.system, "session", "ip", "security").allowed
    assert may_use(small.system, "session", "ip", "user_experience").allowed
    row = may_use_row(small.system, "session", "promotion")
    assert row.reasons == (Reason.ONLY_FOR_SECURITY,)
    assert row.usable == ("customer_id", "id")


def test_a_recording_serves_quality_training_and_service_and_nothing_else(small: Centre) -> None:
    assert may_use(small.system, "phone_call", "path", "training").allowed
    assert may_use(small.system, "phone_call", "path", "promotion").reasons == (Reason.ONLY_FOR_QUALITY,)
    assert may_use(small.system, "phone_call", "path", "service_improvement").reasons == (Reason.PURPOSE_NOT_OF_DATA,)


CATEGORIES = st.sampled_from(["user.biometric.voice", "user.device", "user.device.cookie_id", "user.contact.email"])
PURPOSES = st.sampled_from([*RECORDING_PURPOSES, *TECHNICAL_PURPOSES, "promotion", "account"])


@given(
    categories=st.lists(CATEGORIES, min_size=1),
    named=st.lists(PURPOSES),
    purpose=PURPOSES,
    basis=st.sampled_from([None, "contract"]),
    announced=st.booleans(),
    blocked=st.booleans(),
)
def test_nothing_is_allowed_that_map_lock_or_block_speaks_against(
    categories: list[str], named: list[str], purpose: str, basis: str | None, announced: bool, blocked: bool
) -> None:
    column = Column(name="x", categories=tuple(categories), purposes=tuple(named), basis=basis)
    table = Table(name="t", key=("x",), columns=(column, Column(name="said", announced=announced)))
    allowed = not against(table, column, purpose, {("t", "x")} if blocked else ())
    voice = "user.biometric.voice" in categories
    technical = any(category.startswith("user.device") for category in categories)
    assert allowed == (
        purpose in named
        and basis is not None
        and not blocked
        and not (voice and (purpose not in RECORDING_PURPOSES or not announced))
        and not (technical and purpose not in TECHNICAL_PURPOSES)
    )


def test_what_was_found_where_nobody_meant_it_is_used_for_nothing(small: Centre) -> None:
    small.connection.execute(text("update customer set remark = 'write to omar@people.example'"))
    assert may_use(small.system, "customer", "remark", "account").allowed
    assert find_unintended(small.system, {"AMANAH_SYSTEM_CENTRE": str(small.connection.engine.url)}, AT) == 1
    assert may_use(small.system, "customer", "remark", "account").reasons == (Reason.BLOCKED,)
    row = may_use_row(small.system, "customer", "account")
    assert (row.reasons, row.usable) == ((Reason.BLOCKED,), ("email", "id"))


def test_recordings_that_nobody_announced_are_counted_every_night_and_shown(centre: Centre) -> None:
    assert flag_unannounced(AT) == {"systems": 1, "recordings": 3, "unannounced": 2, "away": 0}
    assert status()["unannounced"] == {"centre.phone_call": 2}
    assert ledger("recordings_counted")[0]["counts"]["unannounced"] == 2
    centre.connection.execute(text("update phone_call set announced = true"))
    assert flag_unannounced(AT + timedelta(days=1))["unannounced"] == 0
    assert status()["unannounced"] == {}


def test_where_no_column_says_it_no_call_was_announced(small: Centre) -> None:
    small.maps(", announced: {announced: true}", "")
    assert flag_unannounced(AT)["unannounced"] == 3
    assert may_use(small.system, "phone_call", "path", "quality").reasons == (Reason.NOT_ANNOUNCED,)


def test_a_system_that_is_away_keeps_its_last_counts_and_one_that_is_mapped_no_more_has_none(
    small: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag_unannounced(AT)
    with pytest.raises(MayBeRetried):
        flag_unannounced(
            AT, {"AMANAH_SYSTEMS": str(small.map.parent), "AMANAH_SYSTEM_CENTRE": "postgresql://127.0.0.1:9/x"}
        )
    assert status()["unannounced"] == {"centre.phone_call": 2}
    small.map.unlink()
    flag_unannounced(AT)
    assert status()["unannounced"] == {}


def listen(centre: Centre, key: str = "1", purpose: str = "quality", by: str = "huda") -> bytes:
    return read_recording(centre.system, "phone_call", [key], purpose, by, at=AT)


def test_who_listens_is_in_the_ledger_before_they_hear_it_and_no_name_is(centre: Centre) -> None:
    assert listen(centre) == SOUND
    (event,) = ledger("recording_read")
    assert event["codes"] == {"system": "centre", "table": "phone_call", "purpose": "quality"}
    assert event["hashes"]["actor"] == keyed("login", "huda").hex()
    assert event["hashes"]["row"] == keyed("recording", "centre\x1fphone_call\x1f1").hex()
    assert ledger("recording_refused") == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"key": "2"}, Reason.NOT_ANNOUNCED),
        ({"key": "3"}, Reason.NOT_ANNOUNCED),
        ({"key": "4"}, Reason.ROW_UNKNOWN),
        ({"key": "900"}, Reason.ROW_UNKNOWN),
        ({"key": "1 or 1=1"}, Reason.ROW_UNKNOWN),
        ({"purpose": "promotion"}, Reason.ONLY_FOR_QUALITY),
        ({"purpose": "sara@people.example"}, Reason.PURPOSE_NOT_OF_DATA),
    ],
    ids=["no", "unsaid", "empty", "nobody", "no_key", "promotion", "made_up"],
)
def test_nobody_listens_for_another_purpose_or_to_a_call_that_was_not_announced(
    small: Centre, asked: Mapping[str, str], reason: Reason
) -> None:
    with pytest.raises(Denied) as denied:
        listen(small, **asked)
    assert denied.value.reasons[0] is reason
    (event,) = ledger("recording_refused")
    assert event["codes"]["why"] == reason
    assert "sara" not in json.dumps(event)
    assert ledger("recording_read") == []


def test_only_a_recording_is_listened_to_and_only_by_somebody(small: Centre) -> None:
    for table in ("customer", "nowhere"):
        with pytest.raises(Denied):
            read_recording(small.system, table, ["1"], "quality", "huda", at=AT)
    with pytest.raises(NeverRetry, match="say who listens"):
        listen(small, by=" ")
    assert ledger("recording_read") == []


def test_a_row_that_names_a_file_elsewhere_gives_nothing(small: Centre, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key", encoding="utf-8")
    small.connection.execute(text("update phone_call set path = '../secret' where id = 1"))
    with pytest.raises(NeverRetry, match="outside"):
        listen(small)
    small.connection.execute(text("update phone_call set path = 'gone.wav' where id = 1"))
    with pytest.raises(NeverRetry, match="not there"):
        listen(small)


def test_the_command_takes_a_recording_out_for_its_owner_alone(
    small: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.wav"
    words = ["systems", "recording", "centre", "phone_call", "1", "--by", "huda", "--output", str(out), "--purpose"]
    assert call(monkeypatch, capsys, *words, "promotion").code
    assert not out.exists()
    assert call(monkeypatch, capsys, *words, "quality").code == 0
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (SOUND, 0o600)
    assert call(monkeypatch, capsys, *words, "quality").code, "nothing is written over"
    assert len(ledger("recording_read")) == 1


def test_the_night_counts_what_was_not_announced(small: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", AT.isoformat())
    assert dag_states(run_dag("enforce_retention", dry_run=False))["flag_unannounced"] == "success"
    assert status()["unannounced"] == {"centre.phone_call": 2}
