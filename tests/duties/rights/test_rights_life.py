"""From receipt to answer: the thirty days, the one extension, the refusal, and who is told what."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from builders import Held, ask, person, recorded
from people_told import MORNING, controller, grown, says, subject_of
from rights_asked import ASKED_AT, DAY, WHO, answers, brings, mails, night, on_page, request_of

from include.console.counting import facts
from include.duties.consent import grant
from include.duties.destruction.actions import destroy_due
from include.duties.letter.dates import day
from include.duties.packages.handing import hand_to_officer
from include.duties.requests import Asked, Received
from include.duties.requests.rules import DEED
from include.duties.rights import (
    answer_by_officer,
    answer_due,
    answering,
    confirm,
    extend,
    identify,
    refuse,
    take,
    withdraw,
)
from include.duties.rights.actions import NotAllowed, named
from include.duties.rights.answering import begin_due
from include.duties.rights.carrying import OfficerNeeded, carry_out
from include.duties.rights.entering import propose_oral
from include.duties.rights.model import Standing, Why
from include.duties.rights.showing import decided, to_show
from include.duties.watch import watch
from include.errors import NeverRetry
from include.store import Role, begin

LATE = 30 * DAY
RIYADH = ZoneInfo("Asia/Riyadh")
BACK = ("called_back_on_held_number",)


def takes_back(asked: Received, *, at: datetime, by: str = "dpo") -> None:
    withdraw(asked.request, controller(), through="phone", evidence="CALL-7", by=by, at=at)


def duty(request: UUID) -> tuple[object, ...]:
    return tuple(ask("select state, outcome, due_at from duties.duty where id = :id", id=request)[0])


def test_the_acknowledgement_says_when_it_was_received_and_until_when_it_is_answered(people: Held) -> None:
    brings("access", proof="api")
    (letter,) = answers(kind="rights_request")
    assert letter.template == "request_received/3"
    for language in ("en", "ar"):
        assert day(ASKED_AT, RIYADH, language) in letter.text_body
        assert day(ASKED_AT + LATE, RIYADH, language) in letter.text_body


def test_an_extension_on_day_29_holds_once_its_notice_has_gone_out(people: Held) -> None:
    asked = on_page("correct", details="my name")
    at = ASKED_AT + 29 * DAY
    due = extend(asked.request, "unusual_effort", controller(), by="dpo", at=at)
    assert due == ASKED_AT + 60 * DAY
    assert duty(asked.request)[2] == ASKED_AT + LATE, "a notice that lies in the outbox extends nothing"
    (notice,) = [mail for mail in mails(at) if mail.kind == "request_extended"]
    assert notice.recipient == WHO
    assert "unusual extra effort (IR 3(1)(a))" in notice.text
    assert "جهدًا إضافيًا" in notice.text
    assert watch(ASKED_AT + 31 * DAY, controller())["missed"] == 0
    assert duty(asked.request) == ("open", None, due)
    assert (recorded("extension_queued"), recorded("request_extended")) == (1, 1)
    assert watch(ASKED_AT + 50 * DAY, controller())["warned"] == 1, "the longer clock warns anew"
    assert watch(due + DAY, controller())["missed"] == 1
    with pytest.raises(NotAllowed) as told:
        extend(asked.request, "unusual_effort", controller(), by="dpo", at=at + DAY)
    assert told.value.why is Why.EXTENDED


def test_an_extension_on_day_31_is_refused_and_changes_nothing(people: Held) -> None:
    asked = on_page("correct", details="my name")
    with pytest.raises(NotAllowed, match="had to be told before its end"):
        extend(asked.request, "unusual_effort", controller(), by="dpo", at=ASKED_AT + 31 * DAY)
    assert request_of(asked).extension_message is None
    assert not answers(kind="request_extended")


def test_a_notice_that_did_not_go_out_in_time_extends_nothing_and_goes_out_no_more(people: Held) -> None:
    asked = on_page("correct", details="my name")
    extend(asked.request, "unusual_effort", controller(), by="dpo", at=ASKED_AT + 29 * DAY)
    assert not [mail for mail in mails(ASKED_AT + 31 * DAY) if mail.kind == "request_extended"]
    assert watch(ASKED_AT + 31 * DAY, controller())["missed"] == 1
    assert duty(asked.request)[2] == ASKED_AT + LATE


def test_at_night_before_the_last_morning_it_is_told_at_once(people: Held) -> None:
    asked = on_page("correct", details="x", at=MORNING - timedelta(hours=2))  # at eight in the morning in Riyadh
    night = MORNING + 29.5 * DAY
    extend(asked.request, "unusual_effort", controller(), by="dpo", at=night)
    assert [mail.kind for mail in mails(night)] == ["request_extended"], "and nothing that has time until the morning"
    begin_due(night)
    assert duty(asked.request)[2] == MORNING - timedelta(hours=2) + 60 * DAY


@pytest.mark.parametrize(("early", "sent"), [(False, ["request_answered"]), (True, [])])
def test_an_answer_waits_for_no_window_that_opens_after_its_clock_has_ended(
    people: Held, early: bool, sent: list[str]
) -> None:
    asked = on_page("complain", at=MORNING - timedelta(hours=2))
    mails(MORNING)
    night = MORNING + 29.5 * DAY - (DAY if early else timedelta())
    answer_by_officer(asked.request, controller(), by="dpo", at=night)
    assert [mail.kind for mail in mails(night)] == sent


def test_a_letter_that_tells_of_a_copy_waits_no_longer_than_its_clock(people: Held) -> None:
    asked = on_page("copy", at=MORNING - timedelta(hours=2))
    mails(MORNING)
    night = MORNING + 29.5 * DAY
    answer_by_officer(asked.request, controller(), by="dpo", at=night)
    assert sorted(mail.kind for mail in mails(night)) == ["request_answered", "rights_request"]


def test_what_can_be_written_to_nobody_waits_for_an_officer_who_tells_it_another_way(people: Held) -> None:
    ask("update register.contact_point set kind = 'phone', normalised = '+966500000001' "
        "where normalised = :who returning 1", who=WHO)  # fmt: skip
    (subject,) = ask("select subject_id from register.contact_point where normalised = '+966500000001'")[0]
    with begin(Role.PORTAL) as connection:
        given = Asked(right="object", subject=subject, means="page", language="en", proof="code")
        asked = take(connection, given, controller(), ASKED_AT)
    begin_due(ASKED_AT)
    (waiting,) = answer_due(ASKED_AT + DAY, controller()).waiting
    assert (waiting["waits"], request_of(asked).state, duty(asked.request)[0]) == ("no_address", "in_work", "open")
    (shown,) = to_show([waiting], ASKED_AT + DAY, DAY)
    assert "no address to write its answer to" in shown["body"]

    def told(evidence: str | None) -> str:
        at = ASKED_AT + 2 * DAY
        return answer_by_officer(asked.request, controller(), by="dpo", at=at, told=evidence)

    with pytest.raises(OfficerNeeded, match="tell its person another way"):
        told(None)
    with pytest.raises(NotAllowed, match="say what shows it"):
        told("by telephone, to Saad")
    assert told("CALL-9") == "stopped"
    assert duty(asked.request)[0] == "done"
    assert recorded("request_answered") == 1


def test_nor_is_who_did_not_show_who_they_are_answered_without_a_word(people: Held) -> None:
    asked = brings("access", who="+966500000009")
    late = ASKED_AT + 24.5 * DAY
    assert [each["waits"] for each in answer_due(late, controller()).waiting] == ["no_address"]
    with pytest.raises(NotAllowed, match="it is not known yet who asks"):
        answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY, told="CALL-9")
    assert answer_by_officer(asked.request, controller(), by="dpo", at=late, told="CALL-9") == "not_proven"


def test_a_refusal_says_the_ground_the_article_and_where_to_complain(people: Held) -> None:
    asked = on_page("access")
    with pytest.raises(NotAllowed, match="the law knows no such ground"):
        refuse(asked.request, "too_much_work", controller(), by="dpo", at=ASKED_AT + DAY)
    refuse(asked.request, "harm", controller(), by="dpo", at=ASKED_AT + DAY)
    (letter,) = answers(kind="request_refused")
    for said in ("it would harm you", "Law 9(1), 16", "Saudi Data and Artificial Intelligence Authority", "90 days",
                 "ضرر", "سدايا", asked.reference):  # fmt: skip
        assert said in letter.text_body
    assert (request_of(asked).state, request_of(asked).ground) == ("refused", "harm")
    assert duty(asked.request)[:2] == ("done", "refused")
    assert recorded("request_refused") == 1


def test_what_is_answered_after_its_clock_stays_missed(people: Held) -> None:
    asked = on_page("complain")
    at = ASKED_AT + 31 * DAY
    assert answer_by_officer(asked.request, controller(), by="dpo", at=at) == "looked_into"
    assert duty(asked.request)[0] == "missed"


def test_the_same_right_twice_is_one_request_with_one_clock_and_both_are_kept(people: Held) -> None:
    first = on_page("access")
    second = on_page("access", at=ASKED_AT + 10 * DAY)
    assert (second.joined, second.reference, second.due_at) == (True, first.reference, first.due_at)
    assert [row.state for row in ask("select state from duties.request order by received_at")] == ["checked", "merged"]
    assert ask("select count(*) from duties.duty where kind = 'rights_request' and state = 'open'") == [(1,)]
    assert len(answers(kind="rights_request")) == 1, "nobody is written to twice"
    assert recorded("request_merged") == 1
    assert not on_page("copy").joined
    assert not on_page("access", details="and my recordings").joined
    assert on_page("access", details="And  my recordings").joined


def test_a_request_that_came_after_the_answer_is_a_new_one_and_may_be_refused_as_repeated(people: Held) -> None:
    first = on_page("complain")
    with pytest.raises(NotAllowed, match="that is not repeated"):
        refuse(first.request, "repeated", controller(), by="dpo", at=ASKED_AT + DAY)
    answer_by_officer(first.request, controller(), by="dpo", at=ASKED_AT + DAY)
    again = on_page("complain", at=ASKED_AT + 2 * DAY)
    assert not again.joined
    refuse(again.request, "repeated", controller(), by="dpo", at=ASKED_AT + 3 * DAY)
    assert request_of(again).ground == "repeated"


def test_by_a_number_that_two_share_another_system_destroys_neither(source: Callable[..., Held]) -> None:
    source().delivers([{**person(1), "phone": "0500000001"}, {**person(2), "phone": "0500000001"}])
    asked = brings("destroy", who="+966500000001", proof="api")
    assert (request_of(asked).state, request_of(asked).proof) == ("received", None)
    assert not ask("select 1 from duties.destruction_request")
    assert request_of(brings("destroy", proof="api")).proof == "api"


def test_what_others_asked_in_somebodys_name_is_never_held_against_them(people: Held) -> None:
    brings("access", details="planted")
    assert night(ASKED_AT + 25 * DAY) == {"not_proven": 1}
    brings("complain", details="planted too", at=ASKED_AT + 25 * DAY)
    own = on_page("access", at=ASKED_AT + 26 * DAY)
    with pytest.raises(NotAllowed, match="that is not repeated"):
        refuse(own.request, "repeated", controller(), by="dpo", at=ASKED_AT + 26 * DAY)
    with pytest.raises(NotAllowed, match="several requests are no reason"):
        extend(own.request, "several_requests", controller(), by="dpo", at=ASKED_AT + 26 * DAY)


def test_whoever_shows_who_they_are_at_the_last_moment_is_not_told_that_they_did_not(
    people: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = brings("access")

    def confirms_meanwhile(*_known: object) -> object:
        with begin(Role.PORTAL) as connection:
            assert confirm(connection, subject_of(), asked.reference, "code", ASKED_AT + 24 * DAY)
        return ASKED_AT

    monkeypatch.setattr(answering, "answered_unproven_at", confirms_meanwhile)
    assert answer_due(ASKED_AT + 24 * DAY, controller()).counts == {"proven_meanwhile": 1}
    assert not answers()
    assert request_of(asked).state == "checked"


def words(to: str, kind: str) -> list[str]:
    """What was written, without the reference that tells one request from another."""
    return [re.sub(r"\b[0-9A-F]{8}\b", "REF", row.text_body) for row in answers(to, kind)]


def test_for_somebody_else_and_for_nobody_is_answered_alike_and_at_the_same_time(people: Held) -> None:
    asker, nobody, unproven = "asker@people.example", "nobody@people.example", "person.2@people.example"
    brings("access", who=asker, capacity="other")
    brings("access", who=nobody)
    brings("access", who=unproven)
    told = [words(to, "rights_request") for to in (asker, nobody, unproven)]
    assert told[0] == told[1] == told[2]
    assert "We ask for no identity document" in told[0][0]
    assert night(ASKED_AT + 23.9 * DAY) == {"unproven": 3}
    assert night(ASKED_AT + 24 * DAY) == {"not_proven": 3}
    told = [words(to, "request_answered") for to in (asker, nobody, unproven)]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 1
    assert "cannot say whether we hold anything" in told[0][0]
    assert ask("select count(*) from duties.request where reply_to is not null") == [(0,)]


def test_nothing_is_done_for_whoever_is_not_known_to_be_the_person(people: Held) -> None:
    for right in ("destroy", "withdraw", "correct", "restrict", "complain"):
        asked = brings(right, details="please")
        with pytest.raises(NotAllowed, match="not known yet who asks"):
            answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY)
    assert not ask("select 1 from duties.destruction_request")
    assert not ask("select 1 from duties.restriction")
    night(ASKED_AT + DAY)
    assert ask("select 1 from register.contact_point where normalised = :who", who=WHO)


def test_a_request_in_somebodys_name_is_theirs_once_they_say_so_on_their_page_and_not_by_looking(people: Held) -> None:
    planted = brings("destroy", details="all of it")
    own = on_page("destroy", at=ASKED_AT + timedelta(hours=1), details="")
    assert not own.joined, "what is proven joins nothing that somebody else may have asked"
    planted = brings("complain", who="person.2@people.example")
    with begin(Role.PORTAL) as connection:
        other, whose = subject_of("person.3@people.example"), subject_of("person.2@people.example")
        assert not confirm(connection, other, planted.reference, "code", ASKED_AT + DAY)
        assert confirm(connection, whose, planted.reference, "code", ASKED_AT + DAY)
        assert not confirm(connection, whose, planted.reference, "code", ASKED_AT + DAY)
    assert (request_of(planted).state, request_of(planted).proof) == ("checked", "code")
    assert recorded("identity_checked") == 1
    held_back = ask("select subject_id, kind, since from duties.restriction")
    assert held_back == [(whose, "complaint", ASKED_AT + DAY)], "no use meanwhile, since it is known who asks"


def test_an_operators_answers_are_kept_as_codes_and_an_officer_decides(people: Held) -> None:
    asked = brings("destroy", role=Role.DUTIES, means="operator", by="agent.7")
    with pytest.raises(NeverRetry, match="do not show"):
        identify(asked.request, ["knew_last_contact"], by="agent.7", at=ASKED_AT)
    identify(asked.request, ["knew_last_contact", "knew_order_number"], by="agent.7", at=ASKED_AT)
    own = brings("restrict", role=Role.DUTIES, means="operator", by="agent.7")
    identify(own.request, BACK, by="agent.7", at=ASKED_AT)
    assert [row.kind for row in ask("select kind from duties.restriction")] == ["restriction"]
    takes_back(own, by="agent.7", at=ASKED_AT)
    assert night(ASKED_AT + DAY) == {"waiting": 1}
    assert not ask("select 1 from duties.destruction_request"), "an operator's word alone destroys nobody"
    assert answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY) == "in_work"
    assert night(ASKED_AT + DAY) == {"destroyed": 1}
    assert answers()[0].recipient == WHO


def test_a_guardian_is_answered_where_they_asked_once_they_showed_on_what_they_act(people: Held) -> None:
    from include.duties.consent import Contact

    guardian = Contact("email", "guardian@people.example")
    asked = brings(
        "restrict", role=Role.DUTIES, means="operator", capacity="guardian", guardianship="parent", reply_to=guardian,
        proof="operator", answers=(*BACK, DEED), by="agent.7",
    )  # fmt: skip
    assert request_of(asked).proof == "operator"
    assert answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY) == "restricted"
    assert len(answers(guardian.value)) == 1
    assert not answers(WHO)


def test_whoever_speaks_another_language_is_answered_in_both_of_ours(people: Held) -> None:
    brings("access", who="nobody@people.example", language="fr", proof="api")
    (said,) = answers("nobody@people.example", "rights_request")
    assert said.language == "ar"
    assert night(ASKED_AT + DAY) == {"nothing_held": 1}
    (answer,) = answers("nobody@people.example")
    assert "لا نحتفظ ببيانات عنك" in answer.text_body
    assert "We hold no data of yours" in answer.text_body


def test_access_is_answered_by_a_package_and_a_letter_that_names_it(people: Held) -> None:
    asked = on_page("access")
    assert night(ASKED_AT + DAY) == {"provided": 1}
    assert "Its link comes in a message of its own" in answers()[0].text_body
    assert ask("select request_id, state from duties.package") == [(asked.request, "delivered")]
    assert night(ASKED_AT + 2 * DAY) == {}, "an answer is given once"


def test_a_copy_that_nobody_can_be_told_of_safely_waits_until_somebody_handed_it_over(people: Held) -> None:
    asked = on_page("copy")
    away = controller(portal=None)
    assert answer_by_officer(asked.request, away, by="dpo", at=ASKED_AT + DAY) == "in_work"
    assert answer_by_officer(asked.request, away, by="dpo", at=ASKED_AT + DAY, handed_over=True) == "handed_over"
    assert request_of(asked).outcome == "handed_over"


def test_an_officer_takes_a_copy_that_no_link_brings_and_each_time_is_recorded(people: Held, tmp_path: Path) -> None:
    asked, file = on_page("copy"), tmp_path / "copy.zip"
    with pytest.raises(NeverRetry, match="no package of this request lies ready"):
        hand_to_officer(asked.request, file, ASKED_AT + DAY, by="dpo")
    answer_by_officer(asked.request, controller(portal=None), by="dpo", at=ASKED_AT + DAY)
    written = hand_to_officer(asked.request, file, ASKED_AT + DAY, by="dpo")
    assert (file.stat().st_size, file.stat().st_mode & 0o777) == (written, 0o600)
    assert "copy.pdf" in zipfile.ZipFile(file).namelist()
    assert recorded("package_downloaded") == 1
    whole = file.read_bytes()
    with pytest.raises(NeverRetry, match="there already"):
        hand_to_officer(asked.request, file, ASKED_AT + DAY, by="dpo")
    assert (file.read_bytes(), recorded("package_downloaded")) == (whole, 1)


def test_nothing_was_handed_over_where_no_copy_was_made(people: Held) -> None:
    asked = on_page("copy")
    with pytest.raises(NotAllowed, match="no copy of it lies ready"):
        answer_by_officer(asked.request, controller(portal=None), by="dpo", at=ASKED_AT + DAY, handed_over=True)
    assert request_of(asked).outcome is None


def test_a_correction_by_word_of_mouth_is_written_down_and_stands_once_an_officer_says_so(people: Held) -> None:
    asked = on_page("correct", details="my mailbox is another")
    with pytest.raises(NeverRetry, match="nothing could be corrected"):
        answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY)
    (point,) = ask("select id from register.contact_point where normalised = :who", who=WHO)[0]
    assert propose_oral(asked.reference, f"point:{point} new.person@people.example\n", at=ASKED_AT + DAY) == 1
    assert answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + 2 * DAY) == "corrected"
    assert ask("select 1 from register.contact_point where normalised = 'new.person@people.example'")
    assert "We corrected your data" in answers("new.person@people.example")[0].text_body
    assert [row.ended_at for row in ask("select ended_at from duties.restriction")] == [None]
    mails(ASKED_AT + 2 * DAY)
    begin_due(ASKED_AT + 4 * DAY)
    assert [
        row.lift_reason for row in ask("select lift_reason from duties.restriction where ended_at is not null")
    ] == ["corrected"]


def test_the_console_counts_the_clocks_of_requests_among_all_others(people: Held) -> None:
    on_page("complain")
    assert facts(ASKED_AT + 10 * DAY, ()).clocks_soon == 0
    before = facts(ASKED_AT + 27.5 * DAY, ()).clocks_soon
    ask("update duties.duty set state = 'done' where kind = 'rights_request' returning 1")
    assert before - facts(ASKED_AT + 27.5 * DAY, ()).clocks_soon == 1


def test_an_objection_stops_promotion_everywhere_and_stays(people: Held) -> None:
    on_page("object")
    assert night(ASKED_AT + DAY) == {"stopped": 1}
    assert [(row.kind, row.means) for row in ask("select kind, means from duties.stop")] == [("email", "link")]
    assert ask("select kind, ended_at from duties.restriction") == [("objection", None)]


def test_an_objection_over_the_api_stops_the_contact_at_once_whoever_asks(people: Held) -> None:
    brings("object", who="+966500000001")
    assert [row.means for row in ask("select means from duties.stop")] == ["api"]


def test_a_withdrawal_ends_every_consent_at_once_and_what_rested_on_it_goes(people: Held) -> None:
    says(grant, subject_of(), at=MORNING + DAY, purpose="business_contact")
    brings("withdraw", proof="api")
    assert not ask("select 1 from duties.consent_state where action = 'granted'")
    assert night(ASKED_AT + DAY) == {"withdrawn": 1}
    assert len(answers()) == 1
    assert not ask("select 1 from register.contact_point where normalised = :who", who=WHO)


def test_a_review_is_answered_when_a_person_looked_at_every_contact(people: Held) -> None:
    from include.duties.review import decide

    asked = on_page("review")
    with pytest.raises(NeverRetry, match="were not looked at since"):
        answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY)
    points = ask("select id from register.contact_point where subject_id = :who", who=subject_of())
    for point in points:
        decide(point.id, "personal", reason="names_a_person", by="dpo", at=ASKED_AT + DAY)
    assert answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY) == "reviewed"


def test_a_complaint_lets_the_data_be_used_again_once_it_is_answered(people: Held) -> None:
    asked = on_page("complain")
    assert ask("select kind, ended_at from duties.restriction") == [("complaint", None)]
    answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY)
    assert ask("select ended_at from duties.restriction") == [(None,)], "before the answer has gone out it stands"
    mails(ASKED_AT + DAY)
    begin_due(ASKED_AT + 3 * DAY)
    assert ask("select ended_at, lift_reason from duties.restriction") == [(ASKED_AT + 3 * DAY, "looked_into")]


def test_whoever_takes_a_request_back_ends_it_and_a_closed_one_stays_closed(people: Held) -> None:
    asked = on_page("access")
    takes_back(asked, at=ASKED_AT + DAY)
    assert duty(asked.request)[:2] == ("done", "withdrawn_by_person")
    for act in (
        lambda: takes_back(asked, at=ASKED_AT + DAY),
        lambda: refuse(asked.request, "harm", controller(), by="dpo", at=ASKED_AT + DAY),
        lambda: extend(asked.request, "unusual_effort", controller(), by="dpo", at=ASKED_AT + DAY),
        lambda: answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + DAY),
    ):
        with pytest.raises(NotAllowed, match="the request is closed"):
            act()
    assert named(asked.reference.lower()) == asked.request


def test_what_a_request_held_back_is_let_go_when_it_is_refused_or_taken_back(people: Held) -> None:
    contested, complaint = on_page("correct", details="x"), on_page("complain")
    refuse(contested.request, "extraordinary_effort", controller(), by="dpo", at=ASKED_AT + DAY)
    takes_back(complaint, at=ASKED_AT + DAY)
    assert [row.ended_at for row in ask("select ended_at from duties.restriction")] == [None, None], (
        "they are told first"
    )
    mails(ASKED_AT + DAY)
    assert begin_due(ASKED_AT + 3 * DAY)["lifted"] == 2
    ended = ask("select lift_reason, ended_at from duties.restriction order by 1")
    assert ended == [("refused", ASKED_AT + 3 * DAY), ("withdrawn_by_person", ASKED_AT + 3 * DAY)]


def test_a_destruction_that_goes_its_way_is_not_called_back(people: Held) -> None:
    asked = on_page("destroy")
    for act in (
        lambda: takes_back(asked, at=ASKED_AT + DAY),
        lambda: refuse(asked.request, "kept_by_law", controller(), by="dpo", at=ASKED_AT + DAY),
    ):
        with pytest.raises(NotAllowed, match="nothing calls it back"):
            act()


def test_whoever_is_known_by_a_number_alone_is_told_there_that_they_are_gone(people: Held) -> None:
    ask("update register.contact_point set kind = 'phone', normalised = '+966500000001' "
        "where normalised = :who returning 1", who=WHO)  # fmt: skip
    with begin(Role.PORTAL) as connection:
        (subject,) = ask("select subject_id from register.contact_point where normalised = '+966500000001'")[0]
        given = Asked(right="destroy", subject=subject, means="page", language="en", proof="code")
        asked = take(connection, given, controller(), ASKED_AT)
    begin_due(ASKED_AT, {"AMANAH_SMS_URL": "json://carrier.example"})
    assert (request_of(asked).reply_to, request_of(asked).channel) == ("+966500000001", "sms")


def test_one_request_that_fails_holds_up_no_other(people: Held) -> None:
    on_page("review")
    done = on_page("object", who="person.2@people.example")
    ask("update duties.request set state = 'in_work' where \"right\" = 'review' returning 1")
    assert night(ASKED_AT + DAY) == {"waiting": 1, "stopped": 1}
    assert request_of(done).state == "answered"


def test_nor_does_one_that_fails_as_nobody_foresaw_and_its_words_are_withheld(
    people: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = on_page("object"), on_page("object", who="person.2@people.example")

    def fails_once(request: Standing, *known: Any, **more: Any) -> Any:
        if request.id == broken.request:
            raise ValueError(WHO)
        return carry_out(request, *known, **more)

    monkeypatch.setattr(answering, "carry_out", fails_once)
    begin_due(ASKED_AT)
    done = answer_due(ASKED_AT + DAY, controller())
    assert (done.counts, request_of(whole).state) == ({"stopped": 1}, "answered")
    (trouble,) = done.troubles
    assert trouble.startswith(f"request {broken.reference}: ValueError at ")
    assert "@" not in trouble


def test_what_a_person_who_is_gone_asked_for_is_closed_without_a_word_of_them(people: Held) -> None:
    asked = on_page("access")
    on_page("destroy")
    destroy_due(ASKED_AT + timedelta(hours=1))
    assert night(ASKED_AT + DAY) == {"gone": 1, "destroyed": 1}
    row = request_of(asked)
    assert (row.subject_id, row.facts, row.asker, row.reply_to) == (None, None, None, None)


def test_the_officer_is_shown_ids_codes_and_days_and_nothing_of_the_person(people: Held) -> None:
    asked = on_page("correct", details="my name is Nobody Sample")
    (shown,) = answer_due(ASKED_AT + 5 * DAY, grown()).waiting
    assert shown["id"] == str(asked.request)
    assert (shown["right"], shown["days_left"], shown["proof"]) == ("correct", 25, "link")
    assert not re.search("@|Nobody|Sample", str(shown))


def test_a_request_of_which_the_rules_refused_what_was_chosen_is_shown_again_at_once(people: Held) -> None:
    on_page("correct", details="my name")
    (waiting,), again = answer_due(ASKED_AT + DAY, controller()).waiting, 3 * DAY
    assert len(to_show([waiting], ASKED_AT + DAY, again)) == 1
    assert to_show([waiting], ASKED_AT + DAY, again) == [], "it waits elsewhere"
    assert len(to_show([waiting], ASKED_AT + DAY + again, again, run="one")) == 1
    with pytest.raises(NotAllowed):
        decided(waiting["id"], "Extend", "", controller(), asked_in=("one", 0), by="dpo", at=ASKED_AT + DAY)
    assert len(to_show([waiting], ASKED_AT + DAY, again)) == 1
