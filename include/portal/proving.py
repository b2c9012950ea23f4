"""Codes that prove a contact: made by chance, kept as keyed hashes, sent through the outbox, tried a few times only."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from include.channels import Channel, enqueue
from include.duties.consent import Contact
from include.intake.normalise import read_cell
from include.law import Controller, now
from include.portal.code_mail import code_mail
from include.portal.forms import STEPS, too_often
from include.store import Role, begin, keyed

__all__ = ["LIVES", "SESSION", "TRIES", "entered", "read_contact", "send_code", "send_to_own"]

LIVES = timedelta(minutes=15)
SESSION = timedelta(hours=1)
"""So long the page is open that a code leads to."""
TRIES = 5
PER_HOUR = 5
"""Codes that may be sent to one contact within an hour; one address of the network may ask for six times as many."""
DIGITS = 8
CHANNELS = {"email": Channel.EMAIL, "sms": Channel.SMS, "whatsapp": Channel.WHATSAPP}


def read_contact(value: str, kind: Literal["email", "phone"]) -> Contact | None:
    """Read a mailbox or number as a person writes it; None where it is none, or several."""
    found = [each for each in read_cell(kind, value, "SA") if each.kind == kind and each.normalised]
    return Contact(kind, str(found[0].normalised).casefold()) if len(found) == 1 else None


def send_code(controller: Controller, attempt: UUID, given: str, network: str, language: str) -> None:
    """Send a code to a contact if it is one that we hold, and not too often. Whoever asked has their answer already."""
    contact = read_contact(given, "email" if "@" in given else "phone")
    with begin(Role.PORTAL) as connection:
        of_network = too_often(connection, "network", network, now(), most=6 * PER_HOUR)
        if contact is None or of_network:
            return
        key = keyed(contact.kind, contact.value.casefold())
        if too_often(connection, "contact", key.hex(), now(), most=PER_HOUR):
            return
        for row in STEPS.rows(connection, "whose", {"key": key}):
            channel = "email" if contact.kind == "email" else "sms"
            _send(connection, controller, attempt, row.subject_id, contact, channel, language, purpose=None)


def send_to_own(
    controller: Controller, attempt: UUID, subject: UUID, contact: Contact, purpose: str, channel: str, language: str
) -> None:
    """Send a code to a contact that somebody says is theirs, and not too often."""
    with begin(Role.PORTAL) as connection:
        key = keyed(contact.kind, contact.value.casefold())
        if too_often(connection, "contact", key.hex(), now(), most=PER_HOUR):
            return
        if too_often(connection, "subject", subject.hex, now(), most=PER_HOUR):
            return
        _send(connection, controller, attempt, subject, contact, channel, language, purpose=purpose)


def entered(connection: Connection, attempt: UUID, code: str) -> Any | None:
    """Give what a code was sent for, once; None where it is wrong, over, or was tried too often."""
    given = "".join(str(int(sign)) for sign in code if sign.isdecimal())  # Arabic-Indic digits are digits
    rows = STEPS.rows(connection, "try_code", {"id": attempt, "at": now(), "most": TRIES})
    if not rows or not hmac.compare_digest(bytes(rows[0].hash), _hash(attempt, given)):
        return None
    STEPS.run(connection, "used_code", {"id": attempt})
    return rows[0]


def _send(
    connection: Connection,
    controller: Controller,
    attempt: UUID,
    subject: UUID,
    contact: Contact,
    channel: str,
    language: str,
    *,
    purpose: str | None,
) -> None:
    at, code = now(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    values = {
        "id": attempt,
        "subject": subject,
        "hash": _hash(attempt, code),
        "purpose": purpose,
        "channel": channel if purpose else None,
        "value": contact.value if purpose else None,
        "expires": at + LIVES,
    }
    STEPS.run(connection, "old_codes", {"at": at})
    STEPS.run(connection, "code", values)
    message = code_mail(controller, attempt, code, contact.value, CHANNELS[channel], language, at=at, until=at + LIVES)
    enqueue(connection, message, at=at)


def _hash(attempt: UUID, code: str) -> bytes:
    return keyed("code", f"{attempt.hex}:{code}")
