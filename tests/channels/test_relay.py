from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from conftest import AT_TEN, Gateway, Listening, MailServer, message_number, written
from relaying import Room
from sqlalchemy import text

from include.channels import (
    Carrier,
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    OutgoingMessage,
    RelayReport,
    Sender,
    enqueue,
)
from include.channels.notify import NotifyCarrier
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url
from include.store import Role, begin

MailTo = Callable[[int], Carrier]
pytestmark = pytest.mark.usefixtures("database")
NIGHT = AT_TEN.replace(hour=20)
"""Eleven at night in Riyadh."""


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def mail(mail_server: MailServer, mail_to: MailTo) -> dict[Channel, Carrier]:
    return {Channel.EMAIL: mail_to(mail_server.port)}


def queue(*messages: OutgoingMessage) -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *messages, at=AT_TEN)


def rows(query: str = "select * from channels.message order by text_body, id", role: Role = Role.DUTIES) -> list[Any]:
    with begin(role) as connection:
        return list(connection.execute(text(query)))


def row(number: int) -> Any:
    return next(each for each in rows() if each.id == message_number(number))


def events() -> list[Any]:
    return rows("select kind, payload::json as told from evidence.ledger order by seq", Role.AUDITOR)


def test_what_is_due_goes_out_once_and_leaves_a_proof_instead_of_its_text(
    room: Room, mail: Any, mail_server: MailServer
) -> None:
    queue(written(1), written(2))
    assert room.relays(AT_TEN, mail) == RelayReport(sent=2)
    assert room.relays(AT_TEN + timedelta(days=1), mail) == RelayReport()
    assert sorted(mail_server.recipients) == ["person1@example.org", "person2@example.org"]
    for each in rows():
        assert (each.state, each.recipient, each.subject, each.text_body, each.html_body) == ("sent", *[None] * 4)
        assert each.message_id == room.sent[each.id]
        assert AT_TEN <= each.sent_at < AT_TEN + timedelta(minutes=1)
        assert each.attempts == 1


def test_the_proof_of_sending_is_in_evidence_without_the_person(room: Room, mail: Any) -> None:
    message = written(1)
    queue(message)
    room.relays(AT_TEN, mail)
    [event] = events()
    assert event.kind == "notice_sent"
    assert event.told["edition"] == "sa-2024-09-14"
    assert event.told["codes"] == {
        "kind": "source_notice",
        "channel": "email",
        "template": "source_notice/1",
        "language": "ar",
    }
    assert event.told["refs"] == {"message": str(message.id), "duty": str(message.duty_id)}
    assert event.told["hashes"] == {"message_id": sha256(room.sent[message.id].encode()).hexdigest()}
    assert event.told["times"].keys() == {"sent_at"}


