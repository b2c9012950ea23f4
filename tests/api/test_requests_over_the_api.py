"""Requests of rights over the API: a scope of their own, and one answer for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from builders import Held, ask, person
from httpx import Client
from people_told import tells
from rights_asked import ASKED_AT, DAY, WHO, answers, brings
from serving_here import served

from include.api import create_app
from include.api.keys import BY_ITSELF, issue_key
from include.duties.consent import Contact
from include.law import load_controller
from include.store import Role, begin

ASKED = {"right": "access", "contact": WHO, "authenticated": True, "language": "en"}


@pytest.fixture
def client(
    begins: Callable[..., str], source: Callable[..., Held], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """The API in front of a register with a person who was told, and a key that may bring requests."""
    from journeys_house import CONTROLLER

    def build() -> str:
        source().delivers([person(1)])
        tells()
        return key("crm_key", ("requests",))

    mine = begins(build, "a person who was told, and a key that brings requests")
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", ASKED_AT.isoformat())
    with served(create_app(load_controller(CONTROLLER))) as made:
        made.headers["Authorization"] = f"Bearer {mine}"
        yield made


def key(name: str, scopes: tuple[str, ...]) -> str:
    with begin(Role.DUTIES) as connection:
        return issue_key(connection, name, "crm", days=30, at=ASKED_AT, scopes=scopes)


def sends(client: Client, **changes: Any) -> Any:
    return client.post("/v1/requests", json=ASKED | changes)


def test_what_is_brought_is_answered_alike_for_everybody_and_kept_with_its_clock(client: Client) -> None:
    given: list[dict[str, Any]] = [
        {},
        {},
        {"contact": "nobody@people.example"},
        {"contact": "asker@people.example", "capacity": "other"},
        {"authenticated": False, "details": "all of it", "language": "fr"},
        {"right": "destroy", "contact": "+966500000001"},
        {"right": "object"},
    ]
    told = {(answer.status_code, answer.text) for answer in (sends(client, **each) for each in given)}
    assert told == {(200, '{"received":true}')}
    rows = ask('select "right", state, proof, means, due_at from duties.request order by received_at, "right", state')
    assert {row.means for row in rows} == {"api"}
    assert {row.due_at for row in rows} == {ASKED_AT + 30 * DAY}
    assert sorted((row.right, row.state, row.proof or "") for row in rows) == [
        ("access", "checked", "api"), ("access", "checked", "api"), ("access", "merged", "api"),
        ("access", "received", ""), ("access", "received", ""), ("destroy", "checked", "api"),
        ("object", "checked", "api"),
    ]  # fmt: skip
    assert [row.kind for row in ask("select kind from duties.restriction")] == ["objection"]
    assert len(answers(WHO, "rights_request")) == 3, "one for each request that joined none"


def test_a_proven_wish_to_be_destroyed_over_the_api_begins_at_once(client: Client) -> None:
    assert sends(client, right="destroy").status_code == 200
    assert ask("select trigger from duties.destruction_request") == [("deletion_asked",)]


def test_a_guardian_says_where_they_are_answered_and_that_is_not_their_wards(client: Client) -> None:
    assert sends(client, capacity="guardian").status_code == 422
    assert sends(client, capacity="guardian", reply_to="parent@people.example").status_code == 200
    assert [len(answers(to, "rights_request")) for to in (WHO, "parent@people.example")] == [0, 1]


@pytest.mark.parametrize("capacity", ["self", "other"])
def test_nobody_but_a_guardian_is_answered_elsewhere(client: Client, capacity: str) -> None:
    assert sends(client, capacity=capacity, reply_to="another@people.example").status_code == 422
    brings("access", capacity=capacity, reply_to=Contact("email", "another@people.example"))
    assert [len(answers(to, "rights_request")) for to in (WHO, "another@people.example")] == [1, 0]


def test_its_clock_runs_from_when_it_was_asked_there(client: Client) -> None:
    sends(client, received_at=(ASKED_AT - DAY).isoformat())
    assert ask("select due_at from duties.request") == [(ASKED_AT + 29 * DAY,)]


@pytest.mark.parametrize(
    "changes",
    [
        {"right": "be_forgotten"}, {"contact": "not a contact"}, {"contact": "o\x00wn@people.example"},
        {"details": "x" * 4001}, {"details": "a\x00b"}, {"language": "Arabic"}, {"capacity": "uncle"},
        {"received_at": "2026-03-03"}, {"received_at": "2099-01-01T00:00:00Z"}, {"id_document": "scan"},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_not_repeated(client: Client, changes: dict[str, Any]) -> None:
    answer = sends(client, **changes)
    assert answer.status_code == 422
    assert str(next(iter(changes.values()))) not in answer.text
    assert not ask("select 1 from duties.request")


def test_a_key_brings_requests_only_with_their_scope(client: Client) -> None:
    client.headers["Authorization"] = f"Bearer {key('mailer_key', BY_ITSELF)}"
    assert sends(client).status_code == 403
    assert not ask("select 1 from duties.request")
