"""Owe, queue and settle source notices: each verb one unit of work, each safe to do again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, Sent, enqueue
from include.duties.consent.asking import ask, may_ask
from include.duties.letter import IncompleteNotice
from include.duties.notice.calendar import notice_dates
from include.duties.notice.writing import Owed, contracts_of, held_of, letters_of, message_of, page_of
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.intake.progress import Progress, stages
from include.law import Controller
from include.store import Role, advisory_lock, begin, copy_into, keyed
from include.store.sql import Steps

__all__ = ["HeldBack", "may_send", "on_failed", "on_sent", "phone_channel", "plan_notices", "queue_notices"]

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


class HeldBack(NeverRetry):
    """Notices of some sources were not written because they would be incomplete; the others were."""


def plan_notices(at: datetime) -> int:
    """Open a notice for every subject, source and purpose that has none; return how many.

    Notices about people of whom nothing is held any more are closed, and those people forgotten.
    """
    with stages("planning notices"), begin(Role.DUTIES) as connection:
        for lock in ("notices", "register"):
            advisory_lock(connection, lock)
        unneeded = STEPS.run(connection, "unneeded", {"at": at})
        STEPS.run(connection, "forgotten")
        STEPS.run(connection, "owing", {"at": at})
        starts = [tuple(row) for row in STEPS.rows(connection, "starts")]
        STEPS.run(connection, "calendar")
        dates = {start: notice_dates(*start) for start in starts}
        copy_into(connection, "calendar", CALENDAR, ((*start, *astuple(dates[start])) for start in starts))
        opened = STEPS.run(connection, "open", {"at": at})
        if unneeded:
            learn(connection, "no_longer_held")
            codes = {"kind": "source_notice", "outcome": "no_longer_held"}
            record(connection, Kind.DUTY_CLOSED, at=at, codes=codes, counts={"notices": unneeded})
        if opened:
            record(connection, Kind.NOTICES_PLANNED, at=at, counts={"notices": opened})
    return opened


def phone_channel(settings: Mapping[str, str]) -> Channel | None:
    """Say over which channel people without a mailbox are told: SMS, else WhatsApp, as far as one is set up."""
    if settings.get("AMANAH_SMS_URL"):
        return Channel.SMS
    return Channel.WHATSAPP if settings.get("AMANAH_WHATSAPP_URL") else None


def queue_notices(at: datetime, controller: Controller, settings: Mapping[str, str] = os.environ) -> int:
    """Write a message for every notice that may go out now; return how many letters were written.

    Message and notice change in one transaction. A source whose notice would be incomplete is held back and the others
    go on; then HeldBack names what the controller's profile lacks.
    """
    written, held_back = 0, dict[str, IncompleteNotice]()
    with begin(Role.DUTIES) as connection:
        expected: int = STEPS.rows(connection, "awaited", {"at": at})[0].letters
    progress = Progress("writing letters", expected, unit="letters")
    while (batch := _queue_batch(at, controller, phone_channel(settings), held_back)) is not None:
        written += batch
        progress.add(batch)
    if held_back:
        raise HeldBack("; ".join(f"source {source}: {error}" for source, error in sorted(held_back.items())))
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
    """Owe the notices again after a message ended unsent; an address that refused is not used for them any more."""
    if message.kind == "source_notice" and code != "no_longer_owed":
        STEPS.run(connection, "expired" if code == "expired" else "failed", {"message": message.id})


def _moment(connection: Connection, message: UUID) -> datetime:
    moment: datetime = connection.execute(
        text("select sent_at from channels.message where id = :id"), {"id": message}
    ).scalar_one()
    return moment


def _queue_batch(
    at: datetime, controller: Controller, by_phone: Channel | None, held_back: dict[str, IncompleteNotice]
) -> int | None:
    """Write one batch of letters; return how many, or None where no letter is left to write."""
    with begin(Role.DUTIES) as connection:
        values = {"at": at, "limit": AT_ONCE, "by_phone": by_phone is not None, "held_back": list(held_back)}
        letters = list(letters_of(STEPS.rows(connection, "sendable", values)))
        if not letters:
            return None
        held = held_of(connection, letters)
        contracts = contracts_of(connection, {letter.first.source_key for letter in letters})
        carrying = may_ask(connection, (notice for letter in letters for notice in letter.notices))
        ready: list[tuple[Owed, OutgoingMessage]] = []
        for letter in letters:
            source = letter.first.source_key
            try:
                categories = held[letter.first.subject_id, source]
                page = page_of(connection, letter, controller, at)
                message = message_of(letter, categories, contracts[source], controller, by_phone, at, carrying, page)
            except IncompleteNotice as error:
                held_back[source] = error
            else:
                ready.append((letter, message))
        if ready:
            enqueue(connection, *(message for _, message in ready), at=at)
            _mark_queued(connection, ready)
            carried = [(letter, message, carrying & set(letter.notices)) for letter, message in ready]
            ask(connection, [(notice, m.id, m.template) for _, m, notices in carried for notice in sorted(notices)], at)
            record(connection, Kind.NOTICE_QUEUED, at=at, counts={"messages": len(ready)})
        return len(ready)


def _mark_queued(connection: Connection, ready: list[tuple[Owed, OutgoingMessage]]) -> None:
    each = [
        (notice, message.id, message.channel.value, letter.first.point_id)
        for letter, message in ready
        for notice in letter.notices
    ]
    notices, ids, channels, points = zip(*each, strict=True)
    values = {"notices": notices, "messages": ids, "channels": channels, "points": points}
    STEPS.run(connection, "queued", {name: list(value) for name, value in values.items()})
