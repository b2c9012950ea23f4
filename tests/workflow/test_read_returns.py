"""The DAG that reads returns, run for real: a mail goes out over SMTP and comes back into a Maildir."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from airflow_runs import dag_states, run_dag
from builders import ask, person
from journeys_house import House, Mailbox, house, mailbox
from returned_mails import bounce, reply

from include.workflow.assets import OUTBOX, REGISTER, RETURNS
from include.workflow.connections import mailbox_settings

__all__ = ["house", "mailbox"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def returns(house: House, tmp_path: Path) -> Path:
    """An empty Maildir that the DAG reads."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "returns" / part).mkdir(parents=True)
    house.patch.setenv("AMANAH_RETURNS_URL", f"maildir://{tmp_path / 'returns'}")
    return tmp_path / "returns"


def told(house: House, mailbox: Mailbox) -> UUID:
    """Tell somebody who has a mailbox and a telephone; return the message."""
    house.has_source(refresh="manual")
    house.gets([{**person(1), "phone": "0500000012"}])
    house.at(RECEIVED)
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    ((_, mail),) = mailbox.mails
    return UUID(hex=str(mail["Message-ID"])[1:33])


def test_a_letter_that_comes_back_is_told_by_the_next_channel_and_a_stop_is_confirmed(
    house: House, mailbox: Mailbox, returns: Path
) -> None:
    message = told(house, mailbox)
    (returns / "new" / "1").write_bytes(bounce(message))
    (returns / "new" / "2").write_bytes(reply("إلغاء", message))
    house.at(RECEIVED + timedelta(hours=1))
    assert dag_states(run_dag("read_returns")) == {"read": "success"}
    assert not [path for path in returns.rglob("*") if path.is_file()]
    assert run_dag("relay_outbox").state == "success"
    assert [(to, "أوقفنا" in str(mail["Subject"])) for to, mail in mailbox.mails[1:]] == [
        ("person.1@people.example", True)
    ]
    house.patch.setenv("AMANAH_SMS_URL", "json://127.0.0.1:9/{to}")
    assert run_dag("notify_subjects").state == "success"
    assert [tuple(row) for row in ask("select channel, state from channels.message where kind = 'source_notice'")] == [
        ("email", "bounced"),
        ("sms", "ready"),
    ]


def test_nothing_to_read_and_no_mailbox_are_no_failure(house: House, returns: Path) -> None:
    assert dag_states(run_dag("read_returns")) == {"read": "skipped"}
    house.patch.delenv("AMANAH_RETURNS_URL")
    assert dag_states(run_dag("read_returns")) == {"read": "skipped"}
    assert not ask("select from channels.returned")


def test_a_mailbox_that_is_missing_fails_with_a_word_for_the_operator(house: House, returns: Path) -> None:
    house.patch.setenv("AMANAH_RETURNS_URL", "pop3://letmein@mail.example.com")
    assert dag_states(run_dag("read_returns")) == {"read": "failed"}
    house.patch.setenv("AMANAH_RETURNS_URL", f"maildir://{returns}")
    assert dag_states(run_dag("read_returns", reason="")) == {"read": "failed"}, "a run by hand needs a reason"


def test_what_was_read_wakes_the_relay_and_the_notices() -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.definitions.asset import AssetAny

    dags = DagBag().dags
    assert {asset.uri for asset in dags["read_returns"].get_task("read").outlets} == {OUTBOX.uri, RETURNS.uri}
    condition = dags["notify_subjects"].timetable.asset_condition
    assert isinstance(condition, AssetAny), "each alone"
    assert {asset.uri for asset in condition.objects} == {REGISTER.uri, RETURNS.uri}


def test_a_mailbox_may_stand_in_a_connection_of_airflow_and_is_reached_over_tls(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AMANAH_RETURNS", "imap://me%40example.com:let%2Fme@mail.example.com/Returns")
    url = mailbox_settings()["AMANAH_RETURNS_URL"]
    assert url == "imaps://me%40example.com:let%2Fme@mail.example.com:993/Returns"
