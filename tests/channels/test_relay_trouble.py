from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from far_ends import Gateway, Listening, MailServer
from relaying import AT_TEN, SENDER, MailTo, Room, events, message_number, queue, row, rows, wait_for, written

from include.channels import (
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    RelayReport,
    Sender,
)
from include.channels.notify import NotifyCarrier
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url

pytestmark = pytest.mark.usefixtures("database")


def test_an_address_that_does_not_exist_ends_the_message(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(written(1), written(2))
    mail_server.on_rcpt = lambda address: f"550 5.1.1 <{address}> unknown" if "person1" in address else None
    assert room.relays(AT_TEN, mail) == RelayReport(sent=1, failed=1)
    assert room.failed == {message_number(1): "smtp_550_5.1.1"}
    assert (row(1).state, row(1).error, row(1).recipient, row(1).html_body) == ("failed", "smtp_550_5.1.1", None, None)
    [event] = [event for event in events() if event.kind == "message_failed"]
    assert event.told["codes"]["reason"] == "smtp_550_5.1.1"


def test_a_busy_mailbox_is_tried_again_later_and_later(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(written(1), written(2))
    mail_server.on_rcpt = lambda address: "451 4.7.1 greylisted" if "person1" in address else None
    at, pauses = AT_TEN, []
    assert room.relays(at, mail) == RelayReport(sent=1, deferred=1)
    for _ in range(5):
        pauses.append(round((row(1).not_before - at).total_seconds() / 60))
        at = row(1).not_before
        assert room.relays(at, mail) == RelayReport(deferred=1)
    assert pauses == [1, 2, 4, 8, 16]
    assert (row(1).error, row(1).attempts, row(1).recipient) == ("smtp_451_4.7.1", 6, "person1@example.org")
    mail_server.on_rcpt = lambda _: None
    assert room.relays(row(1).not_before, mail) == RelayReport(sent=1)
    assert row(1).error is None


def test_after_days_of_trying_a_message_is_given_up(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(written(1, attempts=23))
    mail_server.on_rcpt = lambda _: "450 4.2.0 greylisted"
    assert room.relays(AT_TEN, mail) == RelayReport(failed=1)
    assert room.failed == {message_number(1): "smtp_450_4.2.0"}


def test_a_server_that_is_away_puts_one_message_off_and_leaves_the_rest(
    room: Room, listen: Callable[..., Listening], mail_to: MailTo
) -> None:
    server = MailServer()
    listen(server).stop()
    queue(*(written(number) for number in range(5)))
    with pytest.raises(CarrierAway) as away:
        room.relays(AT_TEN, {Channel.EMAIL: mail_to(server.port)})
    assert away.value.report == RelayReport(deferred=1)
    assert sorted(each.attempts for each in rows()) == [0, 0, 0, 0, 1]
    listen(server, server.port)
    later = AT_TEN + timedelta(minutes=2)
    assert room.relays(later, {Channel.EMAIL: mail_to(server.port)}) == RelayReport(sent=5)
    assert len(set(server.recipients)) == len(server.recipients) == 5


def test_a_server_that_falls_silent_after_the_text_is_told_again_under_the_same_name(
    room: Room, mail_server: MailServer
) -> None:
    queue(*(written(number) for number in range(3)))
    server = read_smtp_url(f"smtp://127.0.0.1:{mail_server.port}?timeout=1")
    speaks = threading.Event()
    mail_server.on_data = lambda _: None if speaks.wait(30) else "451 4.3.0 still silent"
    with closing(SmtpCarrier(server, SENDER)) as carrier:
        with pytest.raises(CarrierAway, match="connection_lost") as away:
            room.relays(AT_TEN, {Channel.EMAIL: carrier})
        assert away.value.report == RelayReport(deferred=1)
        assert {each.state for each in rows()} == {"ready"}
        assert sorted(each.attempts for each in rows()) == [0, 0, 1]
        assert (room.sent, room.failed) == ({}, {}), "whether it was taken is not known: it is neither sent nor lost"
        speaks.set()
        wait_for(lambda: len(mail_server.mails) == 1)  # it was taken after all, and nobody heard of it
        assert room.relays(AT_TEN + timedelta(minutes=2), {Channel.EMAIL: carrier}) == RelayReport(sent=3)
    assert {each.state for each in rows()} == {"sent"}
    names = [str(mail["Message-ID"]) for mail in mail_server.mails]
    assert len(names) == 4
    assert set(names) == set(room.sent.values())
    assert names.count(names[0]) == 2, "the one that came twice has one name, by which it is known again"


def test_a_server_that_puts_off_everything_is_left_in_peace(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(*(written(number) for number in range(30)))
    mail_server.on_rcpt = lambda _: "554 5.7.1 your server is on a block list"
    with pytest.raises(CarrierAway, match=r"smtp_554_5\.7\.1"):
        room.relays(AT_TEN, mail)
    assert mail_server.senders == 10
    assert {each.state for each in rows()} == {"ready"}
    assert room.failed == {}


def test_a_wrong_setting_changes_nothing_and_is_not_retried(room: Room, mail_server: MailServer) -> None:
    queue(written(1))
    server = read_smtp_url(f"smtp://127.0.0.1:{mail_server.port}")
    nobody = SmtpCarrier(server, Sender("a..b@example.com", {"ar": "ا", "en": "A"}))
    with pytest.raises(CarrierMisconfigured, match="sender") as wrong:
        room.relays(AT_TEN, {Channel.EMAIL: nobody})
    assert wrong.value.report == RelayReport()
    assert (row(1).state, row(1).attempts, row(1).not_before) == ("ready", 0, AT_TEN)


def test_one_channel_in_trouble_does_not_stop_the_other(
    room: Room, gateway: Gateway, listen: Callable[..., Listening], mail_to: MailTo
) -> None:
    server = MailServer()
    listen(server).stop()
    queue(written(1), written(2, channel=Channel.SMS, recipient="+966500000001", html=None, subject=None))
    carriers = {Channel.EMAIL: mail_to(server.port), Channel.SMS: NotifyCarrier(Channel.SMS, gateway.url())}
    with pytest.raises(CarrierAway) as away:
        room.relays(AT_TEN, carriers)
    assert away.value.report == RelayReport(sent=1, deferred=1)
    assert gateway.received[0]["to"] == "+966500000001"


def test_a_text_message_is_retried_and_proved(room: Room, gateway: Gateway) -> None:
    message = written(1, channel=Channel.SMS, recipient="+966500000001", html=None, subject=None)
    queue(message)
    gateway.answers = [503]
    carriers = {Channel.SMS: NotifyCarrier(Channel.SMS, gateway.url())}
    assert room.relays(AT_TEN, carriers) == RelayReport(deferred=1)
    assert (row(1).error, row(1).attempts) == ("not_accepted", 1)
    assert room.relays(row(1).not_before, carriers) == RelayReport(sent=1)
    assert len(gateway.received) == 1
    assert row(1).message_id == f"json:{message.id.hex}"
    [event] = events()
    assert event.told["codes"]["channel"] == "sms"
    assert event.told["counts"] == {"attempts": 2}


def test_a_message_for_a_channel_without_carrier_is_an_error_that_names_the_setting(room: Room, mail: Any) -> None:
    queue(written(1), written(2, channel=Channel.WHATSAPP, recipient="+966500000001"))
    with pytest.raises(CarrierMisconfigured, match="AMANAH_WHATSAPP_URL") as missing:
        room.relays(AT_TEN, mail)
    assert missing.value.report == RelayReport(sent=1)
    assert row(2).state == "ready"
