"""What people said in other systems of the company: taken over with its proof, or not at all (IR 11(1)(d))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from include.duties.consent.actions import STEPS, delete_asked, grant, refuse, withdraw
from include.duties.consent.model import ALL, Contact, Outcome, Said
from include.duties.notice.calendar import HOME
from include.store import keyed

__all__ = ["ACTIONS", "Elsewhere", "said_elsewhere"]

Action = Literal["granted", "refused", "withdrawn", "delete"]
ACTIONS = {"granted": grant, "refused": refuse, "withdrawn": withdraw, "delete": delete_asked}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What somebody said by telephone, on a form, over WhatsApp, to a partner or a government body."""

    contact: Contact
    """By what they are known there."""
    action: Action
    purpose: str | None
    """None only where everything is to be deleted."""
    channel: str
    """One way to be reached, or `all`: the purpose itself."""
    proof: bytes
    """SHA-256 of the recording, form or message that is kept there."""
    text_version: str
    language: Literal["ar", "en"]
    means: Literal["api", "file"]
    system: str
    """The code of the system, or of its key, that brought it."""


def said_elsewhere(connection: Connection, given: Elsewhere, at: datetime) -> Outcome:
    """Write down what somebody said elsewhere at `at` (UTC), unless they said something later.

    Who is unknown to us becomes known only by consenting to be reached, and not by what they said before they were
    destroyed. A no counts for everybody who is known by the contact, whoever gave it. The provenance is `other_system`:
    an edition that wants marketing contacts from the person directly does not use it.
    """
    key = keyed(given.contact.kind, given.contact.value.casefold())
    people: list[UUID] = [row.subject_id for row in STEPS.rows(connection, "whose", {"key": key})]
    if given.action == "granted":
        if STEPS.one(connection, "suppressed_since", {"key": key, "at": at}):
            return Outcome.SUPPRESSED
        people = people[:1] or _made_known(connection, key, given, at)
    outcomes = [_says(connection, given, subject, at) for subject in people]
    return min(outcomes, key=list(Outcome).index, default=Outcome.UNKNOWN)


def _says(connection: Connection, given: Elsewhere, subject: UUID, at: datetime) -> Outcome:
    values = {"subject": subject, "purpose": given.purpose, "channel": given.channel, "at": at}
    if STEPS.one(connection, "granted_since" if given.action == "delete" else "said_since", values):
        return Outcome.ALREADY
    reached = given.action == "granted" and given.channel != ALL
    said = Said(
        subject=subject,
        means=given.means,
        actor=given.system,
        purpose=None if given.action == "delete" else given.purpose,
        channels=(given.channel,),
        provenance="other_system",
        language=given.language,
        text_version=given.text_version,
        proof=given.proof,
        contact=given.contact if reached else None,
    )
    return ACTIONS[given.action](connection, said, at)


def _made_known(connection: Connection, key: bytes, given: Elsewhere, at: datetime) -> list[UUID]:
    if given.channel == ALL:  # nothing is held of them that could be kept
        return []
    values = {"jurisdiction": HOME, "language": given.language, "at": at}
    made: UUID = STEPS.rows(connection, "new_subject", values)[0].id
    STEPS.run(connection, "know", {"key": key, "subject": made})
    return [made]
