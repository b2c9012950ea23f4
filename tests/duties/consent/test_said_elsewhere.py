"""A no counts at once wherever it is said, for whoever is known by the contact, and an old yes brings nobody back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from builders import Held, ask, person
from people_told import MORNING, says, subject_of, tells
from sqlalchemy import text

from include.duties.consent import ALL, Contact, Outcome, delete_asked, grant, withdraw
from include.duties.consent.elsewhere import Elsewhere, said_elsewhere
from include.duties.consent.waiting import waiting
from include.duties.destruction.actions import destroy_due
from include.duties.marketing import Reason, may_reach
from include.evidence import learn
from include.store import Role, begin, keyed

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)
LATER = NEXT + timedelta(days=1)
MAILBOX = "person.1@people.example"
OWN = Contact("email", "own@people.example")


def told(action: str, at: datetime = NEXT, *, role: Role = Role.API, **changes: Any) -> Outcome:
    """Bring what somebody said elsewhere, as the API does, in a unit of work of its own."""
    given: dict[str, Any] = {
        "contact": Contact("email", MAILBOX),
        "action": action,
        "purpose": "business_contact",
        "channel": "email",
        "proof": sha256(b"call").digest(),
        "text_version": "script/1",
        "language": "ar",
        "means": "api",
        "system": "call_centre",
    }
    with begin(role) as connection:
        learn(connection, "call_centre")  # as the issuing of its key does
        return said_elsewhere(connection, Elsewhere(**given | changes), at)


def state() -> dict[tuple[str, str], str]:
    """How it stands with the first of them."""
    rows = ask("select * from duties.consent_state where subject_id = :subject", subject=subject_of())
    return {(row.purpose, row.channel): row.action for row in rows}


@pytest.fixture
def asked(source: Make) -> Held:
    """Two people who were asked by letter."""
    held = source()
    held.delivers([person(1), person(2)])
    tells()
    return held


@pytest.mark.parametrize("channel", [ALL, "email", "sms"])
def test_a_refusal_elsewhere_answers_the_letters_question_whatever_way_it_names(asked: Held, channel: str) -> None:
    assert told("refused", channel=channel) is Outcome.RECORDED
    assert state()["business_contact", ALL] == "refused"
    assert destroy_due(NEXT)["destroyed"] == 1
    assert not ask("select 1 from register.contact_point where normalised = :mailbox", mailbox=MAILBOX)


def test_a_refusal_that_was_said_before_the_letter_and_heard_after_it_is_an_answer(asked: Held) -> None:
    assert told("refused", MORNING - timedelta(days=1), channel=ALL) is Outcome.RECORDED
    assert told("refused", MORNING - timedelta(days=1), channel=ALL) is Outcome.ALREADY
    assert destroy_due(NEXT)["destroyed"] == 1


def test_who_wants_everything_deleted_says_so_anywhere(asked: Held) -> None:
    assert told("delete", purpose=None, channel=ALL) is Outcome.RECORDED
    assert destroy_due(NEXT)["destroyed"] == 1
    assert told("delete", purpose=None, channel=ALL) is Outcome.UNKNOWN


def test_a_wish_to_be_deleted_that_is_older_than_a_consent_is_not_heard_again(asked: Held) -> None:
    says(grant, subject_of(), at=LATER, purpose="business_contact")
    assert told("delete", purpose=None, channel=ALL) is Outcome.ALREADY
    assert not waiting()


def test_a_purpose_agreed_to_is_withdrawn_elsewhere_with_every_way_of_it(asked: Held) -> None:
    says(grant, subject_of(), at=NEXT, purpose="business_contact")
    says(grant, subject_of(), at=NEXT, purpose="business_contact", **GIVEN)
    assert told("withdrawn", LATER, channel="email") is Outcome.RECORDED
    assert state()["business_contact", ALL] == "granted", "one way less, the purpose stays"
    assert told("withdrawn", LATER, channel=ALL) is Outcome.RECORDED
    assert state()["business_contact", ALL] == "withdrawn"
    assert destroy_due(LATER)["destroyed"] == 1


GIVEN = {"channels": ("email",), "provenance": "direct_from_subject", "contact": OWN}


def test_an_old_refusal_of_a_purpose_leaves_what_was_agreed_to_since(asked: Held) -> None:
    says(grant, subject_of(), at=LATER, purpose="promotion", **GIVEN)
    assert told("refused", purpose="promotion", channel=ALL) is Outcome.RECORDED
    assert state()["promotion", "email"] == "granted"
    assert told("refused", purpose="promotion", channel=ALL) is Outcome.ALREADY


def test_a_consent_elsewhere_to_the_purpose_itself_keeps_whom_we_hold_and_makes_nobody_known(asked: Held) -> None:
    assert told("granted", channel=ALL) is Outcome.RECORDED
    assert not ask("select 1 from duties.own_contact")
    assert destroy_due(MORNING + timedelta(days=31))["destroyed"] == 1, "the other was silent"
    assert ask("select 1 from register.contact_point where normalised = :mailbox", mailbox=MAILBOX)
    stranger = Contact("email", "stranger@people.example")
    assert told("granted", channel=ALL, contact=stranger) is Outcome.UNKNOWN


@pytest.mark.parametrize("action", ["refused", "withdrawn"])
def test_a_no_that_names_a_contact_given_on_the_page_ends_its_use(asked: Held, action: str) -> None:
    says(grant, subject_of(), at=NEXT, purpose="promotion", **GIVEN)
    assert told(action, LATER, purpose="promotion", contact=OWN) is Outcome.RECORDED
    assert state()["promotion", "email"] == action
    assert not ask("select 1 from duties.own_contact")


def test_a_no_counts_for_everybody_who_gave_the_contact(asked: Held) -> None:
    for mailbox in (MAILBOX, "person.2@people.example"):
        says(grant, subject_of(mailbox), at=NEXT, purpose="promotion", **GIVEN)
    assert told("withdrawn", LATER, purpose="promotion", contact=OWN) is Outcome.RECORDED
    assert not ask("select 1 from duties.own_contact")


def test_what_was_said_elsewhere_bears_the_system_that_brought_it(asked: Held) -> None:
    told("refused", channel=ALL)
    assert ask("select actor from duties.consent_event where action = 'refused'")[0].actor == "call_centre"
    with begin(Role.AUDITOR) as connection:
        payload = connection.execute(text("select payload from evidence.ledger where kind = 'consent_refused'"))
        assert '"actor":"call_centre"' in payload.scalar_one()


def granted(at: datetime) -> Outcome:
    return told("granted", at, purpose="promotion", contact=OWN)


def test_an_old_consent_does_not_bring_back_who_was_destroyed(database: str) -> None:
    assert granted(NEXT) is Outcome.RECORDED
    subject = ask("select subject_id from duties.own_contact")[0][0]
    says(delete_asked, subject, at=NEXT)
    destroy_due(LATER)
    assert granted(NEXT) is Outcome.SUPPRESSED
    assert granted(LATER) is Outcome.SUPPRESSED, "said in the moment of their destruction"
    for table in ("register.subject", "register.identity", "duties.own_contact"):
        assert not ask(f"select 1 from {table}"), table


def test_a_consent_after_the_destruction_counts_and_the_gate_agrees_until_they_are_destroyed_again(
    asked: Held,
) -> None:
    says(delete_asked, subject_of(), at=NEXT)
    destroy_due(NEXT)
    known = Contact("email", MAILBOX)
    assert told("granted", LATER, purpose="promotion", contact=known) is Outcome.RECORDED
    subject = ask("select subject_id from duties.own_contact")[0][0]
    direct = {"channels": ("email",), "provenance": "direct_from_subject", "contact": known}
    assert says(grant, subject, at=LATER, purpose="promotion", **direct) is Outcome.RECORDED
    assert against(LATER) == ()
    counts = asked.delivers([person(1), person(2)], later=timedelta(days=3))
    assert counts["suppressed"] == 1, "a directory brings nobody back"
    says(withdraw, subject, at=LATER + timedelta(days=1), purpose="promotion")
    destroy_due(LATER + timedelta(days=1))
    assert not ask("select 1 from duties.own_contact")
    assert told("granted", LATER, purpose="promotion", contact=known) is Outcome.SUPPRESSED, "destroyed since"


def test_who_is_on_a_list_of_others_is_not_used_whatever_they_consent_to_later(asked: Held, tmp_path: Any) -> None:
    from include.duties.suppressing import import_list

    says(delete_asked, subject_of(), at=NEXT)
    destroy_due(NEXT)
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{MAILBOX}\n", encoding="utf-8")
    assert import_list(file, reason="do_not_call", at=NEXT).added == 0
    told("granted", LATER, purpose="promotion")
    assert Reason.SUPPRESSED in against(LATER)


def against(at: datetime) -> tuple[Reason, ...]:
    with begin(Role.DUTIES) as connection:
        return may_reach(connection, keyed("email", MAILBOX), "promotion", at, channel="email")
