"""What people gave us themselves stops nothing else, goes when they ask, and is refused by the way that they name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from people_told import MORNING, says, subject_of, tells
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.consent import Contact, Outcome, delete_asked, grant, refuse, withdraw
from include.duties.consent.importing import COLUMNS, import_consents
from include.duties.consent.waiting import waiting
from include.duties.destruction.actions import Unverified, destroy_due
from include.duties.destruction.planning import STEPS, plan_due
from include.duties.marketing import Reason, may_reach
from include.duties.notice.actions import plan_notices
from include.evidence import verify
from include.store import Role, begin, keyed

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)
BUYER = "buyer@people.example"
MINE = Contact("email", "own@people.example")
OWN = {"purpose": "promotion", "channels": ("email",), "provenance": "direct_from_subject", "contact": MINE}


def imports(folder: Path, action: str = "granted", day: int = 1) -> dict[str, int]:
    file = folder / "consents.csv"
    with file.open("w", newline="", encoding="utf-8") as sink:
        csv.writer(sink).writerows(
            [
                COLUMNS,
                (BUYER, action, "promotion", "email", f"2026-02-0{day}T10:00:00+03:00", "CALL-1", "script/2", "ar"),
            ]
        )
    return dict(import_consents(file, at=NEXT).outcomes)


def buyer() -> UUID:
    return UUID(str(ask("select subject_id from duties.own_contact where value = :value", value=BUYER)[0][0]))


def state() -> dict[tuple[str, str], str]:
    return {(row.purpose, row.channel): row.action for row in ask("select * from duties.consent_state")}


def test_who_is_known_by_a_consent_alone_is_kept_and_stops_nobodys_notice(source: Make, tmp_path: Path) -> None:
    imports(tmp_path)
    source().delivers([person(1)])
    assert plan_notices(NEXT) == 1
    assert buyer()


def test_who_is_known_by_a_consent_alone_is_destroyed_at_their_word(source: Make, tmp_path: Path) -> None:
    imports(tmp_path)
    assert says(delete_asked, buyer(), at=NEXT) is Outcome.RECORDED
    assert destroy_due(NEXT) == {"planned": 1, "destroyed": 1, "halted": 0}
    assert not waiting()
    for table in ("duties.own_contact", "register.subject", "register.identity"):
        assert not ask(f"select 1 from {table}"), table
    assert [row.key for row in ask("select key from suppression.entry")] == [keyed("email", BUYER)]
    assert [row.state for row in ask("select state from duties.destruction")] == ["verified"]
    assert ask("select destruction_id from duties.destruction_request")[0].destruction_id is not None
    assert destroy_due(NEXT) == {"planned": 0, "destroyed": 0, "halted": 0}
    assert verify().ok
    counts = source().delivers([person(1) | {"email": BUYER}, person(2)])
    assert counts["suppressed"] == 1, "what they were known by does not bring them back"


def test_a_listed_and_an_unlisted_person_who_ask_are_both_gone_in_one_run(source: Make, tmp_path: Path) -> None:
    imports(tmp_path)
    source().delivers([person(1)])
    tells()
    for whom in (buyer(), subject_of()):
        says(delete_asked, whom, at=NEXT)
    assert destroy_due(NEXT)["destroyed"] == 2
    assert not waiting()
    assert not ask("select 1 from register.subject")


def test_a_refusal_elsewhere_ends_what_was_granted_there(database: str, tmp_path: Path) -> None:
    imports(tmp_path)
    assert imports(tmp_path, "refused", 3) == {"recorded": 1}
    assert state() == {("promotion", "email"): "refused"}
    assert destroy_due(NEXT)["destroyed"] == 1
    assert not ask("select 1 from duties.own_contact")
    assert not ask("select 1 from register.subject")
    assert not waiting()


@pytest.mark.parametrize("purpose", [None, "promotion"])
def test_refusing_without_a_channel_ends_every_channel(source: Make, purpose: str | None) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, **OWN)
    assert says(refuse, subject_of(), at=NEXT, purpose=purpose) is Outcome.RECORDED
    assert state()["promotion", "email"] == "refused"
    assert destroy_due(NEXT)["destroyed"] == (1 if purpose is None else 0), (
        "the letter's question is open to who said no"
    )
    assert not ask("select 1 from duties.own_contact")


def test_one_channel_withdrawn_of_a_purpose_agreed_to_leaves_the_purpose(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, purpose="business_contact")
    withdrawn = {"purpose": "business_contact", "channels": ("sms",)}
    assert says(withdraw, subject_of(), at=NEXT, **withdrawn) is Outcome.RECORDED
    assert state() == {("business_contact", "all"): "granted", ("business_contact", "sms"): "withdrawn"}
    assert says(withdraw, subject_of(), at=NEXT, **withdrawn) is Outcome.ALREADY
    assert destroy_due(NEXT)["destroyed"] == 0


def test_a_consent_that_comes_after_a_wish_to_be_deleted_halts_nobodys_destruction(source: Make) -> None:
    source().delivers([person(1), person(2)])
    tells()
    first, second = subject_of(), subject_of("person.2@people.example")
    says(grant, first, at=NEXT, **OWN)
    says(delete_asked, first, at=NEXT)
    late = NEXT + timedelta(minutes=1)
    assert says(grant, first, at=late, **OWN | {"contact": Contact("email", "other@people.example")}) is Outcome.CLOSED
    assert says(grant, first, at=late, purpose="business_contact") is Outcome.CLOSED
    says(delete_asked, second, at=late)
    assert destroy_due(late)["destroyed"] == 2
    assert not ask("select 1 from duties.own_contact")
    assert not ask("select 1 from register.subject")
    assert {row.state for row in ask("select state from duties.destruction")} == {"verified"}


def test_a_wish_to_be_deleted_takes_what_was_agreed_to_whenever_that_was_written(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    subject = subject_of()
    says(delete_asked, subject, at=NEXT)
    with begin(Role.PORTAL) as connection:  # as if two answers had crossed
        for statement in (CROSSED, GIVEN):
            connection.execute(text(statement), {"subject": subject, "key": keyed("email", MINE.value), "at": NEXT})
    assert destroy_due(NEXT)["destroyed"] == 1
    assert not ask("select 1 from duties.own_contact")
    assert not ask("select 1 from register.subject")


CROSSED = """
    insert into duties.consent_event (subject_id, purpose, channel, action, provenance, key, means, actor, edition, at)
    values (:subject, 'promotion', 'email', 'granted', 'direct_from_subject', :key, 'page', 'subject', 'sa-2024', :at)
