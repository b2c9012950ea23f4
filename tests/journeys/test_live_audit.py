"""Days audited by a backfill in a real Airflow: what was is told, who asked is kept, and again it is the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from getpass import getuser
from pathlib import Path

import pytest
from builders import Held, ask, person, terms
from live_airflow import LiveAirflow, airflow_runs_on
from sqlalchemy import text

from include.duties.audit.asked import asked_for
from include.duties.audit.model import Day
from include.duties.audit.verifier import verify
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.law import now
from include.store import Role, begin, home
from include.store.server import ServerInfo

pytestmark = pytest.mark.journey
NIGHT = timedelta(days=1)
PEOPLE = 9
DAGS = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="module")
def live(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow with this one DAG: no other writes the first record."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "dags").mkdir()
    shutil.copy(DAGS / "audit.py", folder / "dags")
    with airflow_runs_on(server, folder, {}, {"AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags")}) as airflow:
        yield airflow


def backfill(live: LiveAirflow, first: date, last: date) -> tuple[int, str]:
    """Ask for a backfill on the command line, as an auditor does; return its exit code and what it says."""
    command = (sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "audit", "--from-date", str(first))
    options = ("--to-date", str(last), "--reprocess-behavior", "completed", "--dag-run-conf", '{"reason": "audit"}')
    done = subprocess.run(
        [*command, *options], env=dict(live.place.environment), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def until(holds: Callable[[], bool], what: str, seconds: float = 480) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it did not come to pass: {what}"
        time.sleep(1)


def over(live: LiveAirflow) -> bool:
    """Whether the last backfill has ended."""
    with live.administrator(live.theirs) as airflow:
        return airflow.execute("select count(*) from backfill where completed_at is null").fetchone() == (0,)


def begun_by_itself(live: LiveAirflow) -> bool:
    """Whether the scheduled run of the last day has ended; nothing was recorded yet, so it has nothing to tell."""
    with live.administrator(live.theirs) as airflow:
        return airflow.execute("select state from dag_run where dag_id = 'audit'").fetchall() == [("success",)]


def states(live: LiveAirflow) -> dict[date, tuple[str, ...]]:
    """By date, how the tasks of its run ended."""
    with live.administrator(live.theirs) as airflow:
        rows = airflow.execute("""
            select run.logical_date, array_agg(task.state order by task.task_id desc)
              from dag_run run join task_instance task using (dag_id, run_id)
             where dag_id = 'audit' and run.run_type = 'backfill' group by 1
        """).fetchall()
    return {Day.at(row[0]).date: tuple(row[1]) for row in rows}


def packs() -> dict[str, dict[str, bytes]]:
    """Every byte of every pack, by its day."""
    folders = sorted(folder for folder in (home() / "audits").glob("20*") if folder.is_dir())
    return {folder.name: {file.name: file.read_bytes() for file in folder.iterdir()} for folder in folders}


def test_five_days_are_audited_by_a_backfill_and_once_more_after_a_third_was_destroyed(
    live: LiveAirflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    live.runs().wait_for_dags(["audit"])
    until(lambda: begun_by_itself(live), "the run of yesterday, which a new installation begins by itself")
    live.pause("audit")
    today = now().date()  # of Airflow's days, which begin three hours into ours
    source = Held(tmp_path, terms())
    source.at = Day.of(today - 4 * NIGHT).begins + timedelta(hours=9)
    source.delivers([person(number) for number in range(PEOPLE)])
    plan_notices(source.at + timedelta(hours=1))

    code, said = backfill(live, today + NIGHT, today + 2 * NIGHT)
    assert (code, "Backfill cannot be executed for future dates." in said) == (1, True), said[-2000:]
    assert backfill(live, today - 5 * NIGHT, today + NIGHT)[0] == 0
    code, said = backfill(live, today - 5 * NIGHT, today - NIGHT)
    assert (code, "Another backfill is running for Dag audit" in said) == (1, True), said[-2000:]
    live.api.unpause("audit")
    until(lambda: over(live), "the backfill")
    days = [today - number * NIGHT for number in (5, 4, 3, 2, 1)]
    ended = states(live)
    assert sorted(ended)[:5] == days, "neither today nor tomorrow, whose intervals are not over"
    assert ended[days[0]] == ("skipped", "skipped"), "before the first record"
    assert {ended[day] for day in days[1:]} == {("success", "success")}
    told = packs()
    assert list(told) == [str(day) for day in days[1:]]
    assert all(verify(home() / "audits" / name) == [] for name in told)
    flows = {json.loads(line)["kind"] for line in told[str(days[1])]["flows.jsonl"].splitlines()}
    assert {"subjects_found", "notices_planned"} <= flows

    with begin(Role.DUTIES) as connection:
        connection.execute(text(GOES), {"at": now(), "third": PEOPLE // 3})
    assert destroy_due(now())["destroyed"] == PEOPLE // 3
    assert ask("select count(*) from register.subject") == [(PEOPLE - PEOPLE // 3,)]
    assert backfill(live, days[0], days[-1])[0] == 0
    until(lambda: over(live), "the second backfill")
    assert {day: states(live)[day] for day in days} == {day: ended[day] for day in days}
    assert packs() == told
    kept = [row for row in asked_for() if row["kind"] == "backfill"]
    assert {(row["by"], row["reason"]) for row in kept} == {(getuser(), "audit")}
    asked = [row["run"].rpartition("#") for row in kept]
    assert len(asked) == len({run for run, _, _ in asked}) * 2 == 10, "each day, by each of the two backfills"
    assert len({number for _, _, number in asked}) == 2


GOES = """
insert into duties.destruction_request (subject_id, trigger, asked_at)
select id, 'deletion_asked', :at from register.subject order by id limit :third
"""
