"""The console in a real browser: both languages, both themes, by keyboard, alone and in a frame as Airflow has it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, chromium
from builders import Held, ask
from full_outbox import BOUNCED, CODE, SENT, fill
from operators_here import LETTER, NOW, PLACE, SHOP
from people_here import PRESSED, more_paths, people_and_proofs
from requests_here import registers_here, request_paths, requests_are_here
from screens import SCREENS, ways
from sqlalchemy import Connection

from include.duties.breach import Given, Means, note, scope, weigh
from include.duties.breach.incidents import id_of
from include.duties.breach.model import Question
from include.duties.holds import begin_standstill, place
from include.duties.notice.actions import plan_notices
from include.duties.verifying import verify_now

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder where pictures of the pages are left, to be looked at."""
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 28)"}
Make = Callable[..., Held]
BREACH = id_of("SOC-1", rehearsal=False)
PLAN = """
    insert into duties.destruction
           (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, system, rule, scope)
    values (gen_random_uuid(), 'retention', sha256('sample'), '{"rows": 1204, "roots": 400, "masked": 12, "held": 3}',
            'nobody_yet', 'sa-2024-09-14', :state, :at, 'books', :rule,
            '{"cutoff": "2026-01-01T00:00:00+00:00", "tables": {"account": 400, "session": 804},
              "masked": {"invoice": 12}, "held": {"account": 3},
              "why": ["first_run", "too_large"], "remarks": [], "orphans": {}}')
    returning id
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def busy(address: str, source: Make, company: Connection, monkeypatch: pytest.MonkeyPatch) -> str:
    """A console with something on every page; gives the path of a point that waits."""
    del company
    guide = source()
    rows = [{**SHOP, "id": str(number), "email": f"kdzx@place{number}.example"} for number in range(12)]
    guide.delivers(rows)
    plan_notices(NOW)
    people_and_proofs(guide)
    title = {"ar": "سجل العينة", "en": "Sample Register"}
    more = {"title": title, "assessment": "DOC-2026-901", "basis": {"case": "public_entity", "proof": "DOC-2026-902"}}
    fill(source(key="sample_register", location="sample_register.csv", **more))
    requests_are_here("person.101@people.example")
    registers_here(monkeypatch)
    place("CASE-2026/14", by="dpo", at=NOW, people=("person.1@people.example",))
    place("CASE-2026/15", by="dpo", at=NOW, system="books", table="account")
    begin_standstill(reason="drill", by="dpo", at=NOW)
    ask(PLAN, state="halted", at=NOW, rule="account:accounts")
    ask(PLAN, state="rejected", at=NOW, rule="session:technical")
    verify_now(by="dpo", at=NOW)
    known = NOW - timedelta(hours=3)
    given = Given(
        kind="disclosure", evidence="SOC-1", known_at=known, discovered_at=known, began_at=known,
        systems=("register", "paper_files"),
    )  # fmt: skip
    scope(note(given, means=Means.COMMAND, by="dpo", at=NOW), NOW)
    weigh(BREACH, dict.fromkeys(Question, "unknown"), by="dpo", at=NOW)
    ((point,),) = ask("select min(id) from register.contact_point where class = 'undetermined'")
    return f"/review/{point}"


def opened(browser: Any, address: str, **more: Any) -> tuple[Any, Any]:
    """Open a window in which the officer is signed in, with Airflow's own language and theme."""
    language, theme = more.pop("language", "en"), more.pop("theme", "light")
    context = browser.new_context(**more)
    context.add_cookies([{"name": "signed_in", "value": "dpo:officer", "url": address}])
    context.add_init_script(f"""
        if (!localStorage.getItem("i18nextLng")) {{
            localStorage.setItem("i18nextLng", "{language}"); localStorage.setItem("theme", "{theme}");
        }}
    """)
    page = context.new_page()
    page.set_default_timeout(20_000)
    return context, page


