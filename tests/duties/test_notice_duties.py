"""Who is owed a notice, when it may go out, and what keeps it back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from builders import START, Held, ask, person
from journeys_house import CONTROLLER
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, Refused, RelayReport, Sent, relay
from include.duties.consent import Said, delete_asked
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import HeldBack, may_send, on_failed, on_sent, plan_notices, queue_notices
from include.duties.watch import watch
from include.law import Controller, load_controller
from include.store import Role, begin, keyed

Make = Callable[..., Held]
DAY = timedelta(days=1)
MORNING = START + timedelta(hours=1)


class Carrier:
    """Takes messages over, or refuses some addresses for good."""

    def __init__(self, refused: set[str] | None = None) -> None:
        self.refused, self.sent = refused or set(), list[str]()

    def send(self, message: OutgoingMessage, at: object) -> Sent:
        if message.recipient in self.refused:
            raise Refused("mailbox_unknown")
        self.sent.append(message.recipient)
        return Sent(f"<{message.id}@amanah.example>")

    def close(self) -> None:
        """Nothing is open."""


def controller() -> Controller:
    return load_controller(CONTROLLER)


def sends(carrier: Carrier, at: object = MORNING) -> RelayReport:
    return relay(
        at,  # type: ignore[arg-type]
        carriers={Channel.EMAIL: carrier},
        may_send=may_send,
        on_sent=on_sent,
        on_failed=on_failed,
    )


def test_every_subject_is_owed_one_notice_for_each_source_and_purpose_from_the_day_of_receipt(source: Make) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    other = source(key="other_guide", location="other.csv", assessment="DPIA-1")
    other.at += DAY
    other.delivers([person(1)])
    assert plan_notices(START + 2 * DAY) == 3
    assert plan_notices(START + 2 * DAY) == 0, "planned once"
    due = ask(
        "select source_key, count(*) as n, min(due_at - received_at) as days from duties.notice group by 1 order by 1"
    )
    assert [(row.source_key, row.n, row.days) for row in due] == [
        ("other_guide", 1, 30 * DAY),
        ("sample_guide", 2, 30 * DAY),
    ]


def test_the_purposes_of_one_source_are_told_in_one_letter(source: Make, tmp_path: Path) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    plan_notices(MORNING)
    profile = yaml.safe_load(CONTROLLER.read_text(encoding="utf-8"))
    profile["purposes"]["service_news"] = deepcopy(profile["purposes"]["business_contact"])
    (tmp_path / "controller.yml").write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    assert queue_notices(MORNING, load_controller(tmp_path / "controller.yml")) == 1
    carrier = Carrier()
    sends(carrier)
    assert carrier.sent == ["person.1@people.example"]
    assert [row[0] for row in ask("select state from duties.notice")] == ["told", "told"]


def test_a_profile_that_lacks_an_element_stops_every_notice_and_names_it(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    with pytest.raises(HeldBack, match="dpo"):
        queue_notices(MORNING, controller().model_copy(update={"dpo": None}))
    assert not ask("select 1 from channels.message")
    assert [row[0] for row in ask("select state from duties.notice")] == ["owed"]


def test_a_letter_is_written_once_however_often_it_is_asked_for(source: Make) -> None:
    source().delivers([person(1), person(2)])
    plan_notices(MORNING)
    assert queue_notices(MORNING, controller()) == 2
    assert queue_notices(MORNING, controller()) == 0
    assert ask("select count(*) from channels.message")[0][0] == 2


def test_a_told_notice_keeps_its_proof_and_not_its_words(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    sends(Carrier())
    message = ask("select * from channels.message")[0]
    assert message.state == "sent"
    assert message.message_id
    assert message.sent_at >= MORNING
    assert message.recipient is message.text_body is message.html_body is message.subject is None
    assert ask("select outcome from duties.duty")[0][0] == "told"


def test_an_address_that_refuses_for_good_is_not_tried_again_but_another_one_is(source: Make) -> None:
    two = {**person(1), "email": "person.1@people.example person.1@work.example"}
    source().delivers([two])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    first = set(ask_recipients())
    carrier = Carrier(refused={"person.1@people.example"})
    sends(carrier)
    queue_notices(MORNING, controller())
    sends(carrier)
    assert len(first) == 2, "two mailboxes may be two people: each is told"
    assert "person.1@people.example" not in carrier.sent
    owed = ask("select refused, state from duties.notice where state = 'owed'")
    assert all(row.refused for row in owed)


def test_a_notice_of_someone_destroyed_meanwhile_is_not_sent(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    destroy_due(START + 17 * DAY)
    carrier = Carrier()
    sends(carrier, START + 17 * DAY)
    assert not carrier.sent


def test_whoever_was_suppressed_after_the_letter_was_written_does_not_get_it(source: Make) -> None:
    source().delivers([person(1), person(2)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    with begin(Role.DUTIES) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, 'email', 0, 'opted_out', :at)"),
            {"key": keyed("email", "person.1@people.example"), "at": MORNING},
        )
    carrier = Carrier()
    report = sends(carrier)
    assert carrier.sent == ["person.2@people.example"]
    assert (report.sent, report.refused) == (1, 1)
    assert queue_notices(MORNING, controller()) == 0, "nor is it written again"


def test_a_letter_whose_notice_is_no_longer_owed_is_not_sent(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    with begin(Role.DUTIES) as connection:
        connection.execute(text("update duties.notice set state = 'exempt'"))
    carrier = Carrier()
    sends(carrier)
    assert not carrier.sent


def test_an_undetermined_point_waits_for_a_person_before_its_subject_is_told(source: Make) -> None:
    source().delivers([{"id": "1", "name": "شركة النور للتجارة المحدودة", "email": "sales@gmail.com"}])
    assert [row[0] for row in ask("select class from register.contact_point where kind = 'email'")] == ["undetermined"]
    plan_notices(MORNING)
    assert queue_notices(START + 2 * DAY, controller()) == 0
    assert queue_notices(START + 3 * DAY + timedelta(hours=1), controller()) == 1


def test_a_person_whose_data_the_publisher_took_out_is_owed_nothing_any_more(source: Make) -> None:
    guide = source()
    guide.delivers([person(1)])
    plan_notices(MORNING)
    guide.delivers(
        [{**person(1), "contact": "", "email": "", "name": "شركة النور للتجارة المحدودة", "phone": "920000001"}]
    )
    plan_notices(START + DAY)
    assert [(row.state, row.outcome) for row in ask("select state, outcome from duties.notice")] == [
        ("exempt", "no_longer_held")
    ]


def test_a_source_whose_notice_would_be_incomplete_holds_back_no_other(source: Make) -> None:
    source().delivers([person(1)])
    source(key="odd_guide", location="odd.csv", purposes=["unheard_of"], assessment="DPIA-1").delivers([person(2)])
    plan_notices(MORNING)
    with pytest.raises(HeldBack, match=r"source odd_guide: .*unheard_of"):
        queue_notices(MORNING, controller())
    assert ask_recipients() == ["person.1@people.example"]


def test_a_person_who_leaves_a_source_untold_and_comes_back_is_told(source: Make) -> None:
    guide = source()
    gone = {**person(1), "name": "شركة النور للتجارة المحدودة", "contact": "", "email": "", "phone": "920000001"}
    guide.delivers([person(1)])
    plan_notices(MORNING)
    guide.delivers([gone])
    plan_notices(START + DAY)
    assert not ask("select 1 from register.subject"), "of whom nothing is held, nothing is kept"
    guide.delivers([person(1)], later=5 * DAY)
    assert plan_notices(START + 6 * DAY) == 1
    queue_notices(START + 6 * DAY, controller())
    carrier = Carrier()
    sends(carrier, START + 6 * DAY)
    assert carrier.sent == ["person.1@people.example"]


def test_a_person_who_was_told_leaves_and_comes_back_is_not_told_twice(source: Make) -> None:
    guide = source()
    gone = {**person(1), "name": "شركة النور للتجارة المحدودة", "contact": "", "email": "", "phone": "920000001"}
    guide.delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    carrier = Carrier()
    sends(carrier)
    guide.delivers([gone])
    plan_notices(START + DAY)
    guide.delivers([person(1)], later=2 * DAY)
    assert plan_notices(START + 3 * DAY) == 0
    assert destroy_due(START + 31 * DAY)["destroyed"] == 1, "their silence ends when the first clock ends"


def test_a_purpose_that_joins_later_has_its_own_clock_and_destroys_nobody_who_may_still_answer(source: Make) -> None:
    guide = source()
    guide.delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    sends(Carrier())
    both = source(purposes=["business_contact", "service_news"])
    both.at = guide.at
    both.delivers([person(1)], later=20 * DAY)
    plan_notices(START + 20 * DAY)
    assert destroy_due(START + 21 * DAY)["destroyed"] == 0
    due = ask("select due_at from duties.notice where purpose = 'service_news'")[0][0]
    assert due == START + 50 * DAY


def test_a_letter_that_expired_in_the_outbox_blames_no_address(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    late = START + 17 * DAY
    sends(Carrier(), late)
    assert [(row.state, row.refused) for row in ask("select state, refused from duties.notice")] == [("owed", [])]
    destroy_due(late)
    assert ask("select outcome from duties.notice")[0][0] == "too_late_to_answer"


def test_a_notice_not_sent_by_its_day_and_a_silence_not_acted_on_are_raised_once(source: Make) -> None:
    source().delivers([person(1), {**person(2), "email": "", "phone": "0500000022"}])
    plan_notices(MORNING)
    queue_notices(MORNING, controller())
    sends(Carrier())
    assert watch(START + 8 * DAY, controller())["unsent"] == 1
    assert watch(START + 9 * DAY, controller())["unsent"] == 0
    found = [watch(START + days * DAY, controller())["overdue"] for days in (31, 32, 33)]
    assert found == [0, 1, 0]


def test_a_destruction_that_somebody_asked_for_and_that_is_not_done_within_an_hour_is_raised_once(
    source: Make,
) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    subject = ask("select id from register.subject")[0].id
    with begin(Role.PORTAL) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), MORNING)
    minutes = [watch(MORNING + timedelta(minutes=late), controller())["overdue"] for late in (59, 60, 61)]
    assert minutes == [0, 1, 0]
    assert "Destructions overdue: 1" in ask("select text_body from channels.message where kind = 'promise_alert'")[0][0]
    assert ask("select count(*) from duties.alert") == [(0,)], "no notice was missed"


def test_a_destruction_that_was_done_at_once_is_no_alarm(source: Make) -> None:
    source().delivers([person(1)])
    subject = ask("select id from register.subject")[0].id
    with begin(Role.PORTAL) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), MORNING)
    destroy_due(MORNING)
    assert watch(MORNING + timedelta(hours=2), controller())["overdue"] == 0


def ask_recipients() -> list[str]:
    return [row[0] for row in ask("select recipient from channels.message where recipient is not null")]
