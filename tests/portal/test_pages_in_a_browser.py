"""The pages in a real browser: readable by everybody, in both directions, on a telephone and on a desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from browsing import CHROMIUM, chromium
from builders import ask
from httpx import Client
from packages_opened import asks
from people_told import controller
from screens import SCREENS, ways

from include.channels.tokens import token_of
from include.duties.packages import deliver, prepare
from include.law import now

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder where pictures of the pages are left, to be looked at."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")


@pytest.fixture
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    with chromium() as opened:
        yield opened


def addresses(link: str) -> dict[str, str]:
    """Where each page is found, or begins."""
    message = ask("select message_id from duties.notice where message_id is not null order by id limit 1")[0][0]
    stop = f"/u/{token_of('stop', message)}"
    begin_at = {"person": link, "home": "/", "gone": "/p/none", "stop": stop, "code": "/", "wrong": "/", "done": stop}
    copy = f"/d/{token_of('package', delivered())}"
    begin_at |= {"package": copy, "opening": copy, "misread": copy, "correct": f"{link}/correct"}
    return begin_at | dict.fromkeys(("received", "stale", "unfit"), link)


def delivered() -> UUID:
    """A copy that its person was told of."""
    request = asks(at=now())
    prepare(request, now(), controller=controller())
    told = deliver(request, controller(), now())
    assert told
    return told.package


def open_page(page: Any, name: str, address: str) -> None:
    """Go to a page, by the forms that lead to it."""
    page.goto(address)
    if name in ("code", "wrong"):
        page.fill("#contact", "nobody@people.example")
        page.click("button")
    if name == "wrong":
        page.fill("#code", "12345678")
        page.click("button")
    if name in ("opening", "misread"):
        page.click("form[action*=code] button")
    if name == "misread":
        page.fill("#code", "12345678")
        page.click("form[action*=open] button")
    if name == "done":
        page.click("button")
    if name == "received":
        page.select_option("#right", "access")
        page.click("form[action*=request] button")
    if name == "stale":
        page.evaluate("document.querySelectorAll('input[name=seal]').forEach(seal => seal.value = '1.x')")
        page.click("form[action*=stop] button")
    if name == "unfit":
        page.fill("#value", "nothing at all")
        page.check("input[name=agree]")
        page.click("form[action*=contact] button")


TITLES = {
    "wrong": ("الرمز غير صحيح", "That code is not right"),
    "code": ("فقد أرسلنا رمزًا", "we have sent a code"),
    "done": ("لن تصلك منا مواد ترويجية", "You get no more promotion"),
    "received": ("استلمنا طلبك", "We received your request"),
    "stale": ("بقيت الصفحة مفتوحة", "lay open for too long"),
    "unfit": ("ينقص النموذج شيء", "Something is missing"),
    "stop": ("بهذا الزر", "With this button"),
    "package": ("نسختك جاهزة", "Your copy is ready"),
    "opening": ("افتحها بالرمز", "Open it with the code"),
    "misread": ("الرمز غير صحيح", "That code is not right"),
    "correct": ("اكتب الصواب", "Write what it should say"),
}
"""What shows that it is the page that was meant."""


@pytest.mark.parametrize(("size", "language", "scheme"), ways(every=bool(SHOTS)))
def test_no_page_has_a_barrier_or_is_wider_than_its_window(
    client: Client, link: str, browser: Any, size: str, language: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SCREENS[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    for name, path in addresses(link).items():
        open_page(page, name, f"{str(client.base_url).rstrip('/')}{path}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr"), name
        assert TITLES.get(name, ("", ""))[language == "en"] in page.inner_text("main"), name
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], name
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{language}-{size}-{scheme}.png"), full_page=True)
    page.close()


def test_a_person_refuses_with_one_click_and_without_a_script(client: Client, link: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(client.base_url).rstrip("/") + link)
    page.get_by_role("button", name="أرفض").click()
    assert "رفضت" in page.get_by_role("status").inner_text()
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["refused"]
    assert context.cookies() == []
    context.close()
