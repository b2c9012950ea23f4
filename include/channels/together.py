"""Messages of one kind that are handed over one after the other and proved in one transaction: for those that hurry.

Of a hundred thousand letters about a breach each waits for all before it, and what a letter costs is the database's
part of it. What is paid for that: a relay that is killed has a whole round in doubt, and not one message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, any_, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from include.channels.model import OutgoingMessage
from include.channels.outbox import AT, COLUMN, EMPTIED, MESSAGE, message_of, still_wanted
from include.channels.pace import Pace

__all__ = ["AT_ONCE", "LONGEST", "Together", "claim_more", "how_many", "settle_sent"]

AT_ONCE = 20
"""Messages of a round: so many may be in doubt after a kill, and then go out twice under their one Message-ID."""
LONGEST = 2.0
"""Seconds that a round may take: so long its rows are locked, and something else waits behind them."""


@dataclass(frozen=True, slots=True)
class Together:
    """Which kinds go together, and who is asked and told about a whole round of them."""

    kinds: frozenset[str]
    may_send: Callable[[Connection, Sequence[OutgoingMessage]], Mapping[UUID, str]]
    """Asked before the first of them goes out: the code of why not, for each that must not (promise 5)."""
    on_sent: Callable[[Connection, Sequence[OutgoingMessage]], None]
    """Told in the transaction that records their sending."""


def how_many(pace: Pace, left: int | None) -> int:
    """Say how many messages a round may have: fewer where the rate is slow, and no more than are left of a limit."""
    paced = int(LONGEST / pace.pause) if pace.pause else AT_ONCE
    return max(1, min(AT_ONCE, paced, AT_ONCE if left is None else left))


def claim_more(
    connection: Connection, like: OutgoingMessage, at: datetime, ahead: list[UUID], most: int
) -> list[OutgoingMessage]:
    """Lock up to `most` messages of the kind and channel of one that is locked, among those seen to come next."""
    if most < 1:
        return []
    values = {"at": at, "few": ahead[:most], "kind": like.kind, "channel": like.channel.value}
    found = [message_of(row) for row in connection.execute(LIKE, values)]
    locked = {message.id for message in found}
    ahead[:] = [each for each in ahead if each not in locked]
    return found


def settle_sent(connection: Connection, proved: Collection[tuple[UUID, str, datetime]]) -> None:
    """End several messages as `sent`, each with its proof and its instant: their recipients and bodies go."""
    ids, proofs, moments = zip(*proved, strict=True)
    connection.execute(SETTLE_SENT, {"ids": list(ids), "proofs": list(proofs), "moments": list(moments)})


LIKE = (
    select(MESSAGE)
    .where(
        COLUMN.id == any_(bindparam("few", type_=ARRAY(COLUMN.id.type))),
        func.coalesce(COLUMN.state, "") == "ready",
        COLUMN.kind == bindparam("kind"),
        COLUMN.channel == bindparam("channel"),
        COLUMN.not_before <= AT,
        still_wanted(AT),
    )
    .order_by(COLUMN.urgency, COLUMN.not_before, COLUMN.id)
    .with_for_update(skip_locked=True)
)
GIVEN = (
    func.unnest(
        bindparam("ids", type_=ARRAY(COLUMN.id.type)),
        bindparam("proofs", type_=ARRAY(COLUMN.message_id.type)),
        bindparam("moments", type_=ARRAY(COLUMN.sent_at.type)),
    )
    .table_valued(column("id", COLUMN.id.type), column("proof"), column("moment"), joins_implicitly=True)
    .render_derived(name="given")
)
SETTLE_SENT = (
    update(MESSAGE)
    .where(COLUMN.id == GIVEN.c.id)
    .values(
        state="sent",
        error=None,
        message_id=GIVEN.c.proof,
        attempts=COLUMN.attempts + 1,
        sent_at=GIVEN.c.moment,
        **EMPTIED,
    )
)
