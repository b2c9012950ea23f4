"""Whom a letter about a request goes to, and what counts as told: extensions, withdrawals, guardians, mailboxes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from builders import Held, ask, recorded
from people_told import controller, subject_of
from rights_asked import ASKED_AT, DAY, WHO, answers, brings, mails, on_page, request_of, shares
from sqlalchemy import text

from include.duties.consent import Contact
from include.duties.requests.rules import DEED
from include.duties.returning.actions import STEPS as RETURNS
from include.duties.rights import answer_by_officer, answer_due, extend, refuse, withdraw
from include.duties.rights.actions import NotAllowed
from include.duties.rights.answering import begin_due
from include.duties.rights.carrying import OfficerNeeded
from include.duties.rights.model import Why
from include.duties.rights.showing import decided, runs_that_ask, to_show
from include.duties.watch import watch
from include.errors import MayBeRetried, NeverRetry
from include.store import Role, begin

AFTER = ASKED_AT + DAY
BACK = ("called_back_on_held_number",)
SECOND = "second@people.example"


def comes_back(kind: str) -> None:
    """Letters of a kind went out, and the server of the address gave up on them."""
    for row in ask("select id from channels.message where kind = :kind and state = 'sent'", kind=kind):
        with begin(Role.DUTIES) as connection:
            RETURNS.run(connection, "bounce", {"message": row.id, "reason": "no_such_mailbox"})


def extended(right: str = "complain") -> Any:
    asked = on_page(right)
    extend(asked.request, "unusual_effort", controller(), by="dpo", at=AFTER)
    mails(AFTER)
    begin_due(AFTER)
    assert request_of(asked).extended_at is not None
    comes_back("request_extended")
    return asked


def due(asked: Any) -> datetime:
    return ask("select due_at from duties.duty where id = :id", id=asked.request)[0].due_at  # type: ignore[no-any-return]


def test_an_extension_whose_notice_came_back_was_not_told_and_extends_nothing(people: Held) -> None:
    asked = extended()
    begin_due(AFTER + DAY)
    assert (due(asked), request_of(asked).extended_at) == (ASKED_AT + 30 * DAY, None)
    assert recorded("extension_returned") == 1
    done = answer_due(AFTER + DAY, controller())
    (shown,) = done.waiting
    assert (shown["waits"], shown["extended"]) == ("extension_returned", False)
    (told,) = to_show(done.waiting, AFTER + DAY, 3 * DAY)
    assert "notice of its extension came back" in told["body"]
    assert watch(ASKED_AT + 31 * DAY, controller())["missed"] == 1


def test_it_counts_as_not_told_however_late_that_is_known(people: Held) -> None:
    asked = extended()
    assert watch(ASKED_AT + 31 * DAY, controller())["missed"] == 1
    assert due(asked) == ASKED_AT + 30 * DAY
    assert answer_due(ASKED_AT + 31 * DAY, controller()).waiting[0]["waits"] == "extension_returned"


def test_it_is_told_by_another_contact_of_theirs_while_the_first_period_runs(people: Held) -> None:
    owns(WHO, SECOND)
    asked = extended()
    begin_due(AFTER + DAY)
    done = answer_due(AFTER + DAY, controller())
    assert done.counts["extension_told_elsewhere"] == 1
    (letter,) = answers(SECOND, "request_extended")
    assert "unusual extra effort" in letter.text_body
    mails(AFTER + DAY)
    begin_due(AFTER + DAY)
    assert due(asked) == ASKED_AT + 60 * DAY
    assert answer_due(AFTER + DAY, controller()).waiting[0]["waits"] == "decision"


@pytest.mark.parametrize("kind", ["request_answered", "request_refused", "rights_request"])
def test_an_answer_that_came_back_is_no_answer_and_is_told_another_way(people: Held, kind: str) -> None:
    asked = on_page("copy" if kind == "rights_request" else "complain")
    if kind == "request_refused":
        refuse(asked.request, "extraordinary_effort", controller(), by="dpo", at=AFTER)
    else:
        answer_by_officer(asked.request, controller(), by="dpo", at=AFTER)
    mails(AFTER)
    assert begin_due(AFTER) == {}
    comes_back(kind)
    assert begin_due(AFTER + DAY)["answers_returned"] == 1
    assert "answers_returned" not in begin_due(AFTER + DAY), "it is noted once"
    (waiting,) = answer_due(AFTER + DAY, controller()).waiting
    (shown,) = to_show([waiting], AFTER + DAY, DAY, run="one")
    assert "Its answer came back" in shown["body"]
    assert runs_that_ask() == ["one"]
    assert duty_of(asked) == "open", "its clock runs on"
    assert answer_by_officer(asked.request, controller(), by="dpo", at=AFTER + 2 * DAY, told="CALL-9") == (
        "told_otherwise"
    )
    assert (duty_of(asked), answer_due(AFTER + 2 * DAY, controller()).waiting) == ("done", ())
    assert (recorded("answer_returned"), recorded("answer_told")) == (1, 1)


def test_a_clock_that_ends_before_anybody_was_told_is_missed(people: Held) -> None:
    asked = on_page("complain")
    answer_by_officer(asked.request, controller(), by="dpo", at=AFTER)
    mails(AFTER)
    comes_back("request_answered")
    begin_due(AFTER + DAY)
    assert watch(ASKED_AT + 31 * DAY, controller())["missed"] == 1
    answer_by_officer(asked.request, controller(), by="dpo", at=ASKED_AT + 32 * DAY, told="CALL-9")
    assert duty_of(asked) == "missed"


def duty_of(asked: Any) -> str:
    return str(ask("select state from duties.duty where id = :id", id=asked.request)[0].state)


def owns(who: str, other: str) -> None:
    """Somebody is known by another mailbox too, that of their listing's second contact."""
    from include.store import keyed

    ask(
        """
        insert into register.contact_point (id, listing_id, kind, key, value, normalised, traits, source_column,
               delivery_id, received_at, class, score, reasons, edition, rules, decided_at, decided_by, permission,
               subject_id)
        overriding system value
        select id + 500, listing_id, kind, :key, :other, :other, traits, source_column, delivery_id, received_at,
               class, score, reasons, edition, rules, decided_at, decided_by, permission, subject_id
          from register.contact_point where normalised = :who returning 1
        """,
        key=keyed("email", other), other=other, who=who,
    )  # fmt: skip


