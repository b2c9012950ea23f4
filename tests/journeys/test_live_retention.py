"""A night over the company's books in a real Airflow: an officer is shown counts, answers, and what was shown goes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import books
import psycopg
import pytest
from browsing import CHROMIUM, chromium, signed_in
from builders import ask
from live_airflow import LiveAirflow, airflow_runs_on
from sqlalchemy import Connection, create_engine, text

from include.commands.demo.officer import Officer
from include.law import now
from include.store.server import ServerInfo

pytestmark = pytest.mark.journey
DAG = "enforce_retention"
SHOTS = os.environ.get("SCREENSHOTS")
"""A folder where pictures of the pages are left, to be looked at."""


@pytest.fixture(scope="module")
def address(server: ServerInfo) -> Iterator[str]:
    """The company's database."""
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create database live_books template template0")
        yield server.superuser_url.rpartition("/")[0] + "/live_books"
        connection.execute("drop database live_books with (force)")


@pytest.fixture(scope="module")
def live(server: ServerInfo, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow that knows the company's books by an Airflow connection."""
    folder = tmp_path_factory.mktemp("retention")
    (folder / "systems").mkdir()
    written = books.MAP.replace("AMANAH_SYSTEM_BOOKS", "books_database")
    (folder / "systems/books.yml").write_text(written, encoding="utf-8")
    settings = {
        "AMANAH_SYSTEMS": str(folder / "systems"),
        "AMANAH_BOOKS_FILES": str(folder / "calls"),
    }
    connection = {"AIRFLOW_CONN_BOOKS_DATABASE": address.replace("+psycopg", "")}
    with airflow_runs_on(server, folder, settings, connection) as airflow:
        yield airflow


@pytest.fixture
def company(live: LiveAirflow, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """The books, with an account that ended long ago and one that goes on."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
        books.make(connection)
        books.fill(connection, (1, "2026-01-01"), (2, None))
        connection.execute(text("update session set seen_at = now() where id = 2"))
        connection.execute(text("update invoice set issued_on = '2015-01-01' where id = 1"))
        yield connection
    engine.dispose()


def night(
    live: LiveAirflow, run: str, answer: str, shown: Callable[[dict[str, Any]], None] | None = None, **conf: Any
) -> str:
    """Start a run by hand and let an officer answer; return how it ended. `shown` looks at the request before that."""
    officer = Officer(live.place.url, "dpo", live.place.passwords["dpo"], lambda _: None, answer, reads=15)
    live.runs().wait_for_dags([DAG])
    live.api.unpause(DAG)
    since = now()
    live.api.trigger(DAG, run, {"reason": "drill", **conf})
    while (now() - since).total_seconds() < 300:
        if shown and (asked := [one["task_instance"] for one in live.api.requests(DAG)]):
            shown(asked[0])
            shown = None
        officer.look(DAG)
        ended = {one["dag_run_id"]: one["state"] for one in live.api.runs(since) if one["dag_id"] == DAG}
        if ended.get(run) == "failed":
            tasks = live.api.tasks(state="failed", dag=DAG, run=run)
            raise AssertionError("\n".join(live.log_of(DAG, run, task["task_id"])[-9000:] for task in tasks))
        if ended.get(run) == "success":
            return "success"
        time.sleep(1)
    raise AssertionError("the run did not end")


def reads(live: LiveAirflow, task: dict[str, Any]) -> None:
    """Open the page of the request as the officer does: what it asks, counts alone, and both answers can be read."""
    if CHROMIUM is None:
        return
    with chromium() as browser:
        page = signed_in(browser, live, height=1100)
        page.get_by_role("link", name="Amanah").first.wait_for()
        page.goto(f"{live.place.url}/dags/{DAG}/runs/{task['dag_run_id']}/tasks/{task['task_id']}/required_actions")
        page.get_by_text("Plans of destruction that wait").first.wait_for()
        page.get_by_role("button", name="Reject").first.wait_for()
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/required_action.png", full_page=True)
        (plan,) = ask("select encode(plan_hash, 'hex') as hash from duties.destruction where rule = 'account:accounts'")
        body = page.locator("main, body").first.inner_text()
        for told in (
            plan.hash[:16],
            "account:accounts",
            "lets exactly the rows",
            "تُتلف فور الإجابة",
            "Allow",
            "Reject",
        ):
            assert told in body, told
        assert page.get_by_role("table").count() > 0, "the counts stand in a table"
        assert "owner.1" not in body


def accounts(company: Connection) -> list[int]:
    return [row[0] for row in company.execute(text("select id from account order by id"))]


def test_by_hand_it_is_a_dry_run_first_and_changes_nothing(live: LiveAirflow, company: Connection) -> None:
    assert night(live, "dry", "Allow") == "success"
    assert accounts(company) == [1, 2]
    assert ask("select 1 from duties.destruction where system = 'books'") == []


def test_what_the_officer_allows_goes_and_only_counts_are_shown(live: LiveAirflow, company: Connection) -> None:
    assert night(live, "refused", "Reject", lambda task: reads(live, task), dry_run=False) == "success"
    assert accounts(company) == [1, 2]
    assert night(live, "allowed", "Allow", dry_run=False) == "success"
    assert accounts(company) == [2]
    assert [row[0] for row in company.execute(text("select id from session"))] == [2]
    states = ask("select state, count(*) from duties.destruction where system = 'books' group by 1 order by 1")
    assert {state for state, _ in states} >= {"rejected", "verified"}
    with live.administrator(live.theirs) as airflow:
        shown = airflow.execute("select subject, body from hitl_detail").fetchall()
        told = json.dumps(shown) + str(airflow.execute("select value from xcom").fetchall())
    assert "account:accounts" in told
    assert "owner.1" not in told
    assert "owner.1" not in "".join(log.read_text("utf-8", "replace") for log in Path(live.place.logs).rglob("*.log"))
