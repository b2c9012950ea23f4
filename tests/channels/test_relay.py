from __future__ import annotations

import logging
import threading
import traceback
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from far_ends import MailServer
from relaying import AT_TEN, MailTo, Room, events, message_number, queue, row, rows, written

from include.channels import (
    CarrierAway,
    Channel,
    RelayReport,
)

pytestmark = pytest.mark.usefixtures("database")
NIGHT = AT_TEN.replace(hour=20)
"""Eleven at night in Riyadh."""


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
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    far_end = logging.getLogger("mail.log")  # the test's own server: whatever prints the logs of all prints none of it
    monkeypatch.setattr(far_end, "propagate", False)
    monkeypatch.setattr(far_end, "handlers", [caplog.handler])
    queue(*(written(number, recipient=f"canary{number}@example.org", text="canary text") for number in range(13)))
    mail_server.on_rcpt = lambda address: {
        "canary1@example.org": f"550 5.1.1 <{address}> unknown",
        "canary2@example.org": f"450 4.2.0 <{address}> later",
    }.get(address)
    mail_server.on_data = lambda number: "554 5.7.1 canary text looks like spam" if number > 1 else None
    with pytest.raises(CarrierAway) as away:
        room.relays(AT_TEN, mail)
    ours = [record for record in caplog.records if record.name != far_end.name]
    shown = "".join(record.getMessage() for record in ours) + "".join(capfd.readouterr())
    shown += "".join(traceback.format_exception(away.value)) + repr(away.value) + repr(room)
    assert "canary" in caplog.text, "the log is not captured at all"
    assert "canary" not in shown
    for each in rows("select * from channels.message where state <> 'ready'"):
        assert "canary" not in repr(tuple(each))
    assert "canary" not in repr([tuple(event) for event in events()])