def test_a_request_that_is_taken_back_is_written_to_its_person_with_what_to_do_if_it_is_not_so(people: Held) -> None:
    asked = on_page("access")
    withdraw(asked.request, controller(), through="phone", evidence="CALL-7", by="agent.7", at=AFTER)
    (letter,) = answers(kind="request_withdrawn")
    assert letter.recipient == WHO
    for said in ("an employee of ours wrote down that you took this request back, by telephone", "If you did not",
                 asked.reference, "عبر الهاتف", "إن لم تسحبه"):  # fmt: skip
        assert said in letter.text_body
    row = request_of(asked)
    assert (row.state, row.withdrawn_through, row.evidence) == ("withdrawn", "phone", "CALL-7")
    with begin(Role.AUDITOR) as store:
        told = (
            store.execute(text("select payload from evidence.ledger where kind = 'request_withdrawn'")).scalars().all()
        )
    assert len(told) == 1
    assert "CALL-7" not in str(told)


@pytest.mark.parametrize(
    ("through", "evidence", "why"),
    [("hearsay", "CALL-7", Why.UNKNOWN_WAY), ("phone", "", Why.NO_EVIDENCE), ("phone", "Mr Sample", Why.NO_EVIDENCE)],
)
def test_on_an_operators_word_alone_no_request_is_closed(people: Held, through: str, evidence: str, why: Why) -> None:
    asked = on_page("access")
    with pytest.raises(NotAllowed) as told:
        withdraw(asked.request, controller(), through=through, evidence=evidence, by="agent.7", at=AFTER)
    assert told.value.why is why
    assert request_of(asked).state == "checked"


def test_where_nobody_can_be_written_to_nothing_is_taken_back(people: Held) -> None:
    asked = on_page("access")
    ask("update register.contact_point set kind = 'phone' where normalised = :who returning 1", who=WHO)
    with pytest.raises(NotAllowed) as told:
        withdraw(asked.request, controller(), through="phone", evidence="CALL-7", by="agent.7", at=AFTER)
    assert told.value.why is Why.NO_ADDRESS


def guards(guardian: str, right: str = "copy", who: str = WHO) -> Any:
    return brings(
        right, who=who, role=Role.DUTIES, means="operator", capacity="guardian", guardianship="parent",
        reply_to=Contact("email", guardian), proof="operator", answers=(*BACK, DEED), by="agent.7",
    )  # fmt: skip


def test_two_guardians_of_one_ward_are_two_and_each_gets_the_copy_at_their_own_contact(people: Held) -> None:
    one, two = "one@people.example", "two@people.example"
    first, second, again = guards(one), guards(two), guards(one)
    assert (first.joined, second.joined, again.joined) == (False, False, True)
    for asked in (first, second):
        assert answer_by_officer(asked.request, controller(), by="dpo", at=AFTER) == "provided"
    rows = ask("select recipient from channels.message where template like 'package_ready/%' order by 1")
    assert [row.recipient for row in rows] == [one, two]
    assert [row.recipient for row in ask("select recipient from duties.package order by 1")] == [one, two]
    assert not answers(WHO)


def test_a_guardian_without_a_contact_of_their_own_is_not_taken_for_their_ward(people: Held) -> None:
    with pytest.raises(NeverRetry, match="not their ward's"):
        brings("copy", role=Role.DUTIES, means="operator", capacity="guardian", guardianship="parent",
               proof="operator", answers=(*BACK, DEED), by="agent.7")  # fmt: skip


