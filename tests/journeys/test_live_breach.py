"""A breach of a thousand people in a real Airflow: told to all, reported at hour 50, supplemented at hour 80.

The officer answers in Airflow and writes in the console, in a browser; mail goes out over SMTP. Between the two hours
Airflow is booted anew under a clock that stands thirty hours later.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from browsing import CHROMIUM, chromium, signed_in
from builders import Held, ask, person, terms
from journeys_house import Mailbox, open_mailbox
from live_airflow import LiveAirflow, airflow_runs_on

from include.commands.demo.booting import boot
from include.commands.demo.rest import Airflow
from include.duties.breach import Given, Means, do_step, note
from include.duties.breach.incidents import id_of, reference_of
from include.duties.breach.model import Question
from include.law import now
from include.store.server import ServerInfo

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")]
DAG, PEOPLE, SOON, HOUR = "respond_to_breach", 1000, timedelta(seconds=150), timedelta(hours=1)
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


@contextmanager
def console_of(live: LiveAirflow, breach: UUID) -> Iterator[Any]:
    """The incident's page as the officer opens it from Airflow's own navigation, in a browser."""
    with chromium() as browser:
        page = signed_in(browser, live)
        page.get_by_role("link", name="Amanah").first.click()
        console = page.frame_locator("iframe")
        console.get_by_role("link", name="Breach", exact=True).first.click()
        console.get_by_role("link", name=reference_of(breach)).click()
        console.get_by_role("heading", level=1, name=reference_of(breach)).wait_for()  # the list has such fields too
        yield console


def writes(console: Any, breach: UUID, *elements: str) -> None:
    """Let the officer write of each element in the console."""
    written = "select count(*) from duties.breach_words where breach_id = :id and element = :element"
    for element in elements:
        console.locator("#element").select_option(element)
        console.locator("#arabic").fill(f"كلام {SECRET}")
        console.locator("#english").fill(SECRET)
        console.locator("html").evaluate("page => page.dataset.before = 'yes'")
        console.get_by_role("button", name="Write it").click()
        console.locator("html:not([data-before])").wait_for(state="attached")  # what is filled in sooner is lost
        until(lambda which=element: ask(written, id=breach, element=which) == [(2,)], f"{element} is written")


def under_the_clock(live: LiveAirflow, moment: datetime, patch: pytest.MonkeyPatch) -> None:
    """Let that moment come, here and in Airflow, whose processes begin anew."""
    patch.setenv("AMANAH_SIMULATED_NOW", moment.isoformat())
    live.processes.stop()
    told = {**live.place.environment, "AMANAH_SIMULATED_NOW": moment.isoformat()}
    live.place = replace(live.place, environment=told)
    live.api = boot(live.place, live.processes)


def reports_of(breach: UUID) -> list[dict[str, Any]]:
    """What was filed, and at which hour."""
    rows = ask("select number, authority_reference as reference, filed_at, known_at, content from duties.breach_report "
               "join duties.breach on breach.id = breach_id where breach_id = :id and state = 'filed' order by number",
               id=breach)  # fmt: skip
    return [{"hour": (row.filed_at - row.known_at) / HOUR, **row._mapping} for row in rows]


def test_a_breach_of_a_thousand_people_is_reported_at_hour_50_with_a_supplement_at_hour_80_and_its_reason(
    live: LiveAirflow, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.runs().wait_for_dags([DAG, "relay_outbox", "ready_for_breach", "watch_promises"])
    live.pause("ready_for_breach", "watch_promises")  # the hourly watch gives up what lies unfinished for days
    source = Held(tmp_path, terms())
    source.at = now() - timedelta(days=9)
    source.delivers([person(number) for number in range(PEOPLE)])
    for dag in (DAG, "relay_outbox"):
        live.api.unpause(dag)
    known = now() - 50 * HOUR
    facts = {"known_at": known, "discovered_at": known, "began_at": known - 3 * HOUR}
    live.api.trigger(DAG, "one", {
        "reason": "incident", "kind": "disclosure", "evidence": "SOC-1", "systems": ["register"],
        **{name: moment.isoformat() for name, moment in facts.items()},
    })  # fmt: skip
    soon = dict.fromkeys(facts, now() - 48 * HOUR + SOON)
    other = note(Given(kind="damage", evidence="SOC-2", systems=("register",), **soon), means=Means.COMMAND, by="dpo",
                 at=now())  # fmt: skip
    live.api.trigger(DAG, "by_id_alone", {"reason": "incident", "incident": str(other)})
    breach, officer = id_of("SOC-1", rehearsal=False), Officer(live, "one")
    officer.answers("assess", **dict.fromkeys(Question, "unknown"))
    assert {"hour_24", "hour_48"} <= levels(breach).keys(), "what had come before it was noted was raised with it"
    with console_of(live, breach) as console:
        writes(console, breach, "description", "risks", "effects", "measures_taken", "measures_planned", "advice")
    officer.answers("report.write", deferred=["how"], because="still_investigated", delays=[])
    officer.answers("report.allow", "Approve")
    until(lambda: len({to for to, _ in box.mails if to.startswith("person.")}) == PEOPLE, "everybody is told", 400)
    officer.answers("report.file", reference="NDGP-1")
    until(lambda: len(reports_of(breach)) == 1, "the report is filed")
    until(lambda: "hour_48" in levels(other), "the deadline of the 48th hour, in a run by the incident's id alone")
    assert levels(other)["hour_48"] - (soon["known_at"] + 48 * HOUR) < timedelta(seconds=60)

    under_the_clock(live, known + 80 * HOUR, monkeypatch)
    officer = Officer(live, "one")
    with console_of(live, breach) as console:
        console.locator("#ended").fill((known + 4 * HOUR).strftime("%Y-%m-%dT%H:%M"))  # one hour after it, in Riyadh
        console.get_by_role("button", name="It has ended").click()
        until(lambda: ask("select end_noted_at from duties.breach where id = :id", id=breach) == [(now(),)], "its end")
        writes(console, breach, "how", "delay")
    officer.answers("supplement.write", deferred=[], because="still_investigated", delays=["investigation"])
    officer.answers("supplement.allow", "Approve")
    officer.answers("supplement.file", reference="NDGP-2")
    until(lambda: len(reports_of(breach)) == 2, "the supplement is filed")
    first, second = reports_of(breach)
    assert (first["number"], first["reference"], second["number"], second["reference"]) == (0, "NDGP-1", 1, "NDGP-2")
    assert 50 <= first["hour"] < 51
    assert second["hour"] == 80
    assert "1,000 people by count" in first["content"]["elements"]["subjects"]["en"][0]
    assert first["content"]["deferred"] == {"how": "still_investigated"}
    assert first["content"]["late"] is False
    assert second["content"]["supplied"] == ["how", "when"]
    assert (second["content"]["delays"], second["content"]["delay"]["en"]) == (["investigation"], SECRET)

    for (step,) in ask("select step from duties.breach_step where breach_id = :id", id=breach):
        do_step(breach, step, by="engineer", at=now())
    officer.answers("done", "Close")
    until(lambda: ask("select closed_at from duties.breach where id = :id", id=breach) != [(None,)], "it is closed")
    of_both = "select people_duty from duties.breach where id = :id union select :id"
    duties = dict(ask(f"select kind, outcome from duties.duty where id in ({of_both})", id=breach))
    assert duties == {"breach_authority": "reported", "breach_people": "told"}
    letters = [to for to, _ in box.mails if to.startswith("person.")]
    assert len(letters) == len(set(letters)) == PEOPLE
    kept = everywhere(live)
    assert SECRET not in kept
    assert "person.1@" not in kept

    live.api.unpause("ready_for_breach")
    rehearsed = note(
        Given(kind="damage", evidence="DRILL-1", systems=("register",), rehearsal=True, **facts),
        means=Means.COMMAND, by="dpo", at=now(),
    )  # fmt: skip
    begun = lambda: ask("select run from duties.breach where id = :id", id=rehearsed)  # noqa: E731
    until(lambda: begun() == [(f"{DAG}:incident_{rehearsed}",)], "what was noted by command gets a run of its own")
    Officer(live, f"incident_{rehearsed}").answers("assess", **dict.fromkeys(Question, "no"))