"""
GIVEN = """
    insert into duties.own_contact (subject_id, purpose, channel, kind, key, value, provenance, received_at)
    values (:subject, 'promotion', 'email', 'email', :key, 'own@people.example', 'direct_from_subject', :at)
"""


def test_deletion_asked_after_a_refusal_takes_what_they_gave_too(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    subject = subject_of()
    says(refuse, subject, at=NEXT, purpose=None)
    assert says(delete_asked, subject, at=NEXT) is Outcome.RECORDED
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["deletion_asked"]
    assert says(grant, subject, at=NEXT + timedelta(minutes=1), **OWN) is Outcome.CLOSED


def test_what_is_left_of_one_plan_is_told_after_every_other_was_carried_out(source: Make) -> None:
    source().delivers([person(1), person(2)])
    tells()
    says(delete_asked, subject_of(), at=NEXT)
    assert destroy_due(NEXT)["destroyed"] == 1
    ask("update duties.destruction set state = 'destroyed', planned_at = planned_at - interval '1 day' returning 1")
    ask("update channels.message set recipient_key = 'x' where duty_id in "
        "(select notice_id from duties.destruction_target) returning 1")  # fmt: skip
    says(delete_asked, subject_of("person.2@people.example"), at=NEXT)
    with pytest.raises(Unverified):
        destroy_due(NEXT)
    assert not ask("select 1 from register.subject"), "who asked later did not wait for it"
    assert sorted(row.state for row in ask("select state from duties.destruction")) == ["destroyed", "verified"]


def test_a_wish_to_be_deleted_is_not_answered_by_a_plan_that_was_made_before_it_for_one_source(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    source(key="other_guide", location="other.csv", assessment="DPIA-1").delivers([person(1)])
    plan_notices(NEXT)
    ended = MORNING + timedelta(days=31)
    ask("update duties.notice set due_at = due_at + interval '9 days', last_sending = due_at + interval '9 days' "
        "where source_key = 'other_guide' returning 1")  # fmt: skip
    with begin(Role.DUTIES) as connection:
        assert plan_due(connection, ended, False) == 1
    says(delete_asked, subject_of(), at=ended)
    plan = ask("select destruction_id from duties.destruction_target")[0][0]
    with begin(Role.DUTIES) as connection:
        for step in ("targets", "recall", "answered"):
            STEPS.run(connection, step, {"plan": plan, "at": ended})
    assert waiting(), "the other source still holds them"
    destroy_due(ended)
    assert not waiting()
    assert not ask("select 1 from register.subject")


def test_a_mailbox_of_a_directory_that_its_person_gave_too_stays_usable_when_silence_takes_the_rest(
    source: Make,
) -> None:
    guide = source()
    guide.delivers([person(1)])
    tells()
    mailbox = "person.1@people.example"
    assert says(grant, subject_of(), at=NEXT, **OWN | {"contact": Contact("email", mailbox)}) is Outcome.RECORDED
    end = MORNING + timedelta(days=31)
    assert destroy_due(end)["destroyed"] == 1
    assert not ask("select 1 from register.contact_point where subject_id is not null")
    assert against(mailbox, end) == ()
    counts = guide.delivers([person(1), person(2)], later=timedelta(days=32))
    assert counts["suppressed"] == 1, "the row of the directory does not come back"
    assert not ask("select 1 from register.contact_point where normalised = :mailbox", mailbox=mailbox)


def test_a_second_contact_takes_the_place_of_the_first(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    other = OWN | {"contact": Contact("email", "second@people.example")}
    assert says(grant, subject_of(), at=NEXT, **OWN) is Outcome.RECORDED
    later = NEXT + timedelta(hours=1)
    assert says(grant, subject_of(), at=later, **other) is Outcome.RECORDED
    assert [row.value for row in ask("select value from duties.own_contact")] == ["second@people.example"]
    assert against("second@people.example", later) == ()
    assert against("own@people.example", later) == (Reason.POINT_UNKNOWN,)
    assert says(grant, subject_of(), at=later, **other) is Outcome.ALREADY


def test_what_another_system_brings_does_not_take_the_place_of_what_the_person_gave(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, **OWN)
    elsewhere = {"provenance": "other_system", "proof": b"p" * 32, "contact": Contact("email", BUYER)}
    assert says(grant, subject_of(), at=NEXT + timedelta(hours=1), **OWN | elsewhere) is Outcome.ALREADY
    assert [row.value for row in ask("select value from duties.own_contact")] == ["own@people.example"]


def test_what_the_person_gives_takes_the_place_of_what_another_system_brought(database: str, tmp_path: Path) -> None:
    imports(tmp_path)
    assert Reason.CONSENT_NOT_DIRECT in against(BUYER, NEXT)
    assert says(grant, buyer(), at=NEXT, **OWN | {"contact": Contact("email", BUYER)}) is Outcome.RECORDED
    assert against(BUYER, NEXT) == ()


def against(mailbox: str, at: datetime) -> tuple[Reason, ...]:
    with begin(Role.DUTIES) as connection:
        return may_reach(connection, keyed("email", mailbox), "promotion", at, channel="email")


def test_promotion_that_waits_in_the_outbox_goes_with_who_asks_and_a_confirmation_does_not(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    with begin(Role.DUTIES) as connection:
        for kind, to in (("promotion", 1), ("stop_confirmation", 1), ("promotion", 2)):
            enqueue(connection, message(kind, f"person.{to}@people.example"), at=NEXT)
    says(delete_asked, subject_of(), at=NEXT)
    destroy_due(NEXT)
    left = ask("select kind, recipient from channels.message where state = 'ready' order by kind")
    assert [(row.kind, row.recipient) for row in left] == [
        ("promotion", "person.2@people.example"),
        ("stop_confirmation", "person.1@people.example"),
    ]


def message(kind: str, recipient: str) -> OutgoingMessage:
    return OutgoingMessage(
        id=uuid4(),
        kind=kind,
        channel=Channel.EMAIL,
        recipient=recipient,
        text="Hello",
        language="en",
        template=f"{kind}/1",
        jurisdiction="sa",
        not_before=NEXT,
    )
