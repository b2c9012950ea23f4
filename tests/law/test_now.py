from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.errors import NeverRetry
from include.law import now


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANAH_SIMULATED_NOW", raising=False)
    monkeypatch.delenv("AMANAH_KEY", raising=False)


def test_now_is_utc_and_moves() -> None:
    first, second = now(), now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= second - first < timedelta(minutes=1)


@pytest.mark.parametrize("key", [None, "", "dev:c2FtcGxl"])
def test_a_drill_may_simulate_the_clock(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", "2026-01-31T09:00:00+03:00")
    if key is not None:
        monkeypatch.setenv("AMANAH_KEY", key)
    assert now() == datetime(2026, 1, 31, 6, tzinfo=UTC)
    assert now().tzinfo is UTC


@pytest.mark.parametrize("key", ["1:c2FtcGxl", "c2FtcGxl", "DEV:c2FtcGxl"])
def test_a_production_key_refuses_a_simulated_clock(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", "2026-01-31T09:00:00+03:00")
    monkeypatch.setenv("AMANAH_KEY", key)
    with pytest.raises(NeverRetry, match="AMANAH_SIMULATED_NOW is set beside a production key"):
        now()


@pytest.mark.parametrize("text", ["2026-01-31T09:00:00", "tomorrow", "2026-13-01T00:00:00Z"])
def test_a_simulated_clock_needs_an_instant_with_its_zone(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", text)
    with pytest.raises(NeverRetry, match="AMANAH_SIMULATED_NOW"):
        now()
