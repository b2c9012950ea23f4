"""Record that somebody wants no more promotion, and confirm it to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, enqueue
from include.channels.model import PROMOTIONAL
from include.channels.outbox import recipient_key
from include.duties.consent import withdraw_by_key
from include.duties.letter.brief import message_of
from include.duties.notice.calendar import HOME
from include.duties.stopping.confirmation import TEMPLATE, confirmation
from include.evidence import Kind, record
from include.law import Controller, edition_for
from include.store import key_version

__all__ = ["PURPOSE", "StopAsked", "is_stopped", "stop_asked"]

PURPOSE = "promotion"
"""All advertising and awareness: who stops need not say which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAsked:
    """Who asks to stop, known by the message that they answer, by the address that they write from, or by both."""

    means: Literal["reply", "complaint", "link", "api", "operator"]
    message: UUID | None = None
    address: str | None = field(default=None, repr=False)
    """A bare e-mail address."""
    number: str | None = field(default=None, repr=False)
    """A telephone number as E.164."""
    confirm: bool = True
    """False where nobody waits for an answer: a mailbox provider told us."""


def stop_asked(connection: Connection, asked: StopAsked, controller: Controller, at: datetime) -> int:
    """Stop promotion at `at` (UTC) to the address that a message went to and to the one that asks; say to how many.

    It holds from this transaction on: every promotion asks the gate at the moment of sending, those in the outbox too.
    A confirmation is written once a day and address, to be sent within 24 hours (CST-02, LAW 3). Stopping what stands
    stopped writes nothing, however often it is done and by whomever; no other purpose and no notice that the law asks
    for is touched.
    """
    named = _keys(connection, asked)
    if keys := {key: kind for key, kind in sorted(named.items()) if not _stands(connection, key)}:
        _stop(connection, asked, keys, controller, at)
    return len(named)


def _stop(
    connection: Connection, asked: StopAsked, keys: dict[bytes, str], controller: Controller, at: datetime
) -> None:
    for key, kind in keys.items():
        values = {"key": key, "kind": kind, "version": key_version(), "purpose": PURPOSE, "means": asked.means}
        connection.execute(STOP, values | {"message": asked.message, "at": at})
    withdraw_by_key(connection, keys, PROMOTIONAL, asked.message, at)
    record(
        connection,
        Kind.STOP_RECORDED,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"message": asked.message} if asked.message else {},
        codes={"means": asked.means, "purpose": PURPOSE},
        counts={"contact_points": len(keys)},
        times={"asked_at": at},
    )
    if asked.confirm:
        _confirm(connection, asked, keys, controller, at)


def is_stopped(connection: Connection, channel: Channel, recipient: str) -> bool:
    """Say whether promotion to this recipient stands stopped: nobody agreed to it there since."""
    return _stopped(connection, recipient_key(channel, recipient))


def _stands(connection: Connection, key: bytes) -> bool:
    """Wait until nobody else stops the same address, and say whether it stands stopped already."""
    connection.execute(TURN, {"key": key.hex()})
    return _stopped(connection, key)


def _stopped(connection: Connection, key: bytes) -> bool:
    values = {"key": key, "purpose": PURPOSE, "promotional": list(PROMOTIONAL)}
    return bool(connection.execute(STOPPED, values).scalar_one())


def _keys(connection: Connection, asked: StopAsked) -> dict[bytes, str]:
    keys: dict[bytes, str] = {}
    for row in connection.execute(WENT_TO, {"message": asked.message}):
        keys[bytes(row.recipient_key)] = "email" if row.channel == Channel.EMAIL else "phone"
    if asked.address is not None:
        keys[recipient_key(Channel.EMAIL, asked.address)] = "email"
    if asked.number is not None:
        keys[recipient_key(Channel.SMS, asked.number)] = "phone"
    return keys


def _confirm(
    connection: Connection, asked: StopAsked, keys: dict[bytes, str], controller: Controller, at: datetime
) -> None:
    """Write the confirmation, to where the person wrote from, else to the mailbox that we hold."""
    values = {"keys": list(keys), "message": asked.message}
    recipient = asked.address
    if recipient is None and asked.means != "api":  # which cannot read what we hold
        recipient = connection.execute(HELD, values).scalar_one()
    if recipient is None:
        return
    key, edition = recipient_key(Channel.EMAIL, recipient), edition_for(HOME, at)
    day = at.astimezone(edition.zone).date()
    language = connection.execute(LANGUAGE, values).scalar_one() or "ar"
    said = confirmation(controller, at.astimezone(edition.zone), language)
    id_, to = uuid5(NAMESPACE_OID, f"stop_confirmation:{key.hex()}:{day}"), (recipient, Channel.EMAIL)
    enqueue(connection, message_of(said, id_, "stop_confirmation", to, TEMPLATE, at=at), at=at)


STOP = text("""
    insert into duties.stop (key, kind, key_version, purpose, means, message_id, asked_at)
    values (:key, :kind, :version, :purpose, :means, :message, :at)
    on conflict (key, purpose, asked_at) do nothing
""")
TURN = text("select pg_advisory_xact_lock(hashtextextended('stop:' || :key, 0))")
STOPPED = text("""
    select exists (
        select from duties.stop
         where key = any(suppression.forms(:key)) and purpose = :purpose
           and not exists (select from duties.own_contact own
                             join duties.consent_state state
                               on state.subject_id = own.subject_id and state.purpose = own.purpose
                              and state.channel = own.channel
                            where own.key = :key and own.purpose = any(:promotional)
                              and state.action = 'granted' and state.at > stop.asked_at))
""")
WENT_TO = text("""
    select recipient_key, channel from channels.message where id = :message and recipient_key is not null
""")
HELD: Any = text("""
    select (select normalised from register.contact_point
             where key = any(:keys) and kind = 'email' and normalised is not null order by id limit 1)
""")
LANGUAGE: Any = text("""
    select coalesce((select subject.language
                       from register.contact_point point join register.subject on subject.id = point.subject_id
                      where point.key = any(:keys) order by point.id limit 1),
                    (select language from channels.message where id = :message))
""")
