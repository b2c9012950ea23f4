"""Consent is asked once, given by what somebody does, kept as it was said, and withdrawn as easily."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import START, Held, ask, person
from people_told import MORNING, PORTAL, controller, grown, says, subject_of, tells
from sqlalchemy import text

from include.channels.links import hash_of
from include.duties.consent import Contact, Outcome, delete_asked, grant, questions, refuse, withdraw
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.store import Role, StoreRefused, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
NEXT = MORNING + DAY
MINE = Contact("email", "Own@people.example")


def state() -> dict[tuple[str, str], str]:
    return {(row.purpose, row.channel): row.action for row in ask("select * from duties.consent_state")}


def held() -> int:
    return int(ask("select count(*) from register.contact_point where subject_id is not null")[0][0])


def test_the_first_letter_asks_once_for_each_purpose_neutrally_and_leads_to_the_readers_page(source: Make) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    (letter,) = tells(profile=grown("service_news"))
    assert state() == {("business_contact", "all"): "asked", ("service_news", "all"): "asked"}
    assert letter.text.count("Do you agree") == 2
    assert letter.text.count("هل توافق") == 2
    assert letter.text.count("of full legal capacity") == 1
    assert letter.text.count("كامل الأهلية") == 1
    token = next(word.rpartition("/")[2] for word in letter.text.split() if f"{PORTAL}/p/" in word).rstrip("\u2069")
    assert [bytes(row.hash) for row in ask("select hash from portal.link")] == [hash_of(token)]
    assert not ask("select 1 from portal.link where position(convert_to(:token, 'UTF8') in hash) > 0", token=token)


def test_a_later_sources_notice_goes_without_the_question(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    source(key="other_guide", location="other.csv", assessment="DPIA-1").delivers([person(1)])
    (letter,) = tells(NEXT)
    assert "Do you agree" not in letter.text
    assert "هل توافق" not in letter.text
    assert ask("select count(*) from duties.consent_event")[0][0] == 1


def test_a_letter_that_reached_nobody_asks_again_when_it_is_written_again(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    ask("update duties.notice set state = 'owed', message_id = null returning 1")
    (letter,) = tells(NEXT)
    assert "Do you agree" in letter.text
    assert ask("select count(*) from duties.consent_event where action = 'asked'")[0][0] == 1


def test_silence_is_no_and_destroys_on_the_last_day(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    assert destroy_due(START + 29 * DAY)["destroyed"] == 0
    assert destroy_due(START + 31 * DAY)["destroyed"] == 1
    assert state() == {("business_contact", "all"): "expired"}
    assert held() == 0


def test_who_agreed_is_kept_past_the_last_day_and_nothing_is_owed(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    assert says(grant, subject_of(), at=NEXT, purpose="business_contact") is Outcome.RECORDED
    assert destroy_due(START + 31 * DAY)["destroyed"] == 0
    assert held() == 3
    assert [(row.state, row.outcome) for row in ask("select state, outcome from duties.notice")] == [
        ("answered", "granted")
    ]


def test_what_a_later_source_says_of_who_agreed_is_kept_although_they_say_nothing_to_its_notice(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, purpose="business_contact")
    source(key="other_guide", location="other.csv", assessment="DPIA-1").delivers([person(1)])
    tells(NEXT + timedelta(hours=1))
    assert destroy_due(START + 40 * DAY)["destroyed"] == 0
    assert held() == 6


def test_silence_to_one_purpose_is_no_to_it_while_the_other_stands(source: Make) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    tells(profile=grown("service_news"))
    says(grant, subject_of(), at=NEXT, purpose="service_news")
    assert destroy_due(START + 31 * DAY)["destroyed"] == 0
    assert state() == {("business_contact", "all"): "expired", ("service_news", "all"): "granted"}


def test_an_answer_after_the_last_day_comes_too_late(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    assert says(grant, subject_of(), at=START + 31 * DAY, purpose="business_contact") is Outcome.CLOSED
    assert state() == {("business_contact", "all"): "asked"}


def test_refusing_destroys_everything_within_one_run_and_leaves_keyed_hashes(source: Make) -> None:
    guide = source()
    guide.delivers([person(1), person(2)])
    tells()
    subject = subject_of()
    assert says(refuse, subject, at=NEXT, purpose="business_contact") is Outcome.RECORDED
    assert destroy_due(NEXT) == {"planned": 1, "destroyed": 1, "halted": 0}
    assert not ask("select 1 from register.contact_point where normalised = 'person.1@people.example'")
    assert not ask("select 1 from portal.link where subject_id = :subject", subject=subject)
    assert not ask("select 1 from register.subject where id = :subject", subject=subject)
    assert [(row.trigger, row.allowed_by, row.state) for row in ask("select * from duties.destruction")] == [
        ("request", "subject", "verified")
    ]
    assert ask("select closed_at, destruction_id from duties.destruction_request")[0].destruction_id is not None
    assert guide.delivers([person(1), person(2)], later=2 * DAY)["suppressed"] == 1
    assert tells(NEXT + 3 * DAY) == [], "nobody is told again"


def test_a_refusal_is_not_held_up_by_its_size(source: Make) -> None:
    source().delivers([person(number) for number in range(60)])
    tells()
    for row in ask("select id from register.subject"):
        says(refuse, row.id, at=NEXT)
    assert destroy_due(NEXT) == {"planned": 1, "destroyed": 60, "halted": 0}


def test_refusing_one_purpose_keeps_what_was_agreed_for_another(source: Make) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    tells(profile=grown("service_news"))
    says(grant, subject_of(), at=NEXT, purpose="service_news")
    says(refuse, subject_of(), at=NEXT, purpose="business_contact")
    assert destroy_due(NEXT)["destroyed"] == 0
    assert says(withdraw, subject_of(), at=NEXT, purpose="service_news") is Outcome.RECORDED
    assert destroy_due(NEXT)["destroyed"] == 1


def test_deletion_takes_what_came_since_and_was_not_told_yet(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    subject = subject_of()
    source(key="other_guide", location="other.csv", assessment="DPIA-1").delivers([person(1)])
    assert says(delete_asked, subject, at=NEXT) is Outcome.RECORDED
    assert says(delete_asked, subject, at=NEXT) is Outcome.ALREADY
    assert destroy_due(NEXT)["destroyed"] == 1
    assert held() == 0
    assert state() == {("business_contact", "all"): "refused"}
    assert says(delete_asked, subject, at=NEXT) is Outcome.UNKNOWN


def test_the_same_answer_twice_is_written_once(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    assert says(grant, subject_of(), at=NEXT, purpose="business_contact") is Outcome.RECORDED
    assert says(grant, subject_of(), at=NEXT, purpose="business_contact") is Outcome.ALREADY
    assert ask("select count(*) from duties.consent_event where action = 'granted'")[0][0] == 1


def test_only_what_a_person_gives_can_be_reached_and_it_goes_with_their_consent(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    given = {"purpose": "promotion", "channels": ("email",), "provenance": "direct_from_subject", "contact": MINE}
    assert says(grant, subject_of(), at=NEXT, **given) is Outcome.RECORDED
    assert [row.value for row in ask("select value from duties.own_contact")] == ["own@people.example"]
    assert says(withdraw, subject_of(), at=NEXT, purpose="promotion") is Outcome.RECORDED
    assert not ask("select 1 from duties.own_contact")
    assert state()["promotion", "email"] == "withdrawn"
    assert destroy_due(NEXT)["destroyed"] == 0, "the question of the letter is still open"


def test_a_number_is_no_way_to_send_an_e_mail(source: Make) -> None:
    source().delivers([person(1)])
    given = {"purpose": "promotion", "channels": ("sms",), "provenance": "direct_from_subject", "contact": MINE}
    with pytest.raises(Exception, match="needs a contact that it reaches"):
        says(grant, subject_of(), at=NEXT, **given)


def test_nobody_changes_or_removes_what_was_said(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    for statement in ("update duties.consent_event set action = 'granted'", "delete from duties.consent_event"):
        with pytest.raises(StoreRefused, match=r"denied|append-only"), begin(Role.DUTIES) as connection:
            connection.execute(text(statement))


def test_a_consent_that_another_system_brings_needs_its_proof(source: Make) -> None:
    source().delivers([person(1)])
    with pytest.raises(StoreRefused, match="proven"):
        says(grant, subject_of(), at=NEXT, purpose="promotion", provenance="other_system", means="api")


def test_the_page_shows_what_was_asked_and_until_when_an_answer_counts(source: Make) -> None:
    guide = source()
    guide.delivers([person(1)])
    tells()
    with begin(Role.PORTAL) as connection:
        (asked,) = questions(connection, subject_of())
    assert (asked.purpose, asked.state, asked.answer_by) == ("business_contact", "asked", guide.at + 30 * DAY)


def test_without_a_portal_the_letter_says_how_to_answer_by_mail(source: Make) -> None:
    source().delivers([person(1)])
    (letter,) = tells(profile=controller(None))
    assert "Do you agree" in letter.text
    assert "/p/" not in letter.text
    assert not ask("select 1 from portal.link")


def test_a_person_of_whom_only_the_request_is_left_is_done_with(source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(MORNING)
    says(delete_asked, subject_of(), at=MORNING)
    assert destroy_due(MORNING)["destroyed"] == 1, "also before anybody was told"
    assert not ask("select 1 from duties.destruction_request where closed_at is null")