@pytest.mark.parametrize(("size", "language", "theme"), ways(every=bool(SHOTS)))
def test_no_page_has_a_barrier_or_is_wider_than_its_window(
    busy: str, address: str, browser: Any, size: str, language: str, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SCREENS[size]
    viewport = {"width": width, "height": height}
    context, page = opened(browser, address, viewport=viewport, language=language, theme=theme)
    ((day,),) = ask("select (now() at time zone 'Asia/Riyadh')::date")
    paths = {"today": "/", "review": "/review", "point": busy, "retention": "/retention", **more_paths(),
             **request_paths(),
             "evidence": f"/evidence?day={day}", "breach": "/breach", "incident": f"/breach/{BREACH}",
             "sources": "/sources", "source": "/sources/sample_register",
             "notices": "/notices", "messages": "/notices/source_notice/email/ready",
             "message": f"/notices/message/{BOUNCED}", "code": f"/notices/message/{CODE}",
             "specimen": f"/notices/message/{SENT}", "waits": f"/notices/message/{LETTER}",
             "letter": f"/notices/message/{LETTER}",
             "events": "/evidence/hold_placed", "law": "/law", "gone": "/review/999999", "value": busy}  # fmt: skip
    for name, path in paths.items():
        page.goto(address + PLACE + path)
        if name == "value":
            page.keyboard.press("v")
            page.wait_for_selector(".value")
        if name in PRESSED:
            page.click(PRESSED[name])
            page.wait_for_load_state()
        if name in ("letter", "request-written"):
            page.keyboard.press("v")
            page.wait_for_selector("pre.letter")
        for details in page.locator("details").all():
            details.evaluate("details => { details.open = true }")
        page.wait_for_function(f"document.documentElement.lang === '{language}'")
        assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], name
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{language}-{size}-{theme}.png"), full_page=True)
    context.close()


def test_ten_points_are_decided_by_two_keys_each(busy: str, address: str, browser: Any) -> None:
    context, page = opened(browser, address)
    page.goto(address + PLACE + "/review")
    page.keyboard.press("Enter")
    for turn in range(10):
        page.wait_for_selector(".masked")
        page.keyboard.press("v")
        page.wait_for_selector(".value")
        page.keyboard.press("4" if turn % 2 else "6")
        page.wait_for_selector(".value", state="detached")
    decided = ask("select class, count(*) from register.review group by 1 order by 1")
    assert [tuple(row) for row in decided] == [("business", 5), ("personal", 5)]
    context.close()


def test_a_key_that_is_pressed_in_a_field_is_only_a_letter_there(busy: str, address: str, browser: Any) -> None:
    context, page = opened(browser, address)
    page.goto(address + PLACE + "/retention")
    page.fill("#people", "")
    page.focus("#people")
    page.keyboard.type("vn1")
    assert page.input_value("#people") == "vn1"
    assert page.url.endswith("/retention")
    context.close()


FRAME = """<!doctype html><html lang=en><title>Airflow</title><main>
<iframe title=console sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"
src="{src}" width=1200 height=800></iframe>
</main></html>"""


def test_in_airflows_frame_language_and_theme_are_followed_while_it_is_open(
    busy: str, address: str, browser: Any
) -> None:
    context, page = opened(browser, address)
    page.route(
        f"{address}/airflow", lambda route: route.fulfill(content_type="text/html", body=FRAME.format(src=PLACE + "/"))
    )
    page.goto(f"{address}/airflow")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", level=1, name="Today").wait_for()
    page.evaluate("localStorage.setItem('theme', 'dark')")
    frame.locator("html[data-theme=dark]").wait_for(state="attached")
    page.evaluate("localStorage.setItem('i18nextLng', 'ar')")
    frame.get_by_role("heading", level=1, name="اليوم").wait_for()
    assert frame.locator("html").get_attribute("dir") == "rtl"
    frame.get_by_role("link", name="الاحتفاظ والإتلاف").click()
    frame.get_by_role("button", name="استأنف الإتلاف").click()
    frame.get_by_role("status").wait_for()
    assert ask("select count(*) from duties.standstill where ended_at is null")[0][0] == 0
    context.close()


def test_a_session_that_ends_in_the_middle_of_a_decision_decides_nothing(busy: str, address: str, browser: Any) -> None:
    context, page = opened(browser, address)
    page.goto(address + PLACE + busy)
    context.clear_cookies(name="signed_in")
    page.keyboard.press("4")
    page.get_by_role("alert").wait_for()
    assert "Sign in to Airflow" in page.content()
    assert ask("select count(*) from register.review")[0][0] == 0
    context.close()


def test_without_a_script_everything_can_be_done(busy: str, address: str, browser: Any) -> None:
    context, page = opened(browser, address, java_script_enabled=False, locale="ar-SA")
    page.goto(address + PLACE + busy)
    page.get_by_role("button", name="أظهر القيمة").click()
    assert "kdzx@place" in page.locator(".value").inner_text()
    page.get_by_role("button", name="الاسم اسم منشأة").click()
    assert ask("select count(*) from register.review")[0][0] == 1
    context.close()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_stranger_is_shown_a_page_in_their_colours_and_language_from_which_they_sign_in(
    address: str, browser: Any, language: str, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=theme, locale=f"{language}-SA", viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints = list[str]()
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(address + PLACE + "/sources")
    assert page.get_by_role("link").get_attribute("href") == "/sign-in"
    assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == PAPER[theme]
    assert Axe().run(page).response["violations"] == []
    assert complaints == []
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"stranger-{language}-phone-{theme}.png"), full_page=True)
    context.close()
