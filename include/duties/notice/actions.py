"""Owe, queue and settle source notices: each verb one unit of work, each safe to do again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, Sent, enqueue
from include.duties.letter import NoticeFacts, render, short_text
from include.duties.notice.calendar import notice_dates
from include.evidence import Kind, learn, record
from include.intake.contracts import Contract
from include.law import Controller, edition_named
from include.store import Role, advisory_lock, begin, copy_into, keyed
from include.store.sql import Steps

__all__ = ["may_send", "on_failed", "on_sent", "plan_notices", "queue_notices"]

STEPS = Steps("include.duties.notice", "notice.sql")
AT_ONCE = 500
CALENDAR = (
    "jurisdiction",
    "received_at",
    "edition",
    "article",
    "not_before",
    "decided_by",
    "send_by",
    "last_sending",
    "due_at",
)


@dataclass(frozen=True, slots=True)
class Owed:
    """One letter: a subject, a source, and the notices (one per purpose) that it fulfils."""

    notices: tuple[UUID, ...]
    purposes: tuple[str, ...]
    first: Any
    """The row of the first of them."""


def plan_notices(at: datetime) -> int:
    """Open a notice for every subject, source and purpose that has none; return how many."""
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "notices")
        STEPS.run(connection, "unneeded", {"at": at})
        STEPS.run(connection, "owing")
        starts = [tuple(row) for row in STEPS.rows(connection, "starts")]
        STEPS.run(connection, "calendar")
        dates = {start: notice_dates(*start) for start in starts}
        copy_into(connection, "calendar", CALENDAR, ((*start, *astuple(dates[start])) for start in starts))
        opened = STEPS.run(connection, "open", {"at": at})
        if opened:
            record(connection, Kind.NOTICES_PLANNED, at=at, counts={"notices": opened})
    return opened


def queue_notices(at: datetime, controller: Controller) -> int:
    """Write a message for every notice that may go out now; return how many letters were written.

    Message and notice change in one transaction. Raises IncompleteNotice, naming what
    the controller's profile lacks, before anything is sent.
    """
    written = 0
    while batch := _queue_batch(at, controller):
        written += batch
    return written


def may_send(connection: Connection, message: OutgoingMessage) -> str | None:
    """Say at the moment of sending why a message must not go out; None where it may (promise 5).

    A notice needs a live duty, and its recipient must not have been suppressed meanwhile.
    """
    if message.kind != "source_notice":
        return None
    kind = "email" if message.channel is Channel.EMAIL else "phone"
    row = STEPS.rows(connection, "standing", {"message": message.id, "key": keyed(kind, message.recipient.casefold())})[
        0
    ]
    return "suppressed" if row.suppressed else None if row.owed else "no_longer_owed"


def on_sent(connection: Connection, message: OutgoingMessage, _proof: Sent) -> None:
    """Mark the notices that a message fulfilled as told, in the transaction that records its sending."""
    if message.kind == "source_notice":
        STEPS.run(connection, "told", {"message": message.id, "at": _moment(connection, message.id)})


def on_failed(connection: Connection, message: OutgoingMessage, code: str) -> None:
    """Owe the notices again after a message failed for good; its address is not used for them any more."""
    if message.kind == "source_notice" and code != "no_longer_owed":
        STEPS.run(connection, "failed", {"message": message.id})


def _moment(connection: Connection, message: UUID) -> datetime:
    moment: datetime = connection.execute(
        text("select sent_at from channels.message where id = :id"), {"id": message}
    ).scalar_one()
    return moment


def _queue_batch(at: datetime, controller: Controller) -> int:
    with begin(Role.DUTIES) as connection:
        values = {"at": at, "limit": AT_ONCE, "sms": bool(os.environ.get("AMANAH_SMS_URL"))}
        letters = list(_letters(STEPS.rows(connection, "sendable", values)))
        if not letters:
            return 0
        held = _held(connection, letters)
        contracts = _contracts(connection, {letter.first.source_key for letter in letters})
        messages = [
            _message(letter, held[letter.first.subject_id, letter.first.source_key], contracts, controller, at)
            for letter in letters
        ]
        enqueue(connection, *messages, at=at)
        _mark_queued(connection, letters, messages)
        learn(connection, *contracts)
        record(connection, Kind.NOTICE_QUEUED, at=at, counts={"messages": len(letters)})
        return len(letters)


def _letters(rows: Iterable[Any]) -> Iterable[Owed]:
    """Bring the purposes of one subject and source together: they are told in one letter."""
    together: dict[tuple[UUID, str], list[Any]] = {}
    for row in rows:
        together.setdefault((row.subject_id, row.source_key), []).append(row)
    for group in together.values():
        yield Owed(tuple(row.id for row in group), tuple(sorted(row.purpose for row in group)), group[0])


def _held(connection: Connection, letters: list[Owed]) -> dict[tuple[UUID, str], tuple[str, ...]]:
    subjects = list({letter.first.subject_id for letter in letters})
    rows = STEPS.rows(connection, "held", {"subjects": subjects})
    return {(row.subject_id, row.source_key): (*row.kinds, *(("role",) if row.role else ())) for row in rows}


def _contracts(connection: Connection, keys: set[str]) -> dict[str, Contract]:
    rows = connection.execute(
        text("select key, contract from register.source where key = any(:keys)"), {"keys": list(keys)}
    )
    return {row.key: Contract.model_validate(row.contract) for row in rows}


def _message(
    letter: Owed, held: tuple[str, ...], contracts: dict[str, Contract], controller: Controller, at: datetime
) -> OutgoingMessage:
    """Write one letter as the message that carries it: whole by e-mail, in its short form by SMS."""
    owed, contract = letter.first, contracts[letter.first.source_key]
    edition = edition_named(owed.edition)
    facts = NoticeFacts(
        reference=str(owed.id)[:8].upper(),
        source_title={"ar": contract.title.ar, "en": contract.title.en},
        source_kind=contract.kind,
        received_at=owed.received_at,
        categories=held,
        purposes=letter.purposes,
        due_at=owed.due_at,
        language=owed.language,
    )
    channel = Channel.EMAIL if owed.kind == "email" else Channel.SMS
    by_mail = channel is Channel.EMAIL
    whole = render(controller, edition, facts)
    return OutgoingMessage(
        id=uuid5(owed.id, str(owed.tries)),
        kind="source_notice",
        channel=channel,
        recipient=owed.normalised,
        text=whole.text if by_mail else short_text(controller, edition, facts),
        html=whole.html if by_mail else None,
        subject=whole.subject if by_mail else None,
        language=owed.language,
        template=whole.template,
        jurisdiction=owed.jurisdiction,
        not_before=at,
        expires_at=owed.last_sending,
        duty_id=owed.id,
    )


def _mark_queued(connection: Connection, letters: list[Owed], messages: list[OutgoingMessage]) -> None:
    each = [
        (notice, message.id, message.channel.value, letter.first.point_id)
        for letter, message in zip(letters, messages, strict=True)
        for notice in letter.notices
    ]
    notices, ids, channels, points = zip(*each, strict=True)
    values = {"notices": notices, "messages": ids, "channels": channels, "points": points}
    STEPS.run(connection, "queued", {name: list(value) for name, value in values.items()})
