"""Letters that hurry go out in rounds: each of them is asked for, proved and ended as if it had gone alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from far_ends import MailServer
from relaying import AT_TEN, Room, events, message_number, queue, row, rows, written

from include.channels import Carrier, CarrierAway, CarrierMisconfigured, Channel, OutgoingMessage, Sent
from include.channels.pace import Pace
from include.channels.together import AT_ONCE, how_many

pytestmark = pytest.mark.usefixtures("database")


def letters(count: int, **changes: Any) -> None:
    queue(*(written(number, kind="breach_notice", **changes) for number in range(count)))


def relays(room: Room, carrier: Carrier, **options: Any) -> Any:
    return room.relays(AT_TEN, {Channel.EMAIL: carrier}, together=room.together(), **options)


@pytest.fixture
def mail(mail_server: MailServer, mail_to: Any) -> Carrier:
    carrier: Carrier = mail_to(mail_server.port)
    return carrier


def test_each_of_many_is_asked_for_sent_once_and_proved(room: Room, mail: Carrier, mail_server: MailServer) -> None:
    letters(45)
    tried: list[int] = []
    assert relays(room, mail, on_tried=lambda: tried.append(1)).sent == 45
    assert sorted(mail_server.recipients) == sorted(f"person{number}@example.org" for number in range(45))
    assert {*room.asked} == {*room.sent} == {message_number(number) for number in range(45)}
    assert len(tried) == 45
    sent = [event.told for event in events() if event.kind == "notice_sent"]
    assert {UUID(told["refs"]["message"]) for told in sent} == {*room.sent}
    assert len({told["hashes"]["message_id"] for told in sent}) == 45, "each has a proof of its own"
    ended = rows("select state, recipient, text_body, html_body, subject, attempts, message_id from channels.message")
    assert {each[:6] for each in ended} == {("sent", None, None, None, None, 1)}
    assert len({each.message_id for each in ended}) == 45
    assert relays(room, mail).sent == 0


def test_who_must_not_be_written_to_is_left_out_of_a_round(room: Room, mail: Carrier, mail_server: MailServer) -> None:
    letters(5)
    room.forbidden[message_number(2)] = "no_longer_owed"
    report = relays(room, mail)
    assert (report.sent, report.refused) == (4, 1)
    assert "person2@example.org" not in mail_server.recipients
    assert room.failed == {message_number(2): "no_longer_owed"}


def test_one_that_is_refused_or_put_off_keeps_none_of_the_others(
    room: Room, mail: Carrier, mail_server: MailServer
) -> None:
    letters(6)
    answers = {"person1@example.org": "550 5.1.1 nobody here", "person3@example.org": "451 4.2.0 later"}
    mail_server.on_rcpt = answers.get
    report = relays(room, mail)
    assert (report.sent, report.failed, report.deferred) == (4, 1, 1)
    assert [row(number).state for number in (1, 3, 4)] == ["failed", "ready", "sent"]


class Breaking:
    """Hands over three letters, and then something breaks that nobody foresaw, or the server goes away."""

    def __init__(self, error: Exception) -> None:
        self.handed, self.error = 0, error

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:
        if self.handed == 3:
            raise self.error
        self.handed += 1
        return Sent(f"<{message.id.hex}@example.com>")

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), CarrierAway("gone")])
def test_what_went_out_is_proved_where_a_round_is_broken_off(room: Room, error: Exception) -> None:
    letters(10)
    with pytest.raises(type(error)):
        relays(room, Breaking(error))
    assert sorted(each.state for each in rows()) == ["ready"] * 7 + ["sent"] * 3
    assert len([event for event in events() if event.kind == "notice_sent"]) == 3


def test_other_kinds_go_by_themselves_after_those_that_hurry(
    room: Room, mail: Carrier, mail_server: MailServer
) -> None:
    queue(*(written(number) for number in range(100, 103)))
    letters(4)
    queue(*(written(number, kind="breach_notice", channel=Channel.SMS) for number in (7,)))
    with pytest.raises(CarrierMisconfigured) as told:  # for the text message has no carrier
        relays(room, mail, limit=6)
    assert told.value.report is not None
    assert told.value.report.sent == 6
    assert {*mail_server.recipients[:4]} == {f"person{number}@example.org" for number in range(4)}
    assert row(7).state == "ready", "nor does one of another channel come along"


def test_a_round_is_as_long_as_the_rate_and_the_limit_allow() -> None:
    assert how_many(Pace(AT_TEN), None) == AT_ONCE
    assert [how_many(Pace(AT_TEN), left) for left in (1, 7, 500)] == [1, 7, AT_ONCE]
    assert [how_many(Pace(AT_TEN, rate), None) for rate in (30, 60, 300, 6000)] == [1, 2, 10, AT_ONCE]


def test_the_rate_holds_within_a_round(room: Room, mail: Carrier) -> None:
    letters(6)
    slept: list[float] = []
    clock = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    assert relays(room, mail, rate_per_minute=120, sleep=sleep, watch=lambda: clock[0]).sent == 6
    assert sum(slept) == pytest.approx(3.0), "half a second after each"
