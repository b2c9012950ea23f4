"""Nights and backfills with a live Airflow: the past is read again, one run waits for another, and notes say what was.

Deliveries are taken in first under the dates of past nights: of the three that are asked for, the second had none. In
the inbox lies a file that nobody has taken in yet.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import TERMS, ask, person, terms, write
from live_airflow import LiveAirflow, airflow_runs_on
from sqlalchemy import text

from include.duties.notice.actions import plan_notices
from include.intake.actions import take_in
from include.intake.contracts import contract_named
from include.intake.turns import in_turn
from include.law import edition_for, now
from include.store import Role, begin
from include.store.server import ServerInfo
from include.workflow.notes import HEADING

pytestmark = pytest.mark.journey

SOURCE = str(TERMS["key"])
DAG = f"collect_{SOURCE}"
DAY = timedelta(days=1)
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "city": "جدة"}
HELD = ("register.listing", "register.contact_point", "register.subject", "register.delivery", "duties.duty",
        "duties.notice", "channels.message", "suppression.entry")  # fmt: skip


HOUR = (now().astimezone(edition_for("sa", now()).zone).hour + 12) % 24
"""When the source is collected: far enough from now that no night begins meanwhile."""


@pytest.fixture(scope="module")
def live(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow with one source."""
    folder = tmp_path_factory.mktemp("nights")
    (folder / "inbox").mkdir()
    (folder / "sources" / SOURCE).mkdir(parents=True)
    contract = yaml.safe_dump({**TERMS, "refresh": f"0 {HOUR} * * *"}, allow_unicode=True)
    (folder / "sources" / SOURCE / "contract.yml").write_text(contract, "utf-8")
    settings = {"AMANAH_SOURCES": str(folder / "sources"), "AMANAH_INBOX": str(folder / "inbox")}
    with airflow_runs_on(server, folder, settings) as airflow:
        yield airflow


