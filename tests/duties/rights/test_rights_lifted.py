"""What a request holds back is used again in one way: for a reason, by an officer, after its person was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import Held, ask, recorded
from people_told import controller
from rights_asked import ASKED_AT, DAY, WHO, answers, mails, on_page, request_of, shares
from typer.testing import CliRunner

from include.commands.app import app
from include.duties.requests import Received
from include.duties.returning.actions import STEPS as RETURNS
from include.duties.rights import answer_by_officer, lift, refuse
from include.duties.rights.actions import NotAllowed
from include.duties.rights.answering import begin_due
from include.duties.rights.lifting import held_back
from include.duties.rights.model import Why
from include.store import Role, begin

AFTER, HOUR = ASKED_AT + DAY, timedelta(hours=1)


@pytest.fixture
def restricted(people: Held) -> Received:
    """Somebody asked that their data is not used, and was answered that it is not."""
    asked = on_page("restrict")
    answer_by_officer(asked.request, controller(), by="dpo", at=AFTER)
    mails(AFTER)
    return asked


def standing() -> list[tuple[object, ...]]:
    return [tuple(row) for row in ask("select ended_at, lift_reason from duties.restriction")]


def test_it_ends_a_day_after_the_letter_that_says_so_has_gone_out_and_not_before(restricted: Received) -> None:
    begin_due(AFTER + DAY)
    assert standing() == [(None, None)], "nothing ends it by itself"
    assert lift(restricted.request, "accuracy_verified", controller(), by="dpo", at=AFTER + DAY) == "queued"
    begin_due(AFTER + DAY)
    assert standing() == [(None, "accuracy_verified")]
    (told,) = held_back(10)
    assert (told["reference"], told["kind"], told["letter"]) == (
        request_of(restricted).reference,
        "restriction",
        "ready",
    )
    (letter,) = answers(kind="restriction_lifted")
    assert letter.recipient == WHO
    assert "we verified that the data is accurate (IR 7(1))" in letter.text_body
    assert "تحققنا من صحة البيانات" in letter.text_body
    assert (recorded("lift_queued"), recorded("restriction_ended")) == (1, 0)
    mails(AFTER + 2 * DAY)
    assert begin_due(AFTER + 3 * DAY - timedelta(seconds=1)) == {}, "it may come back still"
    assert held_back(10)[0]["letter"] == "sent"
    assert begin_due(AFTER + 3 * DAY + HOUR) == {"lifted": 1}
    assert standing() == [(AFTER + 3 * DAY + HOUR, "accuracy_verified")]
    assert recorded("restriction_ended") == 1
    assert held_back(10) == []


def test_a_letter_that_came_back_ends_nothing_and_another_way_of_telling_is_shown_by_its_reference(
    restricted: Received,
) -> None:
    request = restricted.request
    lift(request, "person_asked", controller(), by="dpo", at=AFTER)
    with pytest.raises(NotAllowed) as twice:
        lift(request, "person_asked", controller(), by="dpo", at=AFTER)
    assert twice.value.why is Why.LIFTING
    (letter,) = answers(kind="restriction_lifted")
    mails(AFTER)
    begin_due(AFTER + HOUR)
    with begin(Role.DUTIES) as connection:
        RETURNS.run(connection, "bounce", {"message": letter.id, "reason": "no_such_mailbox"})
    begin_due(AFTER + DAY)
    assert standing() == [(None, "person_asked")]
    assert held_back(10)[0]["letter"] == "bounced"
    told = CliRunner().invoke(app, ["request", "list", "--held-back"])
    assert "stands: person_asked, its letter is bounced" in told.output
    with pytest.raises(NotAllowed, match="reference of a recording"):
        lift(request, "person_asked", controller(), by="dpo", at=AFTER + DAY, told="told Mr Sample")
    assert lift(request, "person_asked", controller(), by="dpo", at=AFTER + DAY, told="CALL-9") == "lifted"
    assert standing() == [(AFTER + DAY, "person_asked")]


@pytest.mark.parametrize(("right", "why"), [("restrict", Why.NOT_ANSWERED), ("object", Why.STANDS_FOR_GOOD),
                                            ("access", Why.NOTHING_HELD_BACK)])  # fmt: skip
def test_nothing_else_is_ended_by_an_officer(people: Held, right: str, why: Why) -> None:
    asked = on_page(right)
    with pytest.raises(NotAllowed) as told:
        lift(asked.request, "accuracy_verified", controller(), by="dpo", at=AFTER)
    assert told.value.why is why
    assert not answers(kind="restriction_lifted")


def test_only_for_a_reason_that_is_one(restricted: Received) -> None:
    with pytest.raises(NotAllowed, match="accuracy_verified, corrected, person_asked"):
        lift(restricted.request, "no_time", controller(), by="dpo", at=AFTER)


def test_contested_accuracy_ends_in_that_way_too_when_the_correction_is_refused(people: Held) -> None:
    asked = on_page("correct", details="x")
    refuse(asked.request, "extraordinary_effort", controller(), by="dpo", at=AFTER)
    begin_due(AFTER)
    assert standing() == [(None, "refused")]
    assert "may be used again after this letter" in answers(kind="request_refused")[0].text_body
    mails(AFTER)
    begin_due(AFTER + 2 * DAY)
    assert standing() == [(AFTER + 2 * DAY, "refused")]


def test_a_letter_that_may_not_say_so_ends_nothing_and_an_officer_says_how_they_were_told(people: Held) -> None:
    shares(WHO, "person.2@people.example")
    refused, answered = (on_page(right, details="x", reply_shared=True) for right in ("correct", "complain"))
    refuse(refused.request, "extraordinary_effort", controller(), by="dpo", at=AFTER)
    answer_by_officer(answered.request, controller(), by="dpo", at=AFTER)
    (letter,) = answers(kind="request_refused")
    assert "may be used again" not in letter.text_body
    mails(AFTER)
    begin_due(AFTER + 3 * DAY)
    assert standing() == [(None, None), (None, None)]
    for asked in (refused, answered):
        with pytest.raises(NotAllowed) as told:
            lift(asked.request, "person_asked", controller(), by="dpo", at=AFTER)
        assert told.value.why is Why.NO_ADDRESS
        assert lift(asked.request, "person_asked", controller(), by="dpo", at=AFTER, told="CALL-9") == "lifted"
    assert not answers(kind="restriction_lifted")


def test_an_objection_that_is_refused_stands(people: Held) -> None:
    asked = on_page("object")
    refuse(asked.request, "extraordinary_effort", controller(), by="dpo", at=AFTER)
    assert "may be used again" not in answers(kind="request_refused")[0].text_body
    mails(AFTER)
    begin_due(AFTER + 3 * DAY)
    assert standing() == [(None, None)]
