"""People who were told where their data came from, and what they say to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from builders import START, ask
from journeys_house import CONTROLLER

from include.channels import Channel, OutgoingMessage, Sent, relay
from include.duties.consent import Contact, Outcome, Said
from include.duties.notice.actions import on_failed, on_sent, plan_notices, queue_notices
from include.duties.relaying import may_send
from include.law import Controller, load_controller
from include.store import Role, begin

__all__ = ["MORNING", "PORTAL", "Post", "controller", "grown", "says", "subject_of", "tells"]

MORNING = START + timedelta(hours=1)
PORTAL = "https://privacy.example.com"


class Post:
    """Takes every message over and keeps it."""

    def __init__(self) -> None:
        self.sent = list[OutgoingMessage]()

    def send(self, message: OutgoingMessage, at: object) -> Sent:
        self.sent.append(message)
        return Sent(f"<{message.id.hex}@example.com>")

    def close(self) -> None:
        """Nothing is open."""


def controller(portal: str | None = PORTAL) -> Controller:
    """The sample controller, with a portal."""
    return load_controller(CONTROLLER).model_copy(update={"portal": portal})


def grown(*purposes: str) -> Controller:
    """The sample controller with more purposes, in the words of the first."""
    known = controller()
    words = known.purposes["business_contact"]
    return known.model_copy(update={"purposes": known.purposes | dict.fromkeys(purposes, words)})


def tells(at: datetime = MORNING, profile: Controller | None = None) -> list[OutgoingMessage]:
    """Tell everybody who is owed a notice at an instant; return the letters that went out."""
    post = Post()
    plan_notices(at)
    queue_notices(at, profile or controller())
    relay(at, carriers={Channel.EMAIL: post}, may_send=may_send, on_sent=on_sent, on_failed=on_failed)
    return post.sent


def subject_of(mailbox: str = "person.1@people.example") -> UUID:
    """Who is behind a mailbox that is held."""
    found = ask("select subject_id from register.contact_point where normalised = :mailbox", mailbox=mailbox)
    return UUID(str(found[0][0]))


def says(
    verb: Callable[..., Outcome], subject: UUID, *, at: datetime, role: Role = Role.PORTAL, **said: Any
) -> Outcome:
    """Say something as the portal would, in a unit of work of its own."""
    with begin(role) as connection:
        return verb(connection, Said(subject=subject, **{"means": "page", **said}), at)


EMAIL = Contact("email", "own@people.example")
