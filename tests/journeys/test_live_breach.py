"""A breach of a thousand people in a real Airflow: deadlines fire, an officer answers, all are told, it is filed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from builders import Held, ask, person, terms
from journeys_house import Mailbox, open_mailbox
from live_airflow import LiveAirflow, airflow_runs_on

from include.commands.demo.rest import Airflow
from include.duties.breach import Given, Means, do_step, note, say
from include.duties.breach.incidents import id_of
from include.duties.breach.model import Question
from include.law import now
from include.store.server import ServerInfo

pytestmark = pytest.mark.journey
DAG, PEOPLE, SOON = "respond_to_breach", 1000, timedelta(seconds=150)
SECRET = "CANARY words of an officer"


@pytest.fixture(scope="module")
def live(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    with airflow_runs_on(server, tmp_path_factory.mktemp("breach"), {}) as airflow:
        yield airflow


@pytest.fixture
def box(live: LiveAirflow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    with open_mailbox() as (mails, port), live.mail_goes_to(port):
        yield mails


class Officer:
    """Signed in to Airflow, answers a request with what a form asks, some seconds after it is shown."""

    def __init__(self, live: LiveAirflow, run: str) -> None:
        self.live, self.run, self.airflow = live, run, Airflow(live.place.url)
        self.airflow.log_in("dpo", live.place.passwords["dpo"])
        self.shown: list[dict[str, Any]] = []

    def answers(self, task: str, option: str = "OK", **said: Any) -> None:
        """Wait for a task's request, and answer it."""

        def asked() -> bool:
            failed = self.live.api.tasks(state="failed", dag=DAG, run=self.run)
            assert not failed, [self.live.log_of(DAG, self.run, each["task_id"])[-3000:] for each in failed]
            waits = [one for one in self.airflow.requests(DAG) if one["task_instance"]["dag_run_id"] == self.run]
            self.shown = [one for one in waits if one["task_instance"]["task_id"] == task]
            return bool(self.shown) and self.shown[0]["task_instance"]["state"] == "awaiting_input"

        until(asked, task)
        time.sleep(8)  # at once, Airflow may still be putting the task away
        where = f"/api/v2/dags/{DAG}/dagRuns/{quote(self.run)}/taskInstances/{task}/-1/hitlDetails"
        self.airflow.ask("PATCH", where, {"chosen_options": [option], "params_input": said})


def until(holds: Callable[[], bool], what: str, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it did not come to pass: {what}"
        time.sleep(1)


def everywhere(live: LiveAirflow) -> str:
    """All that Airflow itself keeps and logs."""
    with live.administrator(live.theirs) as airflow:
        kept = [airflow.execute(f"select * from {table}").fetchall() for table in
                ("hitl_detail", "xcom", "dag_run", "rendered_task_instance_fields", "log")]  # fmt: skip
    return json.dumps(kept, default=str) + "".join(
        log.read_text("utf-8", "replace") for log in Path(live.place.logs).rglob("*.log")
    )


def levels(breach: UUID) -> dict[str, datetime]:
    return dict(ask("select level, raised_at from duties.alert where duty_id = :id", id=breach))


def test_a_breach_of_a_thousand_people_is_reported_supplemented_and_told(
    live: LiveAirflow, box: Mailbox, tmp_path: Path
) -> None:
    source = Held(tmp_path, terms())
    source.at = now() - timedelta(days=9)
    source.delivers([person(number) for number in range(PEOPLE)])
    live.runs().wait_for_dags([DAG, "relay_outbox", "ready_for_breach"])
    for dag in (DAG, "relay_outbox", "ready_for_breach"):
        live.api.unpause(dag)
    known = now() - timedelta(hours=48) + SOON
    facts = {"known_at": known, "discovered_at": known, "began_at": known - timedelta(hours=3)}
    live.api.trigger(DAG, "one", {
        "reason": "incident", "kind": "disclosure", "evidence": "SOC-1", "systems": ["register"],
        **{name: moment.isoformat() for name, moment in facts.items()},
    })  # fmt: skip
    breach, officer = id_of("SOC-1", rehearsal=False), Officer(live, "one")
    officer.answers("assess", **dict.fromkeys(Question, "unknown"))
    assert "hour_24" in levels(breach), "what had come before it was noted was raised with it"
    for element in ("description", "risks", "effects", "measures_taken", "measures_planned", "advice", "delay"):
        say(breach, element, {"ar": f"كلام {SECRET}", "en": SECRET}, by="dpo", at=now())
    officer.answers("report.write", deferred=["how"], because="still_investigated", delays=[])
    officer.answers("report.allow", "Approve")
    until(lambda: "hour_48" in levels(breach), "the deadline of the 48th hour")
    assert levels(breach)["hour_48"] - (known + timedelta(hours=48)) < timedelta(seconds=60)
    until(lambda: len({to for to, _ in box.mails if to.startswith("person.")}) == PEOPLE, "everybody is told", 400)
    officer.answers("report.file", reference="NDGP-1")
    say(breach, "how", {"ar": SECRET, "en": SECRET}, by="dpo", at=now())
    officer.answers("supplement.write", deferred=[], because="still_investigated", delays=["investigation"])
    officer.answers("supplement.allow", "Approve")
    officer.answers("supplement.file", reference="NDGP-2")
    for (step,) in ask("select step from duties.breach_step where breach_id = :id", id=breach):
        do_step(breach, step, by="engineer", at=now())
    officer.answers("done", "Close")
    until(lambda: ask("select closed_at from duties.breach where id = :id", id=breach) != [(None,)], "it is closed")
    filed = ask("select number, state, authority_reference from duties.breach_report where state = 'filed' order by 1")
    assert filed == [(0, "filed", "NDGP-1"), (1, "filed", "NDGP-2")]
    duties = dict(ask("select kind, outcome from duties.duty where kind like 'breach%'"))
    assert duties == {"breach_authority": "reported", "breach_people": "told"}
    letters = [to for to, _ in box.mails if to.startswith("person.")]
    assert len(letters) == len(set(letters)) == PEOPLE
    kept = everywhere(live)
    assert SECRET not in kept
    assert "person.1@" not in kept

    rehearsed = note(
        Given(kind="damage", evidence="DRILL-1", systems=("register",), rehearsal=True, **facts),
        means=Means.COMMAND, by="dpo", at=now(),
    )  # fmt: skip
    begun = lambda: ask("select run from duties.breach where id = :id", id=rehearsed)  # noqa: E731
    until(lambda: begun() == [(f"{DAG}:incident_{rehearsed}",)], "what was noted by command gets a run of its own")
    Officer(live, f"incident_{rehearsed}").answers("assess", **dict.fromkeys(Question, "no"))
