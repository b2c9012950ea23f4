"""Codes: sent by what has a carrier, at once, and telling nobody who is held, neither by words nor by what is done."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from httpx import Client
from people_told import MORNING
from serving_here import served
from sqlalchemy import event, text

from include.channels.awaited import awaited, hear
from include.law import Controller
from include.portal import create_app
from include.portal.proving import TRIES, entered, send_code, served_channels
from include.store import Role, begin, engine

NOW = MORNING + timedelta(days=1)
HELD, STRANGER = "person.1@people.example", "nobody@people.example"
PHONE = "+966500000022"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Watch what the database is asked for, without the values."""
    seen = list[str]()

    def executed(*given: Any) -> None:
        seen.append(" ".join(given[2].split()))

    event.listen(engine(), "before_cursor_execute", executed)
    yield seen
    event.remove(engine(), "before_cursor_execute", executed)


def asks(profile: Controller, contact: str, channels: tuple[str, ...] = ("email",)) -> UUID:
    attempt = uuid4()
    send_code(profile, attempt, contact, f"network of {attempt}", "ar", channels)
    return attempt


def enters(attempt: UUID, code: str = "12345678", network: str = "192.0.2.1") -> Any:
    with begin(Role.PORTAL) as connection:
        return entered(connection, attempt, code, network)


def codes() -> list[Any]:
    return ask("select recipient, channel, text_body from channels.message where kind = 'identity_code'")


def tries_of(attempt: UUID) -> int:
    with begin(Role.PORTAL) as connection:
        found = connection.execute(text("select tries from portal.code where id = :id"), {"id": attempt})
        return int(found.scalar_one())


@pytest.mark.parametrize("contact", [HELD, STRANGER, "not a contact at all"])
def test_trying_a_code_does_the_same_whether_somebody_is_held_or_not(
    link: str, profile: Controller, contact: str
) -> None:
    reference, attempt = asks(profile, HELD), asks(profile, contact)
    with statements() as of_held:
        assert enters(reference) is None
    with statements() as of_this:
        assert enters(attempt) is None
    assert of_this == of_held
    assert any(each.startswith("update portal.code") for each in of_this)
    assert tries_of(attempt) == tries_of(reference) == 1


def test_asking_writes_a_row_for_everybody_and_a_mail_for_whoever_is_held(link: str, profile: Controller) -> None:
    for contact in (HELD, STRANGER, "not a contact at all"):
        asks(profile, contact)
    with begin(Role.PORTAL) as connection:
        assert connection.execute(text("select count(*) from portal.code")).scalar_one() == 3
        assert connection.execute(text("select count(*) from portal.code where subject_id is null")).scalar_one() == 2
    assert [row.recipient for row in codes()] == [HELD]


def test_no_code_fits_where_none_was_sent(link: str, client: Client, profile: Controller) -> None:
    attempt = asks(profile, STRANGER)
    answers = {client.post(f"/code/{attempt}", data={"code": f"{number:08}"}).status_code for number in range(8)}
    assert answers == {403}
    assert tries_of(attempt) == TRIES


def test_the_answer_to_the_next_question_of_the_same_reader_does_not_wait_for_the_code(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.portal.codes.send_code", lambda *_: time.sleep(3))
    began = time.monotonic()
    client.post("/code", data={"contact": HELD})
    client.get("/")
    assert time.monotonic() - began < 2


def test_one_network_tries_so_many_codes_an_hour_and_no_more(link: str, profile: Controller) -> None:
    attempt = asks(profile, HELD)
    code = re.findall(r"\d{8}", codes()[0].text_body)[0]
    for _ in range(150):
        assert enters(uuid4()) is None
    assert enters(attempt, code) is None, "one too many, also where it is right"
    assert enters(attempt, code, "192.0.2.2").subject_id is not None


def test_a_number_that_is_held_is_asked_for_by_what_has_a_carrier(source: Any, profile: Controller, at: object) -> None:
    held: Held = source()
    held.delivers([{**person(2), "email": "", "phone": "0500000022"}])
    assert served_channels({}) == ("email",)
    asks(profile, PHONE, served_channels({}))
    assert codes() == [], "nobody could bring it: the relay would only wait for a carrier"
    asks(profile, PHONE, served_channels({"AMANAH_WHATSAPP_URL": "set"}))
    asks(profile, PHONE, served_channels({"AMANAH_WHATSAPP_URL": "set", "AMANAH_SMS_URL": "set"}))
    assert {(row.recipient, row.channel) for row in codes()} == {(PHONE, "whatsapp"), (PHONE, "sms")}


def test_a_number_that_two_share_opens_the_page_of_neither(source: Any, profile: Controller, at: object) -> None:
    held: Held = source()
    held.delivers([{**person(2), "phone": "0500000022"}, {**person(3), "phone": "0500000022"}])
    asks(profile, PHONE, ("email", "sms"))
    assert codes() == []
    asks(profile, "person.2@people.example", ("email", "sms"))
    assert [row.channel for row in codes()] == ["email"]


@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        ({}, ["email"]),
        ({"AMANAH_SMS_URL": "set"}, ["email", "sms"]),
        ({"AMANAH_WHATSAPP_URL": "set"}, ["email", "whatsapp"]),
    ],
)
def test_a_page_offers_the_channels_that_are_served_and_takes_no_other(
    link: str, profile: Controller, settings: dict[str, str], offered: list[str]
) -> None:
    with served(create_app(profile, settings)) as browser:
        page = browser.get(f"{link}?lang=en").text
        assert re.findall(r'name="channel" value="(\w+)"', page) == offered
        assert ("mobile number" in browser.get("/?lang=en").text) == (len(offered) > 1)
        seal = re.findall(r'name="seal" value="([^"]+)"', page)[0]
        given = {"seal": seal, "purpose": "promotion", "value": PHONE, "agree": "yes"}
        for channel in ("sms", "whatsapp"):
            answer = browser.post(f"{link}/contact", data={**given, "channel": channel})
            assert answer.status_code == (200 if channel in offered else 422)


def test_a_code_is_heard_of_at_once_and_fires_the_relay(link: str, profile: Controller) -> None:
    from include.workflow.answers import CodesWaiting

    async def first() -> object:
        return (await anext(CodesWaiting().run())).payload

    async def asked_while_listening() -> bool:
        listening = asyncio.create_task(asyncio.to_thread(hear, 30))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(asks, profile, HELD)
        return await listening

    assert not awaited(NOW)
    began = time.monotonic()
    assert asyncio.run(asked_while_listening())
    assert time.monotonic() - began < 20
    assert awaited(NOW)
    assert asyncio.run(first()) == "codes"
    assert CodesWaiting().serialize() == ("include.workflow.answers.CodesWaiting", {})
    assert not awaited(NOW + timedelta(minutes=16)), "it is of no use any more"
    ask("update channels.message set attempts = 1 where kind = 'identity_code' returning 1")
    assert not awaited(NOW), "what was tried waits for its next time"