@pytest.fixture(autouse=True)
def _inside(live: LiveAirflow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test be told what Airflow's processes are told."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def nights(live: LiveAirflow) -> list[datetime]:
    """Three past nights, the last of them the newest there is; something was delivered on the first and the third."""
    last = now().astimezone(edition_for("sa", now()).zone).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    last -= DAY if last > now() else timedelta(0)
    first = [COMPANY, person(1), person(2)]
    deliveries = {3: [COMPANY], 2: first, 0: [COMPANY, {**person(1), "city": "جدة"}, person(3), person(4)]}
    file = Path(live.settings["AMANAH_INBOX"]) / terms().location.path
    with pytest.MonkeyPatch.context() as patch:
        for name, value in live.settings.items():
            patch.setenv(name, value)
        for days, rows in deliveries.items():
            night = last - days * DAY
            write(file, list(TERMS["columns"]), rows)
            take_in(
                contract_named(SOURCE), file, at=night + timedelta(minutes=5), run=f"nightly:{days}", reason="drill"
            )
        plan_notices(now())
    write(file, list(TERMS["columns"]), [COMPANY, person(7)])
    live.runs().wait_for_dags([DAG, "relay_outbox"])
    live.pause("relay_outbox")  # there is no mail server
    live.api.unpause(DAG)
    return [last - 2 * DAY, last - DAY, last]


def backfill(live: LiveAirflow, nights: list[datetime], conf: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Ask for these nights again through the API, and return their runs by the day of the night when all have ended."""
    span = {"from_date": nights[0].isoformat(), "to_date": nights[-1].isoformat()}
    asked = {"dag_id": DAG, **span, "reprocess_behavior": "completed", "dag_run_conf": conf}
    live.api.ask("POST", "/api/v2/backfills", asked)
    return ended(live, nights)


def backfill_as_typed(live: LiveAirflow, nights: list[datetime], conf: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Ask for these nights on the command line, as an operator does."""
    span = ["--from-date", nights[0].isoformat(), "--to-date", nights[-1].isoformat()]
    more = ["--reprocess-behavior", "completed", "--dag-run-conf", json.dumps(conf)]
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", DAG, *span, *more],
        env=dict(live.place.environment),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return ended(live, nights)


def ended(live: LiveAirflow, nights: list[datetime]) -> dict[str, dict[str, Any]]:
    """Wait for the runs of these nights, and then end the backfill, which Airflow itself does twice a minute only."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        runs = live.api.ask("GET", f"/api/v2/dags/{DAG}/dagRuns?run_type=backfill&limit=100")["dag_runs"]
        if len(runs) >= len(nights) and all(run["state"] in ("success", "failed") for run in runs):
            for one in live.api.ask("GET", f"/api/v2/backfills?dag_id={DAG}")["backfills"]:
                if one["completed_at"] is None:
                    live.api.ask("PUT", f"/api/v2/backfills/{one['id']}/cancel")
            return {run["logical_date"][:10]: run for run in runs}
        time.sleep(0.5)
    raise AssertionError(f"not ended: {[(run['dag_run_id'], run['state']) for run in runs]}")


def held() -> dict[str, list[str]]:
    return {table: sorted(str(row[0]) for row in ask(f"select t::text from {table} t")) for table in HELD}


def recorded(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as auditor:
        told = auditor.execute(
            text("select payload from evidence.ledger where kind = :kind order by seq"), {"kind": kind}
        )
        return [json.loads(payload) for payload in told.scalars()]


def states(live: LiveAirflow, run: str) -> dict[str, str]:
    path = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances?limit=100"
    return {task["task_id"]: task["state"] for task in live.api.ask("GET", path)["task_instances"]}


def run_of(live: LiveAirflow, run: str) -> dict[str, Any]:
    return live.api.ask("GET", f"/api/v2/dags/{DAG}/dagRuns/{run}")


def test_a_backfill_without_a_reason_is_refused_and_says_so_in_its_note(
    live: LiveAirflow, nights: list[datetime]
) -> None:
    (run,) = backfill(live, nights[2:], {}).values()
    assert run["state"] == "failed"
    assert "a backfill needs a reason" in run["note"].splitlines()[0]


def test_a_backfill_reads_each_night_again_as_often_as_it_is_asked_and_the_register_stays_as_it_is(
    live: LiveAirflow, nights: list[datetime]
) -> None:
    before = held()
    runs = backfill_as_typed(live, nights, {"reason": "audit"})
    for _ in range(2):
        assert {run["state"] for run in runs.values()} == {"success"}
        assert held() == before, "nothing is registered, owed, sent or brought back"
        assert not ask("select 1 from register.turn")
        runs = backfill(live, nights[:1], {"reason": "audit"})
    told = recorded("delivery_reread")
    assert sorted(event["counts"]["received"] for event in told) == [3, 4], "each delivery once, and its own"
    assert {event["edition"] for event in told} == {"sa-2024-09-14"}
    notes = [run["note"] for _, run in sorted(runs.items())]
    assert "| rows received | 3 |" in notes[0]
    assert "| changed since | 1 |" in notes[0]
    assert "| withdrawn since | 1 |" in notes[0]
    assert notes[1].startswith(f"{HEADING}: reread skipped: source sample_guide: no delivery was registered between")
    assert "| unchanged | 4 |" in notes[2]
    done = states(live, runs[min(runs)]["dag_run_id"])
    assert done.pop("reread") == "success"
    assert set(done.values()) == {"skipped"}, "a backfill takes nothing in"


def test_who_asked_for_a_backfill_and_why_is_recorded(live: LiveAirflow, nights: list[datetime]) -> None:
    asked = ask("select run, started_by, reason from register.run where kind = 'backfill'")
    assert {row.reason for row in asked} == {"audit"}
    by = [row.started_by for row in asked]
    assert (by.count(getuser()), by.count("admin"), len(by)) == (3, 1, 4), "on the machine, and in the UI"
    events = recorded("reason_given")
    assert all(event["codes"] == {"dag": DAG, "kind": "backfill", "reason": "audit"} for event in events)
    assert len({event["hashes"]["starter"] for event in events}) == 2


def test_a_run_waits_without_a_worker_while_another_has_the_source_and_then_takes_it_in(
    live: LiveAirflow, nights: list[datetime]
) -> None:
    with in_turn(SOURCE, "elsewhere"):
        live.api.trigger(DAG, "waiting", {"reason": "new_file"})
        end = time.monotonic() + 120
        while states(live, "waiting").get("receive") != "up_for_reschedule":
            assert time.monotonic() < end
            time.sleep(0.5)
        assert not ask("select 1 from register.receipt where run like '%waiting'")
    live.runs().settle()
    run = run_of(live, "waiting")
    assert run["state"] == "success"
    assert states(live, "waiting") == {
        "reread": "skipped", "receive": "success", "land": "success", "check": "success", "prepare": "success",
        "register": "success", "publish": "success",
    }  # fmt: skip
    assert "| rows received | 2 |" in run["note"]
    assert "| new | 1 |" in run["note"]
    assert "| withdrawn by the source | 3 |" in run["note"]
    assert "| people to be told | 1 |" in run["note"]
    (who,) = ask("select started_by, reason from register.run where run = :run", run=f"{DAG}:waiting")
    assert tuple(who) == ("admin", "new_file")


def test_the_same_bytes_again_end_after_they_were_hashed_and_three_times_equals_once(
    live: LiveAirflow, nights: list[datetime]
) -> None:
    before = held()
    for run in ("again", "and_again"):
        live.runs().run({DAG: {"reason": "drill"}}, run)
        done = states(live, run)
        worked = {task for task, state in done.items() if state == "success"}
        assert worked == {"receive", "register"}, "nothing is read, and nobody is told of anything new"
        assert "| unchanged | 2 |" in run_of(live, run)["note"]
    assert held() == before
    assert recorded("delivery_registered")[-1]["counts"]["skipped"] == 1
