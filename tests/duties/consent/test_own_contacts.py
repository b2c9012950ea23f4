"""What people gave us themselves stops nothing else, goes when they ask, and is refused by the way that they name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from people_told import MORNING, says, subject_of, tells

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.consent import Contact, Outcome, delete_asked, grant, refuse, withdraw
from include.duties.consent.importing import COLUMNS, import_consents
from include.duties.consent.waiting import waiting
from include.duties.destruction.actions import destroy_due
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
    assert not ask("select 1 from duties.own_contact")
    destroy_due(NEXT)
    assert not waiting()


@pytest.mark.parametrize("purpose", [None, "promotion"])
def test_refusing_without_a_channel_ends_every_channel(source: Make, purpose: str | None) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, **OWN)
    assert says(refuse, subject_of(), at=NEXT, purpose=purpose) is Outcome.RECORDED
    assert state()["promotion", "email"] == "refused"
    assert not ask("select 1 from duties.own_contact")
    assert destroy_due(NEXT)["destroyed"] == (1 if purpose is None else 0), (
        "the letter's question is open to who said no"
    )


def test_one_channel_withdrawn_of_a_purpose_agreed_to_leaves_the_purpose(source: Make) -> None:
    source().delivers([person(1)])
    tells()
    says(grant, subject_of(), at=NEXT, purpose="business_contact")
    withdrawn = {"purpose": "business_contact", "channels": ("sms",)}
    assert says(withdraw, subject_of(), at=NEXT, **withdrawn) is Outcome.RECORDED
    assert state() == {("business_contact", "all"): "granted", ("business_contact", "sms"): "withdrawn"}
    assert says(withdraw, subject_of(), at=NEXT, **withdrawn) is Outcome.ALREADY
    assert destroy_due(NEXT)["destroyed"] == 0


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
