"""The DAG of audits, run for real: a day is closed as it ends, its pack written, and who asked for one is kept."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow_runs import dag_named, dag_states, run_dag
from builders import ask, person, recorded
from command import call
from journeys_house import House, house
from sqlalchemy import text

from include.duties.audit.asked import asked_for
from include.duties.audit.model import Day
from include.duties.audit.verifier import verify
from include.store import Role, begin, home
from include.workflow.listening import on_dag_run_running
from include.workflow.steps import Start

__all__ = ["house"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(run: Any) -> str:
    """Give what the run's tasks left for its note."""
    told = [task.xcom_pull(task_ids=task.task_id, key="said") for task in run.get_task_instances()]
    return " ".join(filter(None, told))


def test_a_day_is_closed_by_itself_audited_by_hand_and_failed_where_something_must_not_be(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.has_source(refresh="manual")
    house.gets([person(number) for number in range(2)])
    house.at(RECEIVED)
    assert run_dag("collect_sample_guide").state == "success"
    for hours, closed in ((0, 1), (1, 1)):
        house.at(MIDNIGHT + hours * HOUR)
        run = run_dag("seal_evidence")
        assert dag_states(run) == dict.fromkeys(("close_day", "seal", "verify"), "success")
        assert recorded("day_closed") == closed
    house.at(MIDNIGHT + 6 * HOUR)
    run = run_dag("audit", date="2026-03-01", reason="audit")
    assert dag_states(run) == {"write_pack": "success", "judge": "success"}
    pack = home() / "audits" / "2026-03-01"
    assert verify(pack) == []
    counted = json.loads((pack / "statement.json").read_text("utf-8"))["counted_at"]
    assert counted == "2026-03-01T21:00:00.000000Z"

    for given, told in (
        ({"date": "2026-03-02"}, "2026-03-02 is not over"),
        ({"date": "2026-02-01"}, "nothing was recorded on 2026-02-01"),
        ({"date": "2023-01-01"}, "nothing was recorded on 2023-01-01: no edition was in force yet"),
        ({"reason": ""}, "a run by hand needs a reason"),
    ):
        run = run_dag("audit", **given)
        assert dag_states(run)["write_pack"] == "failed"
        assert told in said(run)

    with monkeypatch.context() as by_itself:
        by_itself.setattr("include.workflow.audits.started", lambda: Start("audit:first", "scheduled", "scheduled"))
        run = run_dag("audit", begins=datetime(2026, 2, 1, tzinfo=UTC))
        assert dag_states(run) == dict.fromkeys(("write_pack", "judge"), "skipped"), "a new installation begins so"
        assert "nothing was recorded on 2026-02-01" in said(run)
        by_itself.setattr("include.workflow.audits.started", lambda: Start("audit:range", "backfill", "audit"))
        for begins in (datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)):
            run = run_dag("audit", begins=begins, date="2026-03-01")
            assert dag_states(run) == dict.fromkeys(("write_pack", "judge"), "skipped")
            assert f"nothing was recorded on {begins.date()}" in said(run), "each run of a backfill has its own day"

    with begin(Role.DUTIES) as connection:
        late = {"at": RECEIVED}
        connection.execute(text(MISSED), late)
    house.at(MIDNIGHT + 30 * HOUR)
    run = run_dag("audit", date=None)
    assert dag_states(run) == {"write_pack": "success", "judge": "failed"}
    assert "the audit of 2026-03-02 found 1 missed without reason" in said(run)
    assert verify(home() / "audits" / "2026-03-02") == []
    kept = asked_for()
    assert sorted(row["reason"] for row in kept) == ["audit", "drill", "drill", "drill", "drill"]
    assert {row["kind"] for row in kept} == {"manual"}
    assert all(row["run"].startswith("audit:") and row["at"] and row["by"] for row in kept)

    capsys.readouterr()  # what Airflow told of its runs
    asked = call(monkeypatch, capsys, "audit", "2026-03-02")
    assert (asked.code, asked.error) == (1, CHECK_FAILED)
    assert asked.out.startswith(f"{home() / 'audits' / '2026-03-02'}: ")
    house.at(MIDNIGHT + 31 * HOUR)
    assert call(monkeypatch, capsys, "audit", "explain", "--reason", "power_cut", "--by", "dpo").code == 0
    assert ask("select count(*) from duties.missed_reason")[0][0] == 1
    asked = call(monkeypatch, capsys, "audit", "2026-03-01", "--json")
    assert (asked.code, asked.counts["failed"], asked.counts["counted"]) == (0, {}, True)
    whole = call(monkeypatch, capsys, "audit", "verify", str(pack))
    result, by, sealed, compare = whole.out.splitlines()
    assert (whole.code, result) == (0, "verified 2026-03-01, signed by the key that the signature itself brings")
    fingerprint = json.loads((pack / "statement.json").read_bytes())["seal"]["key"]
    assert (by, sealed) == (f"signed by the key {fingerprint}", f"sealed by the key {fingerprint}")
    assert "compare these (SHA-256)" in compare
    no_key = call(monkeypatch, capsys, "audit", "verify", str(pack), "--trust", str(pack / "README.txt"))
    assert no_key.code == 2
    (pack / "held.jsonl").write_bytes((pack / "held.jsonl").read_bytes().replace(b"2", b"3", 1))
    broken = call(monkeypatch, capsys, "audit", "verify", str(pack), "--trust", str(home() / "seal_key.pub"))
    assert broken.code == 1
    assert broken.out.startswith("NOT verified: held.jsonl: one byte was changed (byte ")
    assert call(monkeypatch, capsys, "audit", "2026-03-09").error.startswith("error: NoSuchDay: 2026-03-09 is not over")
    asked = call(monkeypatch, capsys, "audit", "2023-01-01")
    assert asked.error.startswith("error: BeforeRecords: nothing was recorded on 2023-01-01")
    runs = call(monkeypatch, capsys, "audit", "runs")
    assert runs.out.count("  command_line  ") == 2
    assert runs.out.count("  manual  ") == 5


MISSED = """
insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at, due_at, closed_at)
values ('rights_request', 'sample_guide', 'missed', 'sa-2024-09-14', 'IR 3', :at, :at, :at, :at)
"""
CHECK_FAILED = (
    "error: CheckFailed: 2026-03-02: 1 missed without reason; the pack was written and says so. Look what brought it "
    "about\n"
)


def test_plain_dates_of_a_backfill_name_the_days_that_are_audited() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from airflow.serialization.serialized_objects import DagSerialization

        dag = DagSerialization.from_dict(DagSerialization.to_dict(dag_named("audit")))
    first, last = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    found = [Day.at(info.logical_date).date for info in dag.iter_dagrun_infos_between(first, last)]
    assert found == [date(2026, 11, day) for day in range(1, 31)]
    assert all(info.run_after >= Day.at(info.logical_date).ends for info in dag.iter_dagrun_infos_between(first, last))


def test_a_run_bears_the_name_and_the_number_of_the_backfill_that_began_it_last() -> None:
    asked = SimpleNamespace(triggering_user_name="second")
    run = SimpleNamespace(
        dag_id="audit", backfill_id=7, backfill=asked, conf={"reason": "audit"}, triggering_user_name="first"
    )
    on_dag_run_running(run, "")
    assert (run.triggering_user_name, run.conf) == ("second", {"reason": "audit", "backfill": 7})
    by_itself = SimpleNamespace(dag_id="audit", backfill_id=None, conf=None, triggering_user_name=None)
    on_dag_run_running(by_itself, "")
    assert (by_itself.triggering_user_name, by_itself.conf) == (None, None)
