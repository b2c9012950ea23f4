"""What somebody asked for, and what was sent to them, says after their destruction that it was, and of nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from people_told import MORNING, controller, says, subject_of, tells
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, enqueue
from include.channels.links import link_for
from include.duties.consent import delete_asked
from include.duties.destruction.actions import Unverified, destroy_due
from include.duties.requests import Asked, receive
from include.store import Role, begin, keyed

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)
MAILBOX = "person.1@people.example"


@pytest.fixture
def subject(source: Make) -> UUID:
    """Somebody who was told, asked for access in their own words, and got a code."""
    source().delivers([person(1), person(2)])
    tells()
    known = subject_of()
    with begin(Role.PORTAL) as connection:
        receive(
            connection,
            Asked(right="access", subject=known, means="page", language="en", details="I am ...", reply_to=MAILBOX),
            controller(),
            NEXT,
        )
        enqueue(connection, message("identity_code", MAILBOX), at=NEXT - timedelta(hours=1))
        connection.execute(text(CODE), {"id": uuid4(), "subject": known, "until": NEXT + timedelta(minutes=15)})
    ask("update channels.message set state = 'sent', recipient = null where kind = 'identity_code' returning 1")
    return known


CODE = """
    insert into portal.code (id, subject_id, hash, purpose, channel, value, expires_at)
    values (:id, :subject, '', 'promotion', 'email', 'own@people.example', :until)
"""


def test_a_request_stays_provable_and_says_no_more_whose_it_was(subject: UUID) -> None:
    says(delete_asked, subject, at=NEXT)
    destroy_due(NEXT)
    (row,) = ask("select * from duties.request join duties.duty using (id) where kind = 'rights_request'")
    assert (row.right, row.received_at) == ("access", NEXT)
    assert len(row.reference) == 8
    assert (row.details, row.subject_id) == (None, None)


def test_a_code_and_the_address_that_it_was_sent_to_go_with_whom_they_were_for(subject: UUID) -> None:
    says(delete_asked, subject, at=NEXT)
    destroy_due(NEXT)
    assert not ask("select 1 from portal.code")
    assert not ask("select 1 from channels.message where recipient_key = :key", key=keyed("email", MAILBOX))
    waiting = ask("select recipient from channels.message where state = 'ready'")
    assert [row.recipient for row in waiting] == [MAILBOX], "the answer that they wait for still goes out"
    assert ask("select 1 from channels.message where recipient_key is not null"), "of others it is still known"


@pytest.mark.parametrize(
    "planted",
    [
        "update duties.request set subject_id = :subject",
        "insert into portal.code (id, subject_id, hash, expires_at) values (gen_random_uuid(), :subject, '', now())",
        "update channels.message set recipient_key = :key where kind = 'identity_code'",
    ],
)
def test_a_second_look_finds_what_a_destruction_left(subject: UUID, planted: str) -> None:
    says(delete_asked, subject, at=NEXT)
    destroy_due(NEXT)
    ask("update duties.destruction set state = 'destroyed' returning 1")
    with begin(Role.PORTAL if "portal" in planted else Role.DUTIES) as connection:
        connection.execute(text(planted), {"subject": subject, "key": keyed("email", MAILBOX)})
    with pytest.raises(Unverified, match="1 places"):
        destroy_due(NEXT)


def test_codes_links_and_tries_that_are_over_are_not_kept(database: str) -> None:
    with begin(Role.PORTAL) as connection:
        for until in (NEXT, NEXT + timedelta(seconds=1)):
            connection.execute(text(CODE), {"id": uuid4(), "subject": uuid4(), "until": until})
            link_for(connection, "https://x.example", uuid4(), uuid4(), "en", at=MORNING, expires_at=until)
        for since in (NEXT - timedelta(days=1), NEXT - timedelta(hours=23)):
            connection.execute(
                text("insert into portal.attempt (bucket, since) values (:bucket, :since)"),
                {"bucket": uuid4().bytes, "since": since},
            )
    destroy_due(NEXT)
    for table in ("code", "link", "attempt"):
        assert ask(f"select count(*) from portal.{table}") == [(1,)], table


@pytest.mark.parametrize(("kind", "known"), [("identity_code", False), ("promotion", True)])
def test_to_whom_a_code_was_sent_is_forgotten_after_a_month_and_a_promotion_may_still_be_stopped(
    database: str, kind: str, known: bool
) -> None:
    with begin(Role.PORTAL) as connection:
        enqueue(connection, message(kind, "unconfirmed@people.example"), at=NEXT)
    ask("update channels.message set state = 'sent', recipient = null returning 1")
    asked = "select 1 from channels.message where recipient_key is not null"
    destroy_due(NEXT + timedelta(days=29))
    assert ask(asked)
    destroy_due(NEXT + timedelta(days=30))
    assert bool(ask(asked)) is known


def message(kind: str, recipient: str, at: datetime = NEXT) -> OutgoingMessage:
    return OutgoingMessage(
        id=uuid4(),
        kind=kind,
        channel=Channel.EMAIL,
        recipient=recipient,
        text="Hello",
        language="en",
        template=f"{kind}/1",
        jurisdiction="sa",
        not_before=at,
    )
