"""Debian's Chromium, without a window: pages as people see them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from live_airflow import LiveAirflow

__all__ = ["CHROMIUM", "chromium", "signed_in", "telephone"]

CHROMIUM = shutil.which("chromium")
"""Where it is; None on a machine without it."""
PATIENT = 120_000
"""Milliseconds that a busy Airflow may take for a page."""


@contextmanager
def chromium() -> Iterator[Any]:
    """Run the browser while the block lasts."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def telephone(browser: Any) -> Any:
    """Open a page of a telephone's size, in which no script runs."""
    return browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()


def signed_in(browser: Any, live: LiveAirflow, login: str = "dpo", *, height: int = 950, **chosen: str) -> Any:
    """Sign somebody in on Airflow's own page; `chosen` is what Airflow keeps of its language and theme."""
    page = browser.new_context(viewport={"width": 1400, "height": height}).new_page()
    page.set_default_timeout(PATIENT)
    page.goto(live.place.url)
    page.locator("input[name=username]").wait_for()  # Airflow leads there by itself
    page.evaluate("chosen => Object.entries(chosen).forEach(([k, v]) => localStorage.setItem(k, v))", chosen)
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", live.place.passwords[login])
    page.keyboard.press("Enter")
    return page
