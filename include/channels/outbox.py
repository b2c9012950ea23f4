"""The outbox: written in the transaction of whoever owes the message, taken up by a relay one at a time.

Every verb here works inside the caller's unit of work and commits nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Row, Table, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from include.channels.model import INTERNAL, UNHELD, URGENT, Channel, OutgoingMessage
from include.channels.tables import Message
from include.law import edition_for
from include.store import keyed, keying

__all__ = [
    "claim",
    "claim_expired",
    "destroy",
    "enqueue",
    "message_of",
    "postpone",
    "put_off",
    "recipient_key",
    "settle",
    "still_wanted",
    "waiting_without_carrier",
]

MESSAGE = cast(Table, Message.__table__)
COLUMN = MESSAGE.c
EMPTIED = {"recipient": None, "subject": None, "text_body": None, "html_body": None}
ROWS_AT_ONCE = 500
SEEN_AT_ONCE = 1000
"""Messages that are looked for at once: to find the first, all that are due are looked at, however many are wanted."""
TRIED_AT_ONCE = 32
"""Of these, those of which one is locked: others may hold or have sent some of them."""


def enqueue(connection: Connection, *messages: OutgoingMessage, at: datetime) -> int:
    """Write messages that are owed; a message whose id is there already is left as it is. Say how many were new.

    `at` is UTC. Raises NeverRetry where no edition stands for a message's jurisdiction, for nothing would ever say
    when it may be sent.
    """
    for jurisdiction in {message.jurisdiction for message in messages}:
        edition_for(jurisdiction, at)
    new, hashed = 0, keying()
    for first in range(0, len(messages), ROWS_AT_ONCE):
        rows = [_row(message, at, hashed) for message in messages[first : first + ROWS_AT_ONCE]]
        statement = insert(MESSAGE).values(rows).on_conflict_do_nothing(index_elements=[COLUMN.id])
        new += _count(connection, statement)
    return new


def destroy(connection: Connection, duties: Collection[UUID]) -> int:
    """Empty the messages of these duties that have not gone out, and say how many there were.

    Waits for a relay that is sending one of them at this moment; that one has then been sent.
    """
    wanted = (COLUMN.duty_id.in_(duties), COLUMN.state == "ready")
    return _count(connection, update(MESSAGE).where(*wanted).values(state="destroyed", recipient_key=None, **EMPTIED))


def claim(
    connection: Connection, channels: Collection[Channel], at: datetime, ahead: list[UUID] | None = None
) -> OutgoingMessage | None:
    """Lock the next message that is due at `at` (UTC) over one of the channels; None if there is none.

    The lock lives as long as the transaction: it goes with a killed process, and the message is there again. A relay
    that takes many gives the same list `ahead` each time: what was seen to come next is kept there, and whether it
    still stands is asked when it is locked.
    """
    return _claim(connection, DUE, {"at": at, "channels": [channel.value for channel in channels]}, ahead)


def claim_expired(connection: Connection, at: datetime, ahead: list[UUID] | None = None) -> OutgoingMessage | None:
    """Lock a message whose time is over at `at` (UTC), over any channel; None if there is none. `ahead` as above."""
    return _claim(connection, EXPIRED, {"at": at}, ahead)


def settle(
    connection: Connection,
    message: UUID,
    state: str,
    at: datetime,
    *,
    code: str | None = None,
    proof: str | None = None,
    tried: bool = True,
) -> None:
    """End a message as `sent`, `failed` or `expired`: its recipient and bodies go, its proof or its code stays."""
    sent_at = at if state == "sent" else None
    values = {"end": state, "code": code, "proof": proof, "tries": int(tried), "sent": sent_at}
    connection.execute(SETTLE, {"message": message, **values})


def put_off(connection: Connection, message: UUID, until: datetime, code: str) -> None:
    """Leave a message for a later try."""
    values = {"not_before": until, "error": code, "attempts": COLUMN.attempts + 1}
    connection.execute(update(MESSAGE).where(COLUMN.id == message).values(**values))


def postpone(connection: Connection, jurisdiction: str, until: datetime, at: datetime) -> int:
    """Move every due message of a jurisdiction to the opening of its sending window, and say how many.

    What is `UNHELD`, or goes at once, stays.
    """
    due = (
        COLUMN.jurisdiction == jurisdiction,
        COLUMN.state == "ready",
        COLUMN.not_before <= at,
        COLUMN.kind.not_in(UNHELD),
        COLUMN.urgency > 0,
        still_wanted(at),
    )
    free = select(COLUMN.id).where(*due).with_for_update(skip_locked=True)
    return _count(connection, update(MESSAGE).where(COLUMN.id.in_(free)).values(not_before=until))


def waiting_without_carrier(connection: Connection, channels: Collection[Channel], at: datetime) -> list[Channel]:
    """List the channels over which messages are due although no carrier serves them."""
    due = (COLUMN.state == "ready", COLUMN.not_before <= at, COLUMN.channel.not_in(channels), still_wanted(at))
    found = connection.execute(select(COLUMN.channel).where(*due).group_by(COLUMN.channel))
    return sorted(Channel(channel) for channel in found.scalars())


def still_wanted(at: Any) -> Any:
    """Ask of a message that its time is not over at an instant."""
    return or_(COLUMN.expires_at.is_(None), COLUMN.expires_at > at)


class _Wanted(NamedTuple):
    """The two questions by which messages of one kind are found: which come next, and which of these is still free."""

    seen: Any
    free: Any

    @classmethod
    def where(cls, *conditions: Any) -> _Wanted:
        """Put both together, once for all messages.

        The second names the state so that it never goes through the index of what is due: that one is full of what
        has been sent until a vacuum comes, and the server's figures about an outbox are always of an earlier hour.
        """
        seen = select(COLUMN.id).where(COLUMN.state == "ready", *conditions)
        seen = seen.order_by(COLUMN.urgency, COLUMN.not_before, COLUMN.id)
        one_of_few = COLUMN.id == any_(bindparam("few", type_=ARRAY(COLUMN.id.type)))
        free = select(MESSAGE).where(one_of_few, func.coalesce(COLUMN.state, "") == "ready", *conditions)
        free = free.order_by(COLUMN.urgency, COLUMN.not_before, COLUMN.id).limit(1)
        return cls(seen.limit(SEEN_AT_ONCE).offset(bindparam("held")), free.with_for_update(skip_locked=True))


AT = bindparam("at", type_=COLUMN.not_before.type)
SERVED = COLUMN.channel == any_(bindparam("channels", type_=ARRAY(COLUMN.channel.type)))
DUE = _Wanted.where(COLUMN.not_before <= AT, SERVED, still_wanted(AT))
EXPIRED = _Wanted.where(COLUMN.expires_at <= AT)
SETTLE = (
    update(MESSAGE)
    .where(COLUMN.id == bindparam("message"))
    .values(
        state=bindparam("end"),
        error=bindparam("code"),
        message_id=bindparam("proof"),
        attempts=COLUMN.attempts + bindparam("tries"),
        sent_at=bindparam("sent"),
        **EMPTIED,
    )
)
"""What is asked for each message, put together once."""


def _claim(
    connection: Connection, wanted: _Wanted, values: dict[str, Any], ahead: list[UUID] | None
) -> OutgoingMessage | None:
    """Lock one of those that were seen to come next; look anew where none of them is to be had any more."""
    ahead = [] if ahead is None else ahead
    if (message := _lock(connection, wanted, values, ahead)) is not None:
        return message
    for held in count(0, SEEN_AT_ONCE):  # past as many as others hold locked
        ahead[:] = connection.execute(wanted.seen, values | {"held": held}).scalars()
        if not ahead or (message := _lock(connection, wanted, values, ahead)) is not None:
            return message
    return None


def _lock(connection: Connection, wanted: _Wanted, values: dict[str, Any], ahead: list[UUID]) -> OutgoingMessage | None:
    """Lock one message, and take those that are not to be had from the list."""
    while ahead:
        row = connection.execute(wanted.free, values | {"few": ahead[:TRIED_AT_ONCE]}).one_or_none()
        if row is not None:
            ahead.remove(row.id)
            return message_of(row)
        del ahead[:TRIED_AT_ONCE]
    return None


def _count(connection: Connection, statement: Any) -> int:
    return cast(
        "CursorResult[Any]", connection.execute(statement, execution_options={"preserve_rowcount": True})
    ).rowcount


def message_of(row: Row[Any]) -> OutgoingMessage:
    """Give the message of a row that is locked."""
    return OutgoingMessage(
        id=row.id,
        kind=row.kind,
        channel=Channel(row.channel),
        recipient=row.recipient,
        text=row.text_body or "",
        html=row.html_body,
        subject=row.subject,
        language=row.language,
        template=row.template,
        jurisdiction=row.jurisdiction,
        not_before=row.not_before,
        expires_at=row.expires_at,
        duty_id=row.duty_id,
        attempts=row.attempts,
        at_once=row.urgency == 0,
    )


def recipient_key(channel: Channel, recipient: str, hashed: Callable[[str, str], bytes] = keyed) -> bytes:
    """Hash a recipient as contact points are hashed: a mailbox, or a number as E.164."""
    return hashed("email" if channel is Channel.EMAIL else "phone", recipient.casefold())


def _row(message: OutgoingMessage, at: datetime, hashed: Callable[[str, str], bytes]) -> dict[str, Any]:
    return {
        "id": message.id,
        "duty_id": message.duty_id,
        "kind": message.kind,
        "channel": message.channel.value,
        "recipient": message.recipient,
        "recipient_key": recipient_key(message.channel, message.recipient, hashed),
        "subject": message.subject,
        "text_body": message.text,
        "html_body": message.html,
        "language": message.language,
        "template": message.template,
        "jurisdiction": message.jurisdiction,
        "urgency": 0 if message.at_once or message.kind in URGENT | INTERNAL else 1,
        "state": "ready",
        "not_before": message.not_before,
        "expires_at": message.expires_at,
        "attempts": message.attempts,
        "created_at": at,
    }
