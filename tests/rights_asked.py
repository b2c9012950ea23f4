"""Requests of rights, asked in every way, and what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from builders import ask
from people_told import MORNING, Post, controller, subject_of

from include.channels import Channel, OutgoingMessage, relay
from include.duties.consent import Contact
from include.duties.destroying import destroy_everywhere
from include.duties.notice.actions import on_failed, on_sent
from include.duties.relaying import may_send
from include.duties.requests import Asked, Received
from include.duties.rights import Given, answer_due, enter, take
from include.duties.rights.answering import begin_due
from include.errors import NeverRetry
from include.store import Role, begin

__all__ = ["ASKED_AT", "DAY", "WHO", "answers", "brings", "mails", "night", "on_page", "request_of", "shares"]

DAY = timedelta(days=1)
ASKED_AT = MORNING + 2 * DAY
WHO = "person.1@people.example"


def on_page(right: Any, *, who: str = WHO, at: datetime = ASKED_AT, **more: Any) -> Received:
    """Somebody asks on their own page."""
    with begin(Role.PORTAL) as connection:
        given: dict[str, Any] = {"means": "page", "language": "en", "reply_to": who, "proof": "link"}
        asked = Asked(right=right, subject=subject_of(who), **(given | more))
        return take(connection, asked, controller(), at)


def brings(right: Any, *, who: str = WHO, at: datetime = ASKED_AT, role: Role = Role.API, **more: Any) -> Received:
    """Another system, a file or an operator brings what somebody asked."""
    given: dict[str, Any] = {"means": "api", "language": "en"}
    with begin(role) as connection:
        kind: Any = "email" if "@" in who else "phone"
        return enter(connection, Given(right=right, contact=Contact(kind, who), **(given | more)), controller(), at)


def night(at: datetime) -> dict[str, int]:
    """Do what `answer_requests` does, but what waits for an officer; return what was answered, by counts."""
    begin_due(at)
    destroy_everywhere(at)
    done = answer_due(at, controller())
    if done.troubles:
        raise NeverRetry("\n".join(done.troubles))
    return done.counts


def answers(to: str = WHO, kind: str = "request_answered") -> list[Any]:
    """What was written to somebody and not sent yet."""
    return ask("select * from channels.message where recipient = :to and kind = :kind order by id", to=to, kind=kind)


def mails(at: datetime) -> list[OutgoingMessage]:
    """Send what is due, and give it."""
    post = Post()
    relay(at, carriers={Channel.EMAIL: post}, may_send=may_send, on_sent=on_sent, on_failed=on_failed)
    return post.sent


def request_of(received: Received) -> Any:
    """A request as it stands."""
    id_: UUID = received.request
    return ask("select * from duties.request where id = :id", id=id_)[0]


def shares(mailbox: str, other: str) -> None:
    """Another person is known by this mailbox too."""
    ask(
        "update register.contact_point point set key = mine.key, value = mine.value, normalised = mine.normalised "
        "from register.contact_point mine where mine.normalised = :mailbox and point.normalised = :other returning 1",
        mailbox=mailbox, other=other,
    )  # fmt: skip
