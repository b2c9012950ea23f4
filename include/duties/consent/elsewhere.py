"""What people said in other systems of the company: taken over with its proof, or not at all (IR 11(1)(d))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from include.duties.consent.actions import STEPS, grant, refuse, withdraw
from include.duties.consent.model import Contact, Outcome, Said
from include.duties.notice.calendar import HOME
from include.store import keyed

__all__ = ["ACTIONS", "Elsewhere", "said_elsewhere"]

ACTIONS = {"granted": grant, "refused": refuse, "withdrawn": withdraw}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What somebody said by telephone, on a form, over WhatsApp, to a partner or a government body."""

    contact: Contact
    action: Literal["granted", "refused", "withdrawn"]
    purpose: str
    channel: str
    proof: bytes
    """SHA-256 of the recording, form or message that is kept there."""
    text_version: str
    language: Literal["ar", "en"]
    means: Literal["api", "file"]


def said_elsewhere(connection: Connection, given: Elsewhere, at: datetime) -> Outcome:
    """Write down what somebody said elsewhere at `at` (UTC), unless they said something later.

    Who is unknown to us becomes known only by consenting. The provenance is `other_system`: an edition that wants
    marketing contacts from the person directly does not use it.
    """
    key = keyed(given.contact.kind, given.contact.value.casefold())
    subject = _subject(connection, key, given, at)
    if subject is None:
        return Outcome.UNKNOWN
    values = {"subject": subject, "purpose": given.purpose, "channel": given.channel, "at": at}
    if STEPS.one(connection, "said_since", values):
        return Outcome.ALREADY
    said = Said(
        subject=subject,
        means=given.means,
        purpose=given.purpose,
        channels=(given.channel,),
        provenance="other_system",
        language=given.language,
        text_version=given.text_version,
        proof=given.proof,
        contact=given.contact if given.action == "granted" else None,
    )
    return ACTIONS[given.action](connection, said, at)


def _subject(connection: Connection, key: bytes, given: Elsewhere, at: datetime) -> UUID | None:
    for row in STEPS.rows(connection, "whose", {"key": key}):
        known: UUID = row.subject_id
        return known
    if given.action != "granted":
        return None
    values = {"jurisdiction": HOME, "language": given.language, "at": at}
    made: UUID = STEPS.rows(connection, "new_subject", values)[0].id
    STEPS.run(connection, "know", {"key": key, "subject": made})
    return made
