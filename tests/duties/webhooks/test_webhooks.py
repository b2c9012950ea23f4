"""A recipient hears of stops and removals at their own address: signed, by number, until they took it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from builders import Held, ask, recorded
from journeys_house import CONTROLLER

from include.duties.audience import Asked, build, export, find_removals
from include.duties.stopping import StopAsked, stop_asked
from include.duties.webhooks import add_webhook, call_webhooks
from include.errors import NeverRetry
from include.law import load_controller
from include.store import Role, begin

Make = Callable[..., Held]
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKED = Asked(purpose="promotion", recipient="mailer", asked_by="engineer", run="run-1")


class Ear(BaseHTTPRequestHandler):
    """Keeps what it is told and answers as it was bidden."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        dead = self.path in self.server.dead  # type: ignore[attr-defined]
        self.send_response(500 if dead else self.server.answers)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def ear() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    server.heard, server.answers = [], 204  # type: ignore[attr-defined]
    server.paths, server.dead = [], []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shop(source: Make) -> int:
    """A business in an audience of the mailer's; its number."""
    source().delivers([{"id": "9", "name": "شركة النخيل للتجارة", "email": "info@palm.example"}])
    ask(
        "update register.contact_point set class = 'business', permission = 'business_use', subject_id = null "
        "where kind = 'email' returning 1"
    )
    ask("update register.listing set name_class = 'organisation', name_holds_person = false returning 1")
    export(build(ASKED, NOON), ASKED, NOON)
    return int(ask("select point_id from duties.audience_member")[0][0])


def stops(address: str, at: datetime = NOON) -> None:
    with begin(Role.DUTIES) as connection:
        stop_asked(connection, StopAsked(means="reply", address=address), load_controller(CONTROLLER), at)


def url(ear: Any) -> str:
    return f"http://127.0.0.1:{ear.server_address[1]}/hook"


def test_a_stop_and_its_removal_are_told_once_signed_and_by_number(
    shop: int, ear: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calling = NOON + timedelta(minutes=3)
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", calling.isoformat())
    secret = bytes.fromhex(add_webhook("mailer", url(ear), NOON))
    stops("info@palm.example")
    stops("stranger@example.org")
    find_removals(NOON)
    assert call_webhooks(NOON) == {"taken": 2, "put_off": 0, "given_up": 0}
    assert call_webhooks(NOON) == {"taken": 0, "put_off": 0, "given_up": 0}
    told = {json.loads(body)["kind"]: json.loads(body) for _, body in ear.heard}
    assert (told["stop"]["points"], told["stop"]["purpose"]) == ([shop], "promotion")
    assert told["removal"]["contact_points"] == 1
    for headers, body in ear.heard:
        moment, _, proof = headers["Amanah-Signature"].removeprefix("t=").partition(",v1=")
        assert hmac.digest(secret, f"{moment}.".encode() + body, hashlib.sha256).hex() == proof
        assert int(moment) == calling.timestamp(), "the time of the call, not of the run"
        assert b"palm" not in body


def test_whoever_stops_a_thousand_times_is_one_stop_one_record_and_one_call(shop: int, ear: Any) -> None:
    add_webhook("mailer", url(ear), NOON)
    for second in range(1000):
        stops("info@palm.example", NOON + timedelta(seconds=second))
    assert ask("select count(*) from duties.stop")[0][0] == 1
    assert recorded("stop_recorded") == 1
    assert call_webhooks(NOON + timedelta(hours=1))["taken"] == 1


def test_a_recipient_who_was_handed_nothing_hears_nothing(shop: int, ear: Any) -> None:
    add_webhook("somebody_else", url(ear), NOON)
    stops("info@palm.example")
    find_removals(NOON)
    assert call_webhooks(NOON)["taken"] == 0
    assert ear.heard == []


def test_a_dead_address_holds_up_nobody_elses_calls(shop: int, ear: Any) -> None:
    add_webhook("mailer", url(ear), NOON)
    add_webhook("mailer", url(ear).replace("/hook", "/dead"), NOON)
    ear.dead = ["/dead"]
    for day in range(3):
        asked = replace(ASKED, run=f"run-{day + 2}")
        export(build(asked, NOON), asked, NOON)
    ask("update register.listing set state = 'withdrawn' returning 1")
    find_removals(NOON)
    assert call_webhooks(NOON) == {"taken": 4, "put_off": 1, "given_up": 0}
    assert ear.paths.count("/dead") == 1
    assert call_webhooks(NOON) == {"taken": 0, "put_off": 1, "given_up": 0}, "the next one in the next run"


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_what_is_not_taken_is_told_again_later_and_given_up_in_the_end(shop: int, ear: Any, answer: int) -> None:
    add_webhook("mailer", url(ear), NOON)
    stops("info@palm.example")
    ear.answers = answer
    assert call_webhooks(NOON)["put_off"] == 1
    assert call_webhooks(NOON)["put_off"] == 0, "not before its time"
    assert ask("select error from duties.webhook_call")[0][0] == f"http_{answer}"
    ear.answers = 200
    assert call_webhooks(NOON + timedelta(minutes=1))["taken"] == 1
    assert len({json.loads(body)["id"] for _, body in ear.heard}) == 1, "the same call"
    ask("update duties.webhook_call set state = 'ready', attempts = 23 returning 1")
    ear.answers = 500
    assert call_webhooks(NOON + timedelta(hours=1))["given_up"] == 1
    assert call_webhooks(NOON + timedelta(days=9)) == {"taken": 0, "put_off": 0, "given_up": 0}


def test_an_address_where_nobody_listens_fails_nothing(shop: int) -> None:
    add_webhook("mailer", "http://127.0.0.1:9/hook", NOON)
    stops("info@palm.example")
    assert call_webhooks(NOON) == {"taken": 0, "put_off": 1, "given_up": 0}


@pytest.mark.parametrize("address", ["ftp://x.example", "x.example", "https://", "http://x.example"])
def test_an_address_is_https_beside_a_production_key(
    database: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("AMANAH_KEY", "1:" + "ab" * 32)
    with pytest.raises(NeverRetry, match="https"):
        add_webhook("mailer", address, NOON)
