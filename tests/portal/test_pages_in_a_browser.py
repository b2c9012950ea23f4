"""The pages in a real browser: readable by everybody, in both directions, on a telephone and on a desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

CHROMIUM = shutil.which("chromium")
SHOTS = os.environ.get("SCREENSHOTS")
"""A folder where pictures of the pages are left, to be looked at."""
SIZES = {"phone": (390, 844), "desk": (1280, 900)}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")


@pytest.fixture
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def pages(client: Client, link: str) -> dict[str, str]:
    base = str(client.base_url).rstrip("/")
    return {name: base + path for name, path in {"person": link, "home": "/", "gone": "/p/none"}.items()}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_or_is_wider_than_its_window(
    client: Client, link: str, browser: Any, size: str, language: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    for name, address in pages(client, link).items():
        page.goto(f"{address}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if name != "gone":
            assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], name
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{language}-{size}-{scheme}.png"), full_page=True)
    page.close()


def test_a_person_refuses_with_one_click_and_without_a_script(client: Client, link: str, browser: Any) -> None:
    from builders import ask

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(client.base_url).rstrip("/") + link)
    page.get_by_role("button", name="أرفض").click()
    assert "رفضت" in page.get_by_role("status").inner_text()
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["refused"]
    assert context.cookies() == []
    context.close()
