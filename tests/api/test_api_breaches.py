"""A processor tells of a breach with a key of its own, and the clock runs from when we were told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import ask
from httpx import Client
from journeys_house import CONTROLLER
from serving_here import served

from include.api import create_app
from include.api.keys import BY_ITSELF, issue_key
from include.law import load_controller
from include.store import Role, begin

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "kind": "unlawful_access", "discovered_at": (NOON - timedelta(hours=30)).isoformat(),
    "began_at": (NOON - timedelta(days=3)).isoformat(), "systems": ["register"], "evidence": "INC-77",
}  # fmt: skip


def key(name: str, scopes: Collection[str]) -> str:
    with begin(Role.DUTIES) as connection:
        return issue_key(connection, name, "mailer", days=3, at=NOON, scopes=scopes)


@pytest.fixture
def client(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", NOON.isoformat())
    with served(create_app(load_controller(CONTROLLER))) as made:
        made.headers["Authorization"] = f"Bearer {key('breach_key', ['breaches'])}"
        yield made


def test_a_breach_at_a_processor_starts_our_clock_when_it_is_told(client: Client) -> None:
    answer = client.post("/v1/breaches", json=TOLD)
    assert answer.status_code == 200, answer.text
    assert answer.json()["known_at"] == NOON.isoformat()
    assert answer.json()["due_at"] == (NOON + timedelta(hours=72)).isoformat()
    assert ask("select means, processor, kind, run from duties.breach") == [("api", "mailer", "unlawful_access", None)]
    assert ask("select count(*) from duties.duty where state = 'open'") == [(2,)]


def test_told_again_it_is_the_same_and_its_clock_stays(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.post("/v1/breaches", json=TOLD).json()
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", (NOON + timedelta(hours=5)).isoformat())
    assert client.post("/v1/breaches", json=TOLD).json() == first
    assert ask("select count(*) from duties.breach") == [(1,)]
    assert client.post("/v1/breaches", json=TOLD | {"kind": "damage"}).status_code == 422


def test_a_key_without_the_scope_and_a_breach_that_cannot_be_are_refused(client: Client) -> None:
    other = {"Authorization": f"Bearer {key('other_key', BY_ITSELF)}"}
    assert client.post("/v1/breaches", json=TOLD, headers=other).status_code == 403
    for change in (
        {"discovered_at": (NOON + timedelta(hours=1)).isoformat()}, {"began_at": "2026-03-01T09:00:00"},
        {"systems": []}, {"evidence": "what Ali said"}, {"narrative": "Ali did it"}, {"kind": "other"},
    ):  # fmt: skip
        answer = client.post("/v1/breaches", json=TOLD | change)
        assert answer.status_code == 422
        assert "Ali" not in answer.text
    assert ask("select 1 from duties.breach") == []


def test_told_again_with_its_end_the_end_is_taken_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.post("/v1/breaches", json=TOLD).json()
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", (NOON + timedelta(hours=5)).isoformat())
    ended = NOON + timedelta(hours=4)
    answer = client.post("/v1/breaches", json=TOLD | {"ended_at": ended.isoformat()})
    assert (answer.status_code, answer.json()) == (200, first)
    assert ask("select ended_at, end_noted_at from duties.breach") == [(ended, NOON + timedelta(hours=5))]
    later = TOLD | {"ended_at": (NOON + timedelta(hours=5)).isoformat()}
    assert client.post("/v1/breaches", json=later).status_code == 422
