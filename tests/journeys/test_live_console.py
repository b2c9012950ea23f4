"""The console in a real Airflow: the officer reviews ten points, allows a plan, places a hold, reads a person.

Each office comes by Airflow's own login and navigation, in both languages and themes; what is not theirs is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import books
import httpx
import psycopg
import pytest
from browsing import CHROMIUM, chromium, signed_in
from builders import START, Held, ask, person, recorded, terms
from live_airflow import LiveAirflow, airflow_runs_on
from sqlalchemy import Connection, create_engine, text

from include.commands.demo.rest import Airflow
from include.console.forms import seal_for
from include.duties.review import waiting
from include.law import now
from include.store.server import ServerInfo

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
def held(live: LiveAirflow, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Ten points in the register that wait for a person, and somebody with a mailbox."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    if not ask("select from register.contact_point limit 1"):
        shops = [{**SHOP, "id": str(100 + n), "email": f"kdzx@place{n}.example"} for n in range(10)]
        Held(tmp_path_factory.mktemp("guide"), terms(), at=now()).delivers([*shops, person(1)])


@pytest.fixture
def company(held: None, address: str) -> Iterator[Connection]:
    """The books with an account that ended long ago."""
    del held
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        books.make(connection)
        books.fill(connection, (1, "2025-01-01"), (2, None))
        yield connection
    engine.dispose()


Browse = Callable[..., Any]


@pytest.fixture
def browse(live: LiveAirflow) -> Iterator[Browse]:
    """Browsers in which somebody signed in on Airflow's own page, with a language and a theme of Airflow's."""
    with chromium() as browser:
        yield lambda login="dpo", language="en", theme="light": signed_in(
            browser, live, login, i18nextLng=language, theme=theme
        )


@pytest.fixture
def page(browse: Browse) -> Any:
    """A browser in which the officer signed in."""
    return browse()


def console_of(page: Any) -> Any:
    """Open the console from Airflow's navigation, in Airflow's frame."""
    page.get_by_role("link", name="Amanah").first.click()
    return page.frame_locator("iframe")


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


def test_the_officer_reviews_ten_allows_holds_and_reads_and_airflows_later_answer_changes_nothing(
    live: LiveAirflow, company: Connection, page: Any
) -> None:
    task = waits_for_an_answer(live)
    console = console_of(page)
    console.get_by_role("heading", level=1, name="Today").wait_for()
    assert console.locator("html").get_attribute("data-theme") == "light"
    assert "enforce_retention" not in console.locator(".broken").all_inner_texts()
    _reviews_ten(console)

    page.evaluate("localStorage.setItem('i18nextLng', 'ar'); localStorage.setItem('theme', 'dark')")
    console.get_by_role("heading", level=1, name="المراجعة").wait_for()
    assert console.locator("html").get_attribute("dir") == "rtl"
    console.locator("html[data-theme=dark]").wait_for(state="attached")
    _allows_and_holds(console)
    _reads_a_person(console)
    assert (recorded("hold_placed"), recorded("value_read")) == (1, 12), "ten points, a search, a person"

    live.api.answer(task, "Reject")
    until = time.monotonic() + 300
    while not (ended := [one for one in live.api.runs(START) if one["dag_id"] == DAG and one["state"] in ENDS]):
        assert time.monotonic() < until
        time.sleep(1)
    assert ended[0]["state"] == "success"
    states = ask("select state from duties.destruction where rule = 'account:accounts'")
    assert [row.state for row in states] == ["verified"]
    assert company.execute(text("select count(*) from account where email like 'owner.1%'")).scalar_one() == 0


def _reviews_ten(console: Any) -> None:
    """Read and decide ten contact points by two keys each."""
    console.get_by_role("link", name="Review").click()
    console.get_by_role("link", name="Begin").click()
    for turn in range(10):
        console.locator(".masked").wait_for()
        console.locator("[data-key=KeyV]").press("v")
        console.locator(".value").wait_for()
        digit = "4" if turn % 2 else "6"
        console.locator(f"[data-key=Digit{digit}]").press(digit)
        console.locator(".value").wait_for(state="detached")
    console.get_by_text("Nothing waits for a decision").wait_for()
    decided = ask("select class, reviewed_by, count(*) from register.review group by 1, 2 order by 1")
    assert [tuple(row) for row in decided] == [("business", "dpo", 5), ("personal", "dpo", 5)]
    assert waiting() == []


@contextmanager
def _shown_anew(console: Any) -> Iterator[None]:
    """Wait until what is done in the block has led to another page: the one before may say the same."""
    console.locator("html").evaluate("page => page.dataset.before = 'yes'")
    yield
    console.locator("html:not([data-before])").wait_for(state="attached")


def _allows_and_holds(console: Any) -> None:
    """Allow the plan that waits and place a hold, in Arabic."""
    console.get_by_role("link", name="الاحتفاظ والإتلاف").click()
    with _shown_anew(console):
        console.locator("section", has_text="account:accounts").get_by_role("button", name="آذن").click()
    console.get_by_role("status").wait_for()
    console.locator("#case").fill("CASE-2026/7")
    console.locator("#people").fill("person.1@people.example")
    with _shown_anew(console):
        console.locator("form[action$='/retention/hold'] button").click()
    console.get_by_role("status").wait_for()
    assert [row.case_ref for row in ask("select case_ref from duties.hold")] == ["CASE-2026/7"]


def _reads_a_person(console: Any) -> None:
    """Find somebody by their contact, and read what is held of them, in Arabic."""
    console.get_by_role("link", name="الأشخاص").click()
    console.locator("#contact").fill("Person.1@people.example")
    console.locator("form[action$='/people/find'] button").click()
    console.get_by_text("حجز نظامي").wait_for()
    assert "person.1@" not in console.locator("main").inner_text()
    console.locator("form[action$='/read'] button").click()
    console.get_by_text("person.1@people.example").wait_for()


REFUSED = {"en": "This is not yours to do", "ar": "ليس هذا من صلاحياتك"}


@pytest.mark.parametrize(
    ("login", "language", "theme", "reads_evidence"),
    [("engineer", "ar", "light", False), ("engineer", "en", "dark", False), ("auditor", "ar", "dark", True),
     ("auditor", "en", "light", True), ("admin", "en", "dark", False)],
)  # fmt: skip
def test_who_is_not_the_officer_looks_and_is_refused_in_their_language(
    live: LiveAirflow, held: None, browse: Browse, login: str, language: str, theme: str, reads_evidence: bool
) -> None:
    opened = browse(login, language, theme)
    console = console_of(opened)
    console.locator(f"html[lang={language}][data-theme={theme}]").wait_for(state="attached")
    ((point,),) = ask("select min(id) from register.contact_point")
    opened.goto(f"{live.place.url}/amanah/review/{point}")
    opened.locator(".masked").wait_for()
    assert opened.locator("form").count() == 0, "nobody else is offered to read or decide"
    opened.goto(f"{live.place.url}/amanah/evidence")
    assert (opened.get_by_role("heading", level=1).inner_text() == REFUSED[language]) is not reads_evidence
    before = (recorded("value_read"), *ask("select count(*) from register.review")[0])
    fields = {"reason": "drill", "klass": "business", "case": "CASE-1"}
    for path in (f"/review/{point}/read", f"/review/{point}/decide", "/retention/hold", "/retention/standstill/begin"):
        sealed = fields | {"seal": seal_for(login, path, now())}
        answer = opened.context.request.post(f"{live.place.url}/amanah{path}", form=sealed)
        assert (answer.status, REFUSED[language] in answer.text()) == (403, True), path
    assert before == (recorded("value_read"), *ask("select count(*) from register.review")[0])
    opened.context.close()


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