def test_the_owner_of_a_message_has_the_last_word(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(written(1), written(2))
    room.forbidden = {message_number(1): "suppressed"}
    assert room.relays(AT_TEN, mail) == RelayReport(sent=1, refused=1)
    assert mail_server.recipients == ["person2@example.org"]
    assert set(room.asked) == {message_number(1), message_number(2)}
    assert room.failed == {message_number(1): "suppressed"}
    assert (row(1).state, row(1).error, row(1).recipient, row(1).attempts) == ("failed", "suppressed", None, 0)
    told = {event.kind: event.told["codes"].get("reason") for event in events()}
    assert told == {"use_blocked": "suppressed", "notice_sent": None}


def test_a_message_past_its_time_ends_unsent_whatever_the_channel(room: Room, mail: Any) -> None:
    queue(written(1, expires_at=AT_TEN), written(2, expires_at=AT_TEN + timedelta(hours=1)))
    queue(written(3, channel=Channel.SMS, recipient="+966500000001", expires_at=AT_TEN))
    assert room.relays(AT_TEN, mail) == RelayReport(sent=1, expired=2)
    assert room.failed == {message_number(1): "expired", message_number(3): "expired"}
    assert (row(1).state, row(1).recipient, row(1).text_body) == ("expired", None, None)
    assert [event.kind for event in events()].count("message_expired") == 2


def test_nothing_goes_out_at_night_and_everything_in_the_morning(
    room: Room, mail: Any, mail_server: MailServer
) -> None:
    queue(*(written(number) for number in range(5)))
    assert room.relays(NIGHT, mail) == RelayReport(deferred=5)
    assert mail_server.mails == []
    assert {each.not_before for each in rows()} == {datetime(2026, 2, 4, 6, 0, tzinfo=UTC)}
    assert {each.attempts for each in rows()} == {0}
    assert room.relays(datetime(2026, 2, 4, 5, 59, tzinfo=UTC), mail) == RelayReport()
    assert room.relays(datetime(2026, 2, 4, 6, 0, tzinfo=UTC), mail) == RelayReport(sent=5)


def test_each_jurisdiction_sends_by_its_own_clock(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(written(1, jurisdiction="sa"), written(2, jurisdiction="ae"))
    before = AT_TEN.replace(hour=5, minute=30)  # 08:30 in Riyadh, 09:30 in Dubai
    queue(written(3, jurisdiction="sa", not_before=before), written(4, jurisdiction="ae", not_before=before))
    assert room.relays(before, mail) == RelayReport(sent=1, deferred=1)
    assert mail_server.recipients == ["person4@example.org"]


def test_a_relay_stops_when_the_window_closes_on_it(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(*(written(number, not_before=AT_TEN) for number in range(4)))
    seconds = iter(range(0, 100_000, 20))
    almost_nine = AT_TEN.replace(hour=17, minute=58, second=30)
    report = room.relays(almost_nine, mail, watch=lambda: float(next(seconds)))
    assert 0 < report.sent < 4
    assert report.sent + report.deferred == 4
    assert len(mail_server.mails) == report.sent


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
    mail_server.on_rcpt = lambda address: "450 4.2.0 greylisted" if "person1" in address else None
    at, pauses = AT_TEN, []
    assert room.relays(at, mail) == RelayReport(sent=1, deferred=1)
    for _ in range(5):
        pauses.append(round((row(1).not_before - at).total_seconds() / 60))
        at = row(1).not_before
        assert room.relays(at, mail) == RelayReport(deferred=1)
    assert pauses == [1, 2, 4, 8, 16]
    assert (row(1).error, row(1).attempts, row(1).recipient) == ("smtp_450_4.2.0", 6, "person1@example.org")
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


def test_no_more_go_out_than_asked_and_no_faster(room: Room, mail: Any, mail_server: MailServer) -> None:
    queue(*(written(number) for number in range(6)))
    clock, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(round(seconds, 3))
        clock[0] += seconds

    options = {"rate_per_minute": 30, "sleep": sleep, "watch": lambda: clock[0]}
    assert room.relays(AT_TEN, mail, limit=4, **options) == RelayReport(sent=4)
    assert pauses == [2.0, 2.0, 2.0]
    assert len(mail_server.mails) == 4


def test_relays_side_by_side_send_each_message_once(room: Room, mail_server: MailServer, mail_to: MailTo) -> None:
    queue(*(written(number) for number in range(60)))
    reports: list[RelayReport] = []

    def run() -> None:
        reports.append(room.relays(AT_TEN, {Channel.EMAIL: mail_to(mail_server.port)}))

    relays = [threading.Thread(target=run) for _ in range(3)]
    for each in relays:
        each.start()
    for each in relays:
        each.join()
    assert sum(report.sent for report in reports) == 60
    assert sorted(mail_server.recipients) == sorted(f"person{number}@example.org" for number in range(60))
    assert [event.kind for event in events()] == ["notice_sent"] * 60


def test_a_room_that_fails_to_note_the_sending_takes_its_record_with_it(
    room: Room, mail: Any, mail_server: MailServer
) -> None:
    queue(written(1))

    class TornError(Exception):
        pass

    def fail(*_: Any) -> None:
        raise TornError

    with pytest.raises(TornError):
        room.relays(AT_TEN, mail, on_sent=fail)
    assert (row(1).state, events()) == ("ready", [])
    assert room.relays(AT_TEN, mail) == RelayReport(sent=1)
    assert len({each["Message-ID"] for each in mail_server.mails}) == 1


def test_no_recipient_and_no_text_is_logged_printed_or_raised(
    room: Room,
    mail: Any,
    mail_server: MailServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    queue(*(written(number, recipient=f"canary{number}@example.org", text="canary text") for number in range(13)))
    mail_server.on_rcpt = lambda address: {
        "canary1@example.org": f"550 5.1.1 <{address}> unknown",
        "canary2@example.org": f"450 4.2.0 <{address}> later",
    }.get(address)
    mail_server.on_data = lambda number: "554 5.7.1 canary text looks like spam" if number > 1 else None
    with pytest.raises(CarrierAway) as away:
        room.relays(AT_TEN, mail)
    ours = [record for record in caplog.records if record.name != "mail.log"]  # the test's own server
    shown = "".join(record.getMessage() for record in ours) + "".join(capfd.readouterr())
    shown += "".join(traceback.format_exception(away.value)) + repr(away.value) + repr(room)
    assert "canary" in caplog.text, "the log is not captured at all"
    assert "canary" not in shown
    for each in rows("select * from channels.message where state <> 'ready'"):
        assert "canary" not in repr(tuple(each))
    assert "canary" not in repr([tuple(event) for event in events()])
