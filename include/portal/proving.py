"""Codes that prove a contact: made by chance, kept as keyed hashes, sent through the outbox, tried a few times only."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import Request
from sqlalchemy import Connection

from include.channels import Channel, enqueue
from include.channels.awaited import tell
from include.duties.consent import Contact
from include.intake.normalise import read_cell
from include.law import Controller, now
from include.portal.code_mail import code_mail
from include.portal.forms import STEPS, too_often
from include.store import Role, begin, keyed

__all__ = [
    "FETCHING",
    "LIVES",
    "SESSION",
    "TRIES",
    "entered",
    "network_of",
    "read_contact",
    "send_code",
    "send_to_known",
    "send_to_own",
    "served_channels",
]

LIVES = timedelta(minutes=15)
SESSION = timedelta(hours=1)
"""So long the page is open that a code leads to."""
FETCHING = "package"
"""What a code is for that opens a package: it opens no page, nor does a page's code open a package."""
TRIES = 5
PER_HOUR = 5
"""Codes that may be sent to one contact within an hour; one address of the network may ask for six times as many."""
DIGITS = 8
CARRIED = {"email": None, "sms": "AMANAH_SMS_URL", "whatsapp": "AMANAH_WHATSAPP_URL"}
"""The settings by which a channel has a carrier, in the order in which they are taken; mail always has one."""
KINDS = {"email": "email", "sms": "phone", "whatsapp": "phone"}
CHANNELS = {"email": Channel.EMAIL, "sms": Channel.SMS, "whatsapp": Channel.WHATSAPP}


def read_contact(value: str, kind: Literal["email", "phone"]) -> Contact | None:
    """Read a mailbox or number as a person writes it; None where it is none, or several."""
    found = [each for each in read_cell(kind, value, "SA") if each.kind == kind and each.normalised]
    return Contact(kind, str(found[0].normalised).casefold()) if len(found) == 1 else None


def served_channels(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Name the channels over which a code can be sent: mail, and those of telephones that have a carrier."""
    return tuple(name for name, setting in CARRIED.items() if setting is None or settings.get(setting))


def send_code(
    controller: Controller, attempt: UUID, given: str, network: str, language: str, channels: Collection[str]
) -> None:
    """Send a code to a contact if it is one that we hold, and not too often. Whoever asked has their answer already.

    A row for the code is written in any case; where there is nobody to send to, no code fits it.
    """
    contact = read_contact(given, "email" if "@" in given else "phone")
    with begin(Role.PORTAL) as connection:
        if too_often(connection, "network", network, now(), most=6 * PER_HOUR):
            return
        key = keyed(contact.kind, contact.value.casefold()) if contact else keyed("nothing", given)
        often = too_often(connection, "contact", key.hex(), now(), most=PER_HOUR)
        held = STEPS.rows(connection, "whose", {"key": key})
        channel = next((name for name in channels if contact and KINDS[name] == contact.kind), None)
        if held and contact and channel and not often:
            _send(connection, controller, attempt, held[0].subject_id, contact, channel, language, purpose=None)
        else:
            _write(connection, attempt, None, secrets.token_bytes(32), None, None, None, now())


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


def send_to_known(
    controller: Controller, attempt: UUID, package: Any, network: str, language: str, channels: Collection[str]
) -> None:
    """Send a code for a package to a contact by which its person alone is known, and not too often.

    Whoever shares a number could read what goes there; where every contact is shared, no code is sent. A guardian's
    goes to where they asked to be answered, never to their ward. It opens this package and no other.
    """
    subject = package.subject_id
    with begin(Role.PORTAL) as connection:
        if too_often(connection, "network", network, now(), most=6 * PER_HOUR):
            return
        if too_often(connection, "subject", subject.hex, now(), most=PER_HOUR):
            return
        if package.recipient is not None:
            guardian = Contact(KINDS[package.channel], package.recipient)  # type: ignore[arg-type]
            _send(
                connection, controller, attempt, subject, guardian, package.channel, language,
                purpose=None, opens=package.id,
            )  # fmt: skip
            return
        for way in STEPS.rows(connection, "known_alone", {"subject": subject}):
            if channel := next((name for name in channels if KINDS[name] == way.kind), None):
                _send(
                    connection, controller, attempt, subject, Contact(way.kind, way.value), channel, language,
                    purpose=None, opens=package.id,
                )  # fmt: skip
                return


def network_of(request: Request) -> str:
    """Say from which address of the network somebody asks."""
    return request.client.host if request.client else ""


def entered(connection: Connection, attempt: UUID, code: str, network: str, *, opens: UUID | None = None) -> Any | None:
    """Give what a code was sent for, once; None where it is wrong, over, or was tried too often.

    `opens` is the package that it is to open: a code for another one is wrong.

    Whether a code was sent at all changes nothing in what is done here until one is right.
    """
    if too_often(connection, "entering", network, now(), most=6 * PER_HOUR * TRIES):
        return None
    given = "".join(str(int(sign)) for sign in code if sign.isdecimal())  # Arabic-Indic digits are digits
    rows = STEPS.rows(connection, "try_code", {"id": attempt, "at": now(), "most": TRIES})
    if not rows or not hmac.compare_digest(bytes(rows[0].hash), _hash(attempt, given, opens)):
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
    opens: UUID | None = None,
) -> None:
    at, code = now(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    given = (channel, contact.value) if purpose else (None, None)
    about = purpose or (FETCHING if opens else None)
    _write(connection, attempt, subject, _hash(attempt, code, opens), about, given[0], given[1], at)
    message = code_mail(controller, attempt, code, contact.value, CHANNELS[channel], language, at=at, until=at + LIVES)
    enqueue(connection, message, at=at)
    tell(connection)


def _write(
    connection: Connection,
    attempt: UUID,
    subject: UUID | None,
    proof: bytes,
    purpose: str | None,
    channel: str | None,
    value: str | None,
    at: datetime,
) -> None:
    values = {"id": attempt, "subject": subject, "hash": proof, "purpose": purpose, "channel": channel, "value": value}
    STEPS.run(connection, "old_codes", {"at": at})
    STEPS.run(connection, "code", values | {"expires": at + LIVES})


def _hash(attempt: UUID, code: str, opens: UUID | None = None) -> bytes:
    return keyed("code", f"{attempt.hex}:{opens.hex if opens else ''}:{code}")
