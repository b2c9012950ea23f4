"""What goes wrong is a page too: a database that is away, a body without an end, letters that nothing can keep."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from builders import ask
from httpx import Client
from test_portal import seal_in

from include.channels.tokens import token_of
from include.portal.app import HEADERS
from include.store.engine import dispose

AWAY = "postgresql://amanah_app:none@127.0.0.1:1/amanah"


def test_a_database_that_is_away_is_said_in_both_languages_under_our_headers(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("AMANAH_DATABASE_URL", AWAY)
        for answer in (
            client.get(link),
            client.post(f"{link}/stop", data={"seal": "1.x"}),
            client.post(f"/code/{uuid4()}", data={"code": "1"}),
            client.post(f"/u/{token_of('stop', uuid4())}"),
        ):
            assert answer.status_code == 503
            assert "يتعذر ذلك الآن" in answer.text
            assert "Not possible just now" in answer.text
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert client.get("/").status_code == 200
    assert client.get(link).status_code == 200


def test_what_nobody_foresaw_is_told_as_a_page_and_logged_without_its_words(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("person.1@people.example")

    monkeypatch.setattr("include.portal.person._shown", broken)
    answer = client.get(link)
    assert answer.status_code == 503
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "ValueError" in caplog.text
    assert "people.example" not in caplog.text
    assert link.rpartition("/")[2] not in caplog.text


def blocks() -> Iterator[bytes]:
    for _ in range(10):
        yield b"details=" + b"x" * 20_000


def test_a_body_that_does_not_say_how_long_it_is_is_refused(client: Client, link: str) -> None:
    answer = client.post(f"{link}/request", content=blocks())
    assert answer.status_code == 411
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_letters_that_the_database_cannot_keep_are_refused_politely(client: Client, link: str) -> None:
    seal = seal_in(client.get(link).text)
    given = {"seal": seal, "right": "correct", "details": "My name\x00is another"}
    contact = {"seal": seal, "purpose": "promotion", "channel": "email", "value": "own\x00@people.example"}
    for answer in (
        client.post(f"{link}/request?lang=en", data=given),
        client.post(f"{link}/contact?lang=en", data={**contact, "agree": "yes"}),
        client.post("/code?lang=en", data={"contact": "person\x00@people.example"}),
    ):
        assert answer.status_code == 422
        assert "Something is missing" in answer.text
    assert not ask("select 1 from duties.request")


@pytest.fixture(autouse=True)
def _no_engine_of_a_broken_address() -> Iterator[None]:
    yield
    dispose()
