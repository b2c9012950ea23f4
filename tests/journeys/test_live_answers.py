"""What somebody does on a page starts by itself what has to follow, in a live Airflow where nobody starts anything."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import TERMS, ask, person, write
from httpx import Client
from live_airflow import LiveAirflow, airflow_runs_on, choosy_mail_server
from people_told import PORTAL, controller, tells
from serving_here import served

from include.intake.actions import take_in
from include.intake.contracts import contract_named
from include.law import now
from include.portal import create_app
from include.store.engine import dispose
from include.store.server import ServerInfo

pytestmark = pytest.mark.journey

SOURCE = str(TERMS["key"])
WHOM, OTHER = "person.1@people.example", "person.2@people.example"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def live(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow with one source, in which nothing is switched on but what switches itself on."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "inbox").mkdir()
    (folder / "sources" / SOURCE).mkdir(parents=True)
    contract = yaml.safe_dump({**TERMS, "refresh": "manual"}, allow_unicode=True)
    (folder / "sources" / SOURCE / "contract.yml").write_text(contract, "utf-8")
    settings = {"AMANAH_SOURCES": str(folder / "sources"), "AMANAH_INBOX": str(folder / "inbox")}
    with airflow_runs_on(server, folder, settings) as airflow:
        airflow.runs().wait_for_dags(["destroy_due", "relay_outbox"])
        yield airflow


@pytest.fixture
def pages(live: LiveAirflow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The portal on the database of the live Airflow."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    with served(create_app(controller())) as client:
        yield client
    dispose()


def comes_about(what: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"nothing came of it within {PATIENCE:.0f} seconds")


def begun(live: LiveAirflow, dag: str) -> list[str]:
    runs = live.api.ask("GET", f"/api/v2/dags/{dag}/dagRuns?limit=100")["dag_runs"]
    return [run["state"] for run in runs if run["run_type"] == "asset_triggered"]


def test_a_refusal_on_a_page_is_destruction_and_a_wish_for_a_code_is_a_mail_without_anybody_doing_more(
    live: LiveAirflow, pages: Client, tmp_path: Path
) -> None:
    file = Path(live.settings["AMANAH_INBOX"]) / "sample_guide.csv"
    write(file, list(TERMS["columns"]), [person(1), person(2)])
    take_in(contract_named(SOURCE), file, at=now(), run="drill", reason="drill")
    letters = {letter.recipient: letter.text for letter in tells(now())}
    link = re.findall(rf"{re.escape(PORTAL)}(/p/[a-z2-7]{{40}})", letters[WHOM])[0]
    seal = re.findall(r'name="seal" value="([^"]+)"', pages.get(link).text)[0]
    form = {"seal": seal, "choice": "refuse", "purpose": "business_contact"}
    assert pages.post(f"{link}/answer", data=form).status_code == 200
    gone = "select 1 from register.contact_point where normalised = :whom"
    comes_about(lambda: not ask(gone, whom=WHOM))
    comes_about(lambda: ask("select 1 from duties.destruction where state = 'verified'"))
    comes_about(lambda: "success" in begun(live, "destroy_due"))
    assert ask(gone, whom=OTHER)
    with choosy_mail_server("") as (mailbox, port), live.mail_goes_to(port):
        assert pages.post("/code", data={"contact": OTHER}).status_code == 200
        comes_about(lambda: mailbox.to(OTHER))
        comes_about(lambda: "success" in begun(live, "relay_outbox"))
