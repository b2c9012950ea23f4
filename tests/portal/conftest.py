"""The fixtures of the portal: its application on a fresh database, with somebody who was told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from builders import Held, person
from httpx import Client
from people_told import MORNING, controller, tells
from serving_here import served

from include.law import Controller
from include.portal import create_app

Make = Callable[..., Held]
NOW = MORNING + timedelta(days=1)


@pytest.fixture
def profile() -> Controller:
    """A controller with a portal, and promotion among its purposes."""
    known = controller()
    words = known.purposes["business_contact"]
    return known.model_copy(update={"purposes": known.purposes | {"promotion": words}})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Set the clock."""

    def setting(instant: object) -> None:
        monkeypatch.setenv("AMANAH_SIMULATED_NOW", instant.isoformat())  # type: ignore[attr-defined]

    setting(NOW)
    return setting


@pytest.fixture
def client(database: str, profile: Controller, at: object) -> Iterator[Client]:
    """A browser without scripts and cookies, as far as an answer goes, and the portal behind a real port."""
    del database, at
    with served(create_app(profile)) as made:
        yield made


@pytest.fixture
def link(begins: Callable[..., dict[str, str]], source: Make, profile: Controller, client: Client) -> str:
    """The path of the link in the letter to person 1, whose source brought person 2 as well."""

    def build() -> dict[str, str]:
        source().delivers([person(1), person(2)])
        return {letter.recipient: letter.text for letter in tells(profile=profile)}

    letters = begins(build, f"two people who were told by the portal of {profile!r}")
    found = re.search(r"https://privacy\.example\.com(/p/[a-z2-7]{40})", letters["person.1@people.example"])
    assert found
    return found[1]
