"""The fixtures of breaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from breach_case import BEGAN
from builders import Held, person
from journeys_house import CONTROLLER


@pytest.fixture
def register(begins: Callable[..., Held], source: Callable[..., Held], monkeypatch: pytest.MonkeyPatch) -> Held:
    """Three people of a directory, received days before a breach."""

    def build() -> Held:
        held = source()
        held.at = BEGAN - timedelta(days=9)
        held.delivers([person(number) for number in range(3)])
        return held

    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    return begins(build, "three people, days before a breach")
