"""The officer opens the console from Airflow's own navigation, decides a point, and allows a plan there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

import books
import httpx
import psycopg
import pytest
from builders import START, Held, ask, person, recorded, terms
from live_airflow import LiveAirflow, airflow_runs_on
from sqlalchemy import Connection, create_engine, text

from include.commands.demo.rest import Airflow
from include.duties.review import waiting
from include.law import now
from include.store.server import ServerInfo

CHROMIUM = shutil.which("chromium")
DAG = "enforce_retention"
SHOP = {"id": "8", "name": "شركة الواحة للتجارة المحدودة", "email": "kdzx@alwaha.example", "city": "جدة"}

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")]


@pytest.fixture(scope="module")
def address(server: ServerInfo) -> Iterator[str]:
    """The company's database."""
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create database console_books template template0")
        yield server.superuser_url.rpartition("/")[0] + "/console_books"
        connection.execute("drop database console_books with (force)")


@pytest.fixture(scope="module")
def live(server: ServerInfo, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow that knows the company's books."""
    folder = tmp_path_factory.mktemp("console")
    (folder / "systems").mkdir()
    (folder / "systems/books.yml").write_text(books.MAP, encoding="utf-8")
    settings = {
        "AMANAH_SYSTEMS": str(folder / "systems"),
        "AMANAH_SYSTEM_BOOKS": address,
        "AMANAH_BOOKS_FILES": str(folder / "calls"),
    }
    with airflow_runs_on(server, folder, settings) as airflow:
        yield airflow


@pytest.fixture
def company(
    live: LiveAirflow, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """The books with an account that ended long ago, and a point in the register that waits for a person."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    Held(tmp_path_factory.mktemp("guide"), terms(), at=now()).delivers([SHOP, person(1)])
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        books.make(connection)
        books.fill(connection, (1, "2025-01-01"), (2, None))
        yield connection
    engine.dispose()


@pytest.fixture
def page(live: LiveAirflow) -> Iterator[Any]:
    """A browser in which the officer signed in on Airflow's own page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_context(viewport={"width": 1400, "height": 950}).new_page()
        opened.set_default_timeout(120_000)
        opened.goto(live.place.url)
        opened.fill("input[name=username]", "dpo")
        opened.fill("input[name=password]", live.place.passwords["dpo"])
        opened.keyboard.press("Enter")
        yield opened
        browser.close()


ENDS = ("success", "failed")


def waits_for_an_answer(live: LiveAirflow) -> dict[str, Any]:
    """Start a night by hand and wait until it asks the officer."""
    live.api.unpause(DAG)
    live.api.trigger(DAG, "console", {"reason": "drill", "dry_run": False})
    until = time.monotonic() + 300
    while not (asked := live.api.requests(DAG)):
        assert time.monotonic() < until
        time.sleep(1)
    return dict(asked[0]["task_instance"])


def test_the_officer_decides_allows_and_reads_in_the_console_and_airflows_later_answer_changes_nothing(
    live: LiveAirflow, company: Connection, page: Any
) -> None:
    task = waits_for_an_answer(live)
    page.get_by_role("link", name="Amanah").first.click()
    console = page.frame_locator("iframe")
    console.get_by_role("heading", level=1, name="Today").wait_for()
    assert "enforce_retention" not in console.locator(".broken").all_inner_texts()

    (point,) = waiting()
    console.get_by_role("link", name="Review").click()
    console.get_by_role("link", name="Begin").click()
    console.get_by_role("button", name="Show the value").click()
    console.get_by_text(SHOP["email"]).wait_for()
    console.get_by_role("button", name="The name is an organisation's").click()
    console.get_by_text("Nothing waits for a decision").wait_for()
    assert ask("select class, reviewed_by from register.review")[0] == ("business", "dpo")
    assert waiting() == [], point

    console.get_by_role("link", name="Retention").click()
    console.locator("section", has_text="account:accounts").get_by_role("button", name="Allow").click()
    console.get_by_role("status").wait_for()
    console.locator("#case").fill("CASE-2026/7")
    console.locator("#people").fill("person.1@people.example")
    console.get_by_role("button", name="Place a hold").click()
    console.get_by_text("The hold stands").wait_for()

    console.get_by_role("link", name="People").click()
    console.locator("#contact").fill("Person.1@people.example")
    console.get_by_role("button", name="Find").click()
    console.get_by_text("A legal hold keeps data of this person").wait_for()
    assert "person.1@" not in console.locator("main").inner_text()
    console.get_by_role("button", name="Show the values").click()
    console.get_by_text("person.1@people.example").wait_for()
    assert (recorded("hold_placed"), recorded("value_read")) == (1, 3), "a point, a search, a person"
    live.api.answer(task, "Reject")
    until = time.monotonic() + 300
    while not (ended := [one for one in live.api.runs(START) if one["dag_id"] == DAG and one["state"] in ENDS]):
        assert time.monotonic() < until
        time.sleep(1)
    assert ended[0]["state"] == "success"
    states = ask("select state from duties.destruction where rule = 'account:accounts'")
    assert [row.state for row in states] == ["verified"]
    assert company.execute(text("select count(*) from account where email like 'owner.1%'")).scalar_one() == 0


@pytest.mark.parametrize(("login", "status"), [("admin", 403), ("engineer", 403), ("auditor", 200), ("dpo", 200)])
def test_who_minds_the_machine_is_not_who_reads_the_evidence(live: LiveAirflow, login: str, status: int) -> None:
    airflow = Airflow(live.place.url)
    airflow.log_in(login, live.place.passwords[login])
    token = {"_token": str(airflow._token)}
    with httpx.Client(base_url=live.place.url, cookies=token, trust_env=False, timeout=60) as client:
        assert client.get("/amanah/evidence").status_code == status
        assert client.get("/amanah/").status_code == 200
        assert client.get("/amanah/static/console.css").status_code == 200
    with httpx.Client(base_url=live.place.url, trust_env=False, timeout=60) as stranger:
        assert stranger.get("/amanah/").status_code == 401


def test_the_last_runs_are_told_to_the_page(live: LiveAirflow) -> None:
    airflow = Airflow(live.place.url)
    airflow.log_in("dpo", live.place.passwords["dpo"])
    with httpx.Client(
        base_url=live.place.url, cookies={"_token": str(airflow._token)}, trust_env=False, timeout=60
    ) as client:
        page = client.get("/amanah/").text
    assert "No run is known" not in page
    assert "Workflows whose last run is well" in page


def test_a_run_and_its_tasks_lead_to_the_page_that_they_concern(live: LiveAirflow, page: Any) -> None:
    assert live.outcomes(["seal_evidence"], "linked") == {"seal_evidence": "success"}
    way = "/api/v2/dags/seal_evidence/dagRuns/linked/taskInstances"
    tasks = [one["task_id"] for one in live.api.ask("GET", way)["task_instances"]]
    found = [live.api.ask("GET", f"{way}/{task}/links")["extra_links"].values() for task in tasks]
    (link,) = {where for links in found for where in links if where}
    for place in (link, "/dags/seal_evidence/runs/linked/plugin/amanah_run", "/dags/seal_evidence/plugin/amanah_dag"):
        page.goto(live.place.url + place)
        page.frame_locator("iframe").get_by_role("heading", level=1, name="Evidence").wait_for()


def test_who_is_signed_out_is_led_to_airflows_own_login_and_back(live: LiveAirflow, page: Any) -> None:
    page.get_by_role("link", name="Amanah").first.wait_for()  # the login is through
    page.context.clear_cookies()
    page.goto(f"{live.place.url}/amanah/sources")
    page.get_by_role("link", name="Sign in").click()
    page.fill("input[name=username]", "dpo")
    page.fill("input[name=password]", live.place.passwords["dpo"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Today").wait_for()