def test_a_letter_goes_to_a_mailbox_of_theirs_alone_and_only_else_to_one_that_another_has_too(people: Held) -> None:
    own = "zz.own@people.example"
    owns(WHO, own)
    shares(WHO, "person.2@people.example")
    answer_by_officer(complains(subject_of(own)).request, controller(), by="dpo", at=AFTER)
    assert len(answers(own)) == 1, "though the other comes first in the alphabet"
    assert not answers(WHO)


def test_to_a_mailbox_that_another_has_too_goes_a_reference_and_where_to_read_the_answer(people: Held) -> None:
    who = subject_of()
    shares(WHO, "person.2@people.example")
    asked = complains(who)
    answer_by_officer(asked.request, controller(), by="dpo", at=AFTER)
    (letter,) = answers(WHO)
    said = letter.subject + letter.text_body + letter.html_body
    assert asked.reference in said
    assert "More than one person is known to us by this contact" in said
    assert "https://privacy.example.com" in said
    for told in ("complaint", "looked into", "شكواك", "شكوى إلينا"):
        assert told not in said


def complains(who: Any) -> Any:
    from include.duties.requests import Asked
    from include.duties.rights import take

    with begin(Role.PORTAL) as connection:
        asked = Asked(right="complain", subject=who, means="page", language="en", reply_to=WHO, reply_shared=True,
                      proof="link")  # fmt: skip
        return take(connection, asked, controller(), ASKED_AT)


def test_what_an_officer_left_or_whose_task_was_killed_is_asked_again_by_the_next_run(people: Held) -> None:
    asked = on_page("complain")
    waiting, again = answer_due(AFTER, controller()).waiting, 3 * DAY
    assert len(to_show(waiting, AFTER, again, run="one")) == 1
    assert runs_that_ask() == ["one"]
    assert to_show(waiting, AFTER, again, run="two", asking={("one", 0)}) == [], "its task still waits"
    assert len(to_show(waiting, AFTER, again, run="two")) == 1, "its task was killed"
    said = decided(str(asked.request), "Leave", "", controller(), asked_in=("two", 0), by="dpo", at=AFTER)
    assert said == "left"
    assert len(to_show(waiting, AFTER, again, run="three", asking={("two", 0)})) == 1


def test_what_an_officer_said_of_one_request_is_not_done_to_another(people: Held) -> None:
    asked, other = on_page("complain"), on_page("complain", who="person.2@people.example")
    waiting = answer_due(AFTER, controller()).waiting

    def says(request: Any, *asked_in: Any) -> str:
        return decided(str(request.request), "Answer", "", controller(), asked_in=asked_in, by="dpo", at=AFTER)

    first, second = ([each for each in waiting if each["id"] == str(of.request)] for of in (asked, other))
    to_show([*first, *second], AFTER, 3 * DAY, run="one")
    for request, run, place in ((other, "one", 0), (asked, "two", 0), (asked, "one", 1)):
        with pytest.raises(NeverRetry, match="does not ask about that request"):
            says(request, run, place)
    to_show(second, AFTER, 3 * DAY, run="one")
    with pytest.raises(NeverRetry, match="does not ask about that request"):
        says(other, "one", 0)  # its place was asked anew, and the officer may have seen the first
    assert request_of(asked).state == request_of(other).state == "checked"
    to_show([*first, *second], AFTER, 3 * DAY, run="two")
    assert says(other, "two", 1) == "looked_into"


def test_what_an_officer_said_is_done_when_its_task_is_tried_again(
    people: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = on_page("complain")
    to_show(answer_due(AFTER, controller()).waiting, AFTER, 3 * DAY, run="one")

    def away(*_: Any, **__: Any) -> str:
        raise MayBeRetried("a server is away")

    def says() -> str:
        return decided(str(asked.request), "Answer", "", controller(), asked_in=("one", 0), by="dpo", at=AFTER)

    with monkeypatch.context() as broken:
        broken.setattr("include.duties.rights.showing.answer_by_officer", away)
        with pytest.raises(MayBeRetried):
            says()
    assert says() == "looked_into"


def test_a_correction_of_which_nothing_can_stand_and_a_review_that_nobody_did_are_shown_with_why(people: Held) -> None:
    first, second = on_page("correct", details="x"), on_page("review", at=ASKED_AT + DAY / 2)
    for asked in (first, second):
        with pytest.raises(OfficerNeeded):
            answer_by_officer(asked.request, controller(), by="dpo", at=AFTER)
        assert request_of(asked).state == "in_work"
    done = answer_due(AFTER + DAY, controller())
    assert done.troubles == ()
    assert [each["waits"] for each in done.waiting] == ["nothing_corrected", "not_reviewed"]
    bodies = [each["body"] for each in to_show(done.waiting, AFTER + DAY, 3 * DAY, run="next")]
    assert "Nothing of what it says could be corrected" in bodies[0]
    assert "were not looked at since they asked" in bodies[1]


def test_a_copy_that_waits_for_somebody_to_hand_it_over_is_shown(people: Held) -> None:
    on_page("copy")
    begin_due(AFTER)
    away = controller(portal=None)
    assert [each["waits"] for each in answer_due(AFTER, away).waiting] == ["hand_over"]
