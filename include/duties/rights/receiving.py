"""Take a request in, whichever way it comes: what is proven and may not wait is begun at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.channels import Channel
from include.duties.consent import Contact
from include.duties.holds import identity_of
from include.duties.notice.actions import phone_channel
from include.duties.requests import Asked, Received, receive
from include.duties.requests.model import Capacity, Means, Proof, Right
from include.duties.requests.rules import proven
from include.duties.rights.actions import STEPS, destroy_asked, withdraw_asked
from include.duties.stopping import StopAsked, stop_asked
from include.errors import NeverRetry
from include.law import Controller
from include.store import keyed

__all__ = ["AT_ONCE", "Given", "contact_of", "enter", "take"]

AT_ONCE = ("link", "code", "api")
"""Proofs by which what a person decides for themselves is done at once; an operator's word waits for an officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A request as another system, a file or an operator brings it: about whom is told by a contact."""

    right: Right
    contact: Contact
    """Of the person whose data it is about, or, of somebody who asks about another, their own."""
    means: Means
    language: str
    details: str | None = field(default=None, repr=False)
    proof: Proof | None = None
    answers: tuple[str, ...] = ()
    capacity: Capacity = "self"
    guardianship: str | None = None
    reply_to: Contact | None = None
    """Where a guardian is answered: a contact of theirs, and never their ward's. Of anybody else it is not used."""
    by: str | None = field(default=None, repr=False)
    """The login of the operator who wrote it down."""


def contact_of(text: str) -> Contact:
    """Read whom a request is about. Raises NeverRetry, without the text, for what is no whole mailbox or number."""
    kind, value = identity_of(text)
    return Contact("email" if kind == "email" else "phone", value)


def enter(
    connection: Connection,
    given: Given,
    controller: Controller,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> Received:
    """Take in what came at `at` (UTC) over the API, in a file, or by word of mouth (DSR-05).

    What is done and said is the same whether we hold the contact or not. A system that has a customer logged in proves
    nothing by a contact that two people share: which of them it is, nobody knows. Promotion to the contact ends at once
    where marketing is objected to, whoever asked. Raises IdentityDocument, and NeverRetry for a code that nobody knows
    and for a guardian without a contact of their own.
    """
    if given.capacity == "guardian" and given.reply_to is None:
        raise NeverRetry("a guardian says where they are answered: their own contact, not their ward's")
    key = keyed(given.contact.kind, given.contact.value.casefold())
    rows = STEPS.rows(connection, "whose", {"key": key}) if given.capacity != "other" else []
    proof = None if rows and rows[0].shared and given.proof == "api" else given.proof
    answer = (given.reply_to if given.capacity == "guardian" else None) or given.contact
    asker = keyed(answer.kind, answer.value.casefold())
    channel = Channel.EMAIL if answer.kind == "email" else phone_channel(settings)
    asked = Asked(
        right=given.right,
        subject=rows[0].subject_id if rows else None,
        means=given.means,
        language=given.language,
        details=given.details,
        reply_to=answer.value if channel else None,
        channel=channel or Channel.SMS,
        proof=proof,
        answers=given.answers,
        capacity=given.capacity,
        guardianship=given.guardianship,
        asker=asker if given.capacity == "guardian" else key,
        by=given.by,
    )
    received = take(connection, asked, controller, at)
    if given.right == "object" and given.capacity == "self":
        is_mailbox, means = given.contact.kind == "email", "api" if given.means == "api" else "operator"
        who = {"address": given.contact.value} if is_mailbox else {"number": given.contact.value}
        stop_asked(connection, StopAsked(means=means, confirm=False, **who), controller, at)  # type: ignore[arg-type]
    return received


def take(connection: Connection, asked: Asked, controller: Controller, at: datetime) -> Received:
    """Receive a request at `at` (UTC); a destruction or withdrawal that is proven its person's begins at once."""
    begun: UUID | None = None
    if asked.subject is not None and asked.capacity == "self" and proven(asked) in AT_ONCE:
        if asked.right == "destroy":
            begun = destroy_asked(connection, asked.subject, asked, at)
        elif asked.right == "withdraw":
            begun = withdraw_asked(connection, asked.subject, asked, at)
    return receive(connection, replace(asked, destruction=begun), controller, at)
