"""Tell the people concerned (Law 20(2), IR 24(5)): by the outbox, before everything else, at the relay's own pace."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels import OutgoingMessage, Sent
from include.duties.breach.actions import followed, opened, said_of, stamp
from include.duties.breach.elsewhere import Person, walk
from include.duties.breach.incidents import note_event
from include.duties.breach.model import Incident, Moved, Unfit
from include.duties.breach.notice import TEMPLATE, Notice, notices
from include.duties.breach.owing import away_of, close_duty
from include.duties.breach.progress import Progress, progress_of
from include.duties.breach.scoping import scope_of
from include.duties.breach.weighing import decision_of
from include.duties.notice.actions import phone_channel
from include.evidence import Kind
from include.intake.progress import Progress as Bar
from include.law import Controller, edition_named
from include.store import Role, begin, copy_into, keying
from include.store.sql import Steps
from include.systems.connecting import address_of, connected
from include.systems.maps import all_maps

__all__ = [
    "KIND",
    "allow_notice",
    "may_send",
    "may_send_all",
    "notice_of",
    "on_failed",
    "on_sent",
    "on_sent_all",
    "settle",
    "tell",
]

STEPS = Steps("include.duties.breach", "telling.sql")
KIND = "breach_notice"
AT_ONCE = 5_000
"""Letters that are written in one transaction."""


def notice_of(breach: UUID, controller: Controller) -> tuple[dict[str, Notice], bytes]:
    """Give the letters as they would go out now, by first language, and their hash. Raises IncompleteReport."""
    with begin(Role.DUTIES) as connection:
        return _letters(connection, opened(connection, breach), controller)


def allow_notice(breach: UUID, shown: str, controller: Controller, *, by: str, at: datetime) -> None:
    """Allow the letter to people as it was shown, by its hash in hex. Raises Moved where it reads otherwise by now."""
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        _, hashed = _letters(connection, about, controller)
        if hashed.hex() != shown:
            raise Moved("this is not what the notice says now: look at it again, and allow what is shown")
        if about.notice_hash != hashed:
            STEPS.run(connection, "allow", {"breach": breach, "hash": hashed})
            note_event(connection, Kind.BREACH_ALLOWED, about, at, by=by, hashes={"notice": hashed})


def tell(breach: UUID, controller: Controller, *, at: datetime, settings: Mapping[str, str] = os.environ) -> Progress:
    """Write a letter for everybody concerned who is still owed one, and return how they stand; again, only for others.

    Who was written to over one channel in vain is written to over another; who is left is counted for a public
    announcement. A rehearsal writes nothing into the outbox. Raises Unfit where it was decided not to tell, or nobody
    counted whom it concerns; Moved where nobody allowed the letter as it reads now; SystemAway, once everybody else is
    written to.
    """
    with begin(Role.DUTIES) as connection:
        about = followed(connection, breach, at)
        _see_that_they_are_to_be_told(connection, about)
        letters, hashed = _letters(connection, about, controller)
        if about.notice_hash != hashed:
            raise Moved("nobody has allowed the notice to people as it reads now: an officer looks at it and allows it")
        by_phone = phone_channel(settings)
        if about.rehearsal:
            STEPS.run(connection, "rehearsed", {"breach": breach, "by_phone": by_phone})
        else:
            STEPS.run(connection, "returned", {"breach": breach})
    if not about.rehearsal:
        values = _values(about, letters, by_phone, at)
        _queue_register(values)
        _queue_elsewhere(about, values, settings)
    return settle(breach, at)


def settle(breach: UUID, at: datetime) -> Progress:
    """Count how the people concerned stand, and end their clock where nobody waits for a letter any more.

    Whether they were told in time is said by when the last letter left, not by when somebody looks. While a system was
    away at the last count nobody knows whether all were, and the clock runs on.
    Before an officer allowed a notice nobody was written to, and nothing is settled.
    """
    with begin(Role.DUTIES) as connection:
        about = followed(connection, breach, at)
        if about.notice_hash is None or about.told_at is not None:
            return progress_of(connection, about)
        found = progress_of(connection, about)
        counts = {name: getattr(found, name) for name in ("queued", "told", "unreachable", "rehearsed")}
        note_event(connection, Kind.BREACH_QUEUED, about, at, counts=counts)
        if not found.queued and not found.owed and not away_of(connection, about):
            stamp(connection, breach, "told", at)
            (last,) = STEPS.rows(connection, "last_told", {"breach": breach})
            late = about.people_due_at is not None and (last.sent_at or at) > about.people_due_at
            close_duty(connection, about, "people", "told_late" if late else "told", at)
    return found


def may_send(connection: Connection, message: OutgoingMessage) -> str | None:
    """Say at the moment of sending why a letter must not go out: its person is not owed it, or it is a rehearsal."""
    return may_send_all(connection, [message]).get(message.id)


def may_send_all(connection: Connection, messages: Sequence[OutgoingMessage]) -> dict[UUID, str]:
    """Say so of several: the code of why not, for each that must not."""
    rows = STEPS.rows(connection, "standing", {"messages": [message.id for message in messages]})
    real = {row.message_id: row.real for row in rows}
    return {
        message.id: "rehearsal" if message.id in real else "no_longer_owed"
        for message in messages
        if not real.get(message.id)
    }


def on_sent(connection: Connection, message: OutgoingMessage, _proof: Sent) -> None:
    """Mark a person as told, in the transaction that records the sending."""
    on_sent_all(connection, [message])


def on_sent_all(connection: Connection, messages: Sequence[OutgoingMessage]) -> None:
    """Mark several people as told."""
    STEPS.run(connection, "told", {"messages": [message.id for message in messages]})


def on_failed(connection: Connection, message: OutgoingMessage, code: str) -> None:
    """Owe the letter again over another channel."""
    if code != "no_longer_owed":
        STEPS.run(connection, "failed", {"message": message.id, "channel": message.channel.value})


def _letters(connection: Connection, about: Incident, controller: Controller) -> tuple[dict[str, Notice], bytes]:
    said, scope = said_of(connection, about.id), scope_of(connection, about.id)
    return notices(about, scope, said, controller, edition_named(about.edition))


def _see_that_they_are_to_be_told(connection: Connection, about: Incident) -> None:
    decided = decision_of(connection, about.id, "people")
    if decided is None:
        raise Unfit("nobody has weighed the risk of this incident yet: answer the assessment first")
    if decided[0] == "not_notify":
        raise Unfit("it was decided that the people concerned are not told; answer the assessment anew first")
    if about.scoped_at is None:
        raise Unfit("nobody has counted whom it concerns yet: `breach scope`, or the task `scope`")


def _values(about: Incident, letters: Mapping[str, Notice], by_phone: str | None, at: datetime) -> dict[str, Any]:
    words = {
        f"{part}_{each}": getattr(letters[each], part) for each in letters for part in ("subject", "text", "short")
    }
    fixed = {"breach": about.id, "by_phone": by_phone, "template": TEMPLATE, "jurisdiction": about.jurisdiction}
    return words | fixed | {"at": at, "limit": AT_ONCE}


def _queue_register(values: Mapping[str, Any]) -> int:
    """Write the letters to subjects of the register, batch by batch; return how many."""
    bar = Bar("writing letters", unit="people")
    queued = 0
    while True:
        with begin(Role.DUTIES) as connection:
            states = [row.state for row in STEPS.rows(connection, "queue", dict(values))]
        if not states:
            return queued
        queued += states.count("queued")
        bar.add(len(states))


def _queue_elsewhere(about: Incident, values: Mapping[str, Any], settings: Mapping[str, str]) -> int:
    """Write the letters to people of other systems: their contacts are read there again, hashed, and known by it."""
    queued, hashed = 0, keying()
    with begin(Role.DUTIES) as connection:
        if not STEPS.one(connection, "owed_elsewhere", {"breach": about.id}):
            return 0
    for system in (each for each in all_maps(settings) if each.key in about.systems):
        with connected(address_of(system, settings)) as there:
            for table in system.subjects:
                people = walk(there, system, table, about)
                while batch := list(islice(people, AT_ONCE)):
                    with begin(Role.DUTIES) as connection:
                        STEPS.run(connection, "contacts")
                        rows = _contacts(batch, hashed)
                        copy_into(connection, "breach_contact", ("owner", "kind", "value", "key"), rows)
                        queued += STEPS.run(connection, "queue_elsewhere", dict(values))
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "unreachable", {"breach": about.id})
    return queued


def _contacts(people: list[Person], hashed: Any) -> Iterator[tuple[bytes, str, str, bytes]]:
    for person in people:
        for kind, value in person.contacts:
            yield person.key, kind, value, hashed(kind, value)
