"""What may be done with a request, and when: the sentences of policy section 6 and of IR 3, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from include.duties.requests.model import RIGHTS, Asked, Open
from include.duties.requests.rules import ANSWERS, DEED, ENOUGH, IdentityDocument, joined, proven
from include.duties.rights.grounds import grounds
from include.duties.rights.kept import by_law
from include.duties.rights.letters import OUTCOMES
from include.duties.rights.model import CLOSED, Standing, State, Why
from include.duties.rights.rules import (
    SENTENCES,
    answered_unproven_at,
    may_extend,
    may_lift,
    may_move,
    may_refuse,
    needs_officer,
)
from include.errors import NeverRetry
from include.law import clocks, edition_for
from include.systems.model import Period, RetentionRule, System, Table, Trigger

ASKED_AT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SA = edition_for("sa", ASKED_AT)


def standing(**changes: object) -> Standing:
    """A proven request for access, received on 22 November 2026, with nothing beside it."""
    due = ASKED_AT + 30 * DAY
    known = Standing(
        id=uuid4(), reference="3FA85F64", right="access", subject=uuid4(), means="page", language="ar",
        state=State.CHECKED, edition=SA.name, received_at=ASKED_AT, due_at=due, first_due_at=due, proof="link",
        capacity="self", extended_at=None, extension_due=None, extension_message=None, shown_at=None,
        destruction_request=None,
    )  # fmt: skip
    return replace(known, **changes)  # type: ignore[arg-type]


def extended(at: datetime, reason: str = "unusual_effort", days: int | None = None, **changes: object) -> object:
    verdict = may_extend(SA, standing(**changes), reason, at, at, days)
    return verdict.why or verdict.due_at


def test_the_clock_is_thirty_days_from_receipt_and_sixty_with_the_extension() -> None:
    assert clocks.request_due(SA, ASKED_AT) == datetime(2026, 12, 22, 7, 0, tzinfo=UTC)
    assert extended(ASKED_AT + DAY) == datetime(2027, 1, 21, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "told"),
    [(0, None), (1, None), (29, None), (29.999, None), (30, Why.TOO_LATE), (31, Why.TOO_LATE), (61, Why.TOO_LATE)],
)
def test_an_extension_is_told_before_day_thirty_or_not_at_all(day: float, told: Why | None) -> None:
    found = extended(ASKED_AT + day * DAY)
    assert found == (told or ASKED_AT + 60 * DAY)


def test_a_clock_that_began_a_day_earlier_refuses_what_one_of_today_allows() -> None:
    at = ASKED_AT + 29.5 * DAY
    assert extended(at) == ASKED_AT + 60 * DAY
    earlier = ASKED_AT - DAY
    assert extended(at, received_at=earlier, first_due_at=earlier + 30 * DAY) is Why.TOO_LATE


def test_a_notice_that_no_hour_of_sending_is_left_for_extends_nothing() -> None:
    at = ASKED_AT + 29.9 * DAY
    request = standing()
    assert may_extend(SA, request, "unusual_effort", at, request.first_due_at).why is Why.NOT_SENT_IN_TIME
    assert may_extend(SA, request, "unusual_effort", at, None).why is Why.NOT_SENT_IN_TIME


@pytest.mark.parametrize(
    ("days", "told"),
    [(1, ASKED_AT + 31 * DAY), (30, ASKED_AT + 60 * DAY), (31, Why.TOO_LONG), (0, Why.TOO_LONG), (-5, Why.TOO_LONG)],
)
def test_an_extension_is_as_long_as_the_law_allows_and_no_longer(days: int, told: object) -> None:
    assert extended(ASKED_AT + DAY, days=days) == told


def test_there_is_one_extension_and_none_of_what_is_closed() -> None:
    assert extended(ASKED_AT + DAY, extension_message=uuid4()) is Why.EXTENDED
    for state in CLOSED:
        assert extended(ASKED_AT + DAY, state=state) is Why.CLOSED


@pytest.mark.parametrize("reason", ["", "busy", "disproportionate_effort", "repeated", "UNUSUAL_EFFORT"])
def test_only_the_laws_reasons_extend(reason: str) -> None:
    assert extended(ASKED_AT + DAY, reason) is Why.UNKNOWN_REASON


def test_several_requests_are_a_reason_where_there_are_several() -> None:
    assert extended(ASKED_AT + DAY, "several_requests") is Why.NOT_SEVERAL
    assert extended(ASKED_AT + DAY, "several_requests", others=1) == ASKED_AT + 60 * DAY


def test_the_numbers_are_the_editions_and_a_law_without_an_extension_has_none() -> None:
    eu, eg = edition_for("eu", ASKED_AT), edition_for("eg", ASKED_AT)
    request = standing(first_due_at=clocks.request_due(eu, ASKED_AT))
    found = may_extend(eu, request, "unusual_effort", ASKED_AT + DAY, ASKED_AT + DAY)
    assert found.due_at == clocks.request_extended_due(eu, ASKED_AT)
    assert found.edition == eu.name
    assert may_extend(eg, standing(), "unusual_effort", ASKED_AT + DAY, ASKED_AT + DAY).why is Why.NO_EXTENSION


@pytest.mark.parametrize("ground", ["", "manifestly_unfounded", "no_time", "unusual_effort", "Repeated"])
def test_a_refusal_without_one_of_the_laws_grounds_is_refused(ground: str) -> None:
    assert may_refuse(SA, standing(), ground).why is Why.UNKNOWN_GROUND


@pytest.mark.parametrize(("ground", "right"), list(product(grounds().grounds, RIGHTS)))
def test_a_ground_stands_against_the_rights_that_its_article_names(ground: str, right: str) -> None:
    known = grounds().grounds[ground]
    found = may_refuse(SA, standing(right=right, earlier=1), ground)
    stands = not known.rights or right in known.rights
    assert found.why is (None if stands else Why.GROUND_OF_ANOTHER_RIGHT)
    assert found.article == known.article


def test_one_request_is_not_repeated() -> None:
    assert may_refuse(SA, standing(), "repeated").why is Why.NOT_REPEATED
    assert may_refuse(SA, standing(earlier=1), "repeated").why is None


def test_what_is_being_destroyed_is_not_refused_meanwhile() -> None:
    asked = standing(right="destroy", destruction_request=uuid4())
    assert may_refuse(SA, asked, "kept_by_law").why is Why.BEGUN
    assert may_refuse(SA, replace(asked, destruction_request=None), "kept_by_law").why is None


def test_nobody_is_refused_before_it_is_known_who_asks() -> None:
    assert may_refuse(SA, standing(proof=None, state=State.RECEIVED, earlier=3), "repeated").why is Why.NOT_CHECKED


def test_what_is_closed_stays_closed_and_nothing_is_answered_before_it_is_begun() -> None:
    for now, then in product(State, State):
        found = may_move(now, then)
        if now in CLOSED:
            assert found is Why.CLOSED
    assert may_move(State.CHECKED, State.ANSWERED) is Why.OUT_OF_ORDER
    assert may_move(State.RECEIVED, State.IN_WORK) is Why.OUT_OF_ORDER
    assert may_move(State.RECEIVED, State.REFUSED) is Why.OUT_OF_ORDER
    assert may_move(State.IN_WORK, State.ANSWERED) is None


def test_every_reason_against_something_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Why)


def test_a_program_judges_nobody_and_an_operators_word_alone_destroys_nobody() -> None:
    assert {right for right in RIGHTS if needs_officer(standing(right=right))} == {
        "correct", "restrict", "review", "complain"
    }  # fmt: skip
    assert all(needs_officer(standing(right=right, proof="operator")) for right in RIGHTS)


def test_whoever_is_not_proven_is_answered_at_one_moment_whoever_they_are_and_in_time() -> None:
    known, nobody = standing(proof=None), standing(proof=None, subject=None)
    assert answered_unproven_at(SA, known) == answered_unproven_at(SA, nobody) == ASKED_AT + 24 * DAY


def asked(**changes: object) -> Asked:
    given: dict[str, object] = {"right": "access", "subject": uuid4(), "means": "operator", "language": "ar"}
    return Asked(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "proof"),
    [
        ((), None),
        (("knew_recent_invoice",), None),
        (("knew_recent_invoice", "knew_recent_invoice"), None),
        (("knew_recent_invoice", "knew_last_contact"), "operator"),
        (("called_back_on_held_number",), "operator"),
        ((DEED,), None),
    ],
)
def test_an_operators_answers_prove_who_asks_together_and_not_one_said_twice(
    answers: tuple[str, ...], proof: str | None
) -> None:
    assert proven(asked(proof="operator", answers=answers)) == proof


@pytest.mark.parametrize("code", ["passport_seen", "id", "national_id", "iqama_checked", "id_card", "selfie", "هوية"])
def test_no_identity_document_is_ever_taken(code: str) -> None:
    with pytest.raises(IdentityDocument):
        proven(asked(proof="operator", answers=("called_back_on_held_number", code)))


def test_a_code_that_nobody_knows_proves_nothing_and_is_told() -> None:
    with pytest.raises(NeverRetry, match="an answer is one of"):
        proven(asked(proof="operator", answers=("sounded_honest",)))


@pytest.mark.parametrize("proof", ["link", "code", "api", "operator"])
def test_whoever_asks_about_somebody_else_is_never_proven_to_be_them(proof: str) -> None:
    assert proven(asked(proof=proof, capacity="other", answers=tuple(ANSWERS))) is None


@pytest.mark.parametrize(
    ("guardianship", "answers", "proof"),
    [
        (None, ("called_back_on_held_number", DEED), None),
        ("parent", ("called_back_on_held_number",), None),
        ("parent", (DEED,), None),
        ("court_guardian", ("called_back_on_held_number", DEED), "operator"),
    ],
)
def test_a_guardian_shows_whose_they_are_and_on_what_they_act(
    guardianship: str | None, answers: tuple[str, ...], proof: str | None
) -> None:
    for given in ("operator", "api", "link"):
        assert proven(asked(capacity="guardian", guardianship=guardianship, answers=answers, proof=given)) == proof
    with pytest.raises(NeverRetry, match="a guardian acts on"):
        proven(asked(capacity="guardian", guardianship="uncle"))


def test_no_single_thing_that_somebody_knows_is_enough() -> None:
    assert all(weight < ENOUGH for code, weight in ANSWERS.items() if code.startswith("knew"))


DUE = ASKED_AT + 30 * DAY


def opened(due: datetime = ASKED_AT, facts: bytes | None = None, **changes: object) -> Open:
    known = Open(uuid4(), "AAAA0000", due, due, proven=True, capacity="self", facts=facts)
    return replace(known, **changes)  # type: ignore[arg-type]


def test_the_same_right_asked_for_again_joins_the_first_whose_clock_goes_on() -> None:
    first, second = opened(), opened(ASKED_AT + DAY)
    assert joined(asked(), "link", None, DUE, [second, first]) is first
    assert joined(asked(), "link", None, DUE, []) is None


def test_what_was_received_earlier_joins_nothing_that_ends_later_but_a_longer_clock_that_was_told() -> None:
    ten_days_later = opened(DUE + 10 * DAY)
    assert joined(asked(), "link", None, DUE, [ten_days_later]) is None
    assert joined(asked(), "link", None, DUE + 10 * DAY, [ten_days_later]) is ten_days_later
    prolonged = replace(opened(DUE), due_at=DUE + 30 * DAY)
    assert joined(asked(), "link", None, DUE + DAY, [prolonged]) is prolonged


def test_new_facts_make_a_new_request_and_the_same_words_do_not() -> None:
    first = opened(facts=b"one")
    assert joined(asked(), "link", b"two", DUE, [first]) is None
    assert joined(asked(), "link", b"one", DUE, [first]) is first
    assert joined(asked(), "link", None, DUE, [first]) is first


def test_what_is_proven_joins_nothing_that_somebody_else_may_have_asked_in_its_name() -> None:
    planted = opened(proven=False)
    assert joined(asked(), "link", None, DUE, [planted]) is None
    assert joined(asked(), None, None, DUE, [planted]) is planted
    assert joined(asked(), None, None, DUE, [opened()]) is not None


def test_what_a_person_proves_themselves_does_not_wait_where_an_operators_word_waits_for_an_officer() -> None:
    told = opened(by_word=True)
    assert joined(asked(), "link", None, DUE, [told]) is None
    assert joined(asked(), "operator", None, DUE, [told]) is joined(asked(), None, None, DUE, [told]) is told


def test_a_guardians_request_is_not_their_wards() -> None:
    assert joined(asked(capacity="guardian"), "operator", None, DUE, [opened()]) is None


def test_two_guardians_of_one_ward_are_two_and_one_who_asks_again_is_one() -> None:
    mine, others = opened(capacity="guardian", asker=b"me"), opened(capacity="guardian", asker=b"other")
    assert joined(asked(capacity="guardian", asker=b"me"), "operator", None, DUE, [others]) is None
    assert joined(asked(capacity="guardian", asker=b"me"), "operator", None, DUE, [others, mine]) is mine
    assert joined(asked(capacity="guardian"), "operator", None, DUE, [replace(mine, asker=None)]) is None


@pytest.mark.parametrize(
    ("changes", "reason", "held", "letter", "why"),
    [
        ({}, "corrected", "restriction", None, None),
        ({}, "corrected", "contested_accuracy", "bounced", None),
        ({}, "corrected", "restriction", "ready", Why.LIFTING),
        ({}, "corrected", "restriction", "sent", Why.LIFTING),
        ({}, "unusual_effort", "restriction", None, Why.UNKNOWN_LIFT),
        ({}, "corrected", None, None, Why.NOTHING_HELD_BACK),
        ({}, "corrected", "objection", None, Why.STANDS_FOR_GOOD),
        ({"state": State.IN_WORK}, "corrected", "restriction", None, Why.NOT_ANSWERED),
    ],
)
def test_what_was_held_back_is_used_again_for_a_reason_once_it_was_answered(
    changes: dict[str, object], reason: str, held: str | None, letter: str | None, why: Why | None
) -> None:
    request = standing(**({"right": "restrict", "state": State.ANSWERED} | changes))
    assert may_lift(request, reason, held, letter) is why


def test_each_law_is_named_with_the_rows_of_its_own_tables_and_a_row_once() -> None:
    def table(name: str, rule: str | None) -> Table:
        return Table(name=name, key=("id",), columns=(), retention=rule)

    def rule(article: str, *, years: int, statute: bool = True) -> RetentionRule:
        return RetentionRule(trigger=Trigger.FIXED_AGE, column="on", minimum=Period(months=12 * years), article=article,
                             statute=statute, columns=("buyer",) if statute else None)  # fmt: skip

    system = System(
        key="books", jurisdiction="sa",
        tables=(table("invoice", "vat"), table("receipt", "vat"), table("payroll", "labour"), table("account", "own")),
        edges=(), rules={"vat": rule("VAT IR 66", years=6), "labour": rule("Labour 8", years=2),
                         "own": rule("policy 4", years=1, statute=False)},
    )  # fmt: skip
    kept = by_law(system, {"invoice": 3, "receipt": 2, "payroll": 4, "account": 9}, SA, ASKED_AT)
    assert [(each.article, each.count) for each in kept] == [("VAT IR 66", 5), ("Labour 8", 4)]
    assert kept[0].until is not None
    assert kept[0].until.year == 2032
    assert by_law(system, {"account": 9}, SA, ASKED_AT) == ()


def test_every_outcome_is_said_in_both_languages() -> None:
    from include.duties.rights.letters import _words

    assert set(_words()["ar"].outcomes) == set(_words()["en"].outcomes) == set(OUTCOMES)
