"""The relay with the duties' own say: what is still owed at the moment of sending, and what its sending fulfils."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from include.channels import OutgoingMessage, RelayReport, Sent, Together, carriers_of, relay
from include.channels.model import PROMOTIONAL
from include.channels.outbox import recipient_key
from include.duties.breach import telling
from include.duties.marketing import may_reach
from include.duties.marketing.licences import licences
from include.duties.notice import actions as notice
from include.duties.stopping.actions import PURPOSE
from include.intake.progress import Progress
from include.law import load_controller, now
from include.store import Role, begin

__all__ = ["may_send", "on_failed", "on_sent", "relay_outbox"]


TOGETHER = Together(frozenset({telling.KIND}), telling.may_send_all, telling.on_sent_all)
"""Letters about a breach: whoever is concerned by a wide one waits for all the others."""


def relay_outbox(
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    *,
    limit: int | None = None,
    rate_per_minute: float | None = None,
) -> RelayReport:
    """Send what is due over the carriers that the settings name; errors are those of `channels.relay`."""
    progress = Progress("sending", _due(at), unit="messages")
    controller = load_controller()
    with carriers_of(controller, settings) as carriers:
        return relay(
            at,
            carriers=carriers,
            may_send=partial(may_send, at=at, licensed=licences(controller)),
            on_sent=on_sent,
            on_failed=on_failed,
            together=TOGETHER,
            limit=limit,
            rate_per_minute=rate_per_minute,
            on_tried=lambda: progress.add(1),
        )


def may_send(
    connection: Connection,
    message: OutgoingMessage,
    at: datetime | None = None,
    licensed: Collection[str] = (),
) -> str | None:
    """Say at the moment of sending (UTC, now without one) why a message must not go out; None where it may (promise 5).

    Promotion does not go to whoever stopped it, however long it lay in the outbox (IR 28(3)(c)), nor to anybody whom
    the gate does not let through now; it alone knows whether a consent came after a stop. The relay itself cannot read
    the register: the gate is asked as the duties.
    """
    if message.kind == telling.KIND:
        return telling.may_send(connection, message)
    if message.kind not in PROMOTIONAL:
        return notice.may_send(connection, message)
    key = recipient_key(message.channel, message.recipient)
    with begin(Role.DUTIES) as asking:
        channel = message.channel.value
        against = may_reach(asking, key, PURPOSE, at or now(), channel=channel, licensed=licensed)
    return against[0].value if against else None


def on_sent(connection: Connection, message: OutgoingMessage, proof: Sent) -> None:
    """Tell whoever owes a message that it went out."""
    (telling if message.kind == telling.KIND else notice).on_sent(connection, message, proof)


def on_failed(connection: Connection, message: OutgoingMessage, code: str) -> None:
    """Tell whoever owes a message that it ended unsent."""
    (telling if message.kind == telling.KIND else notice).on_failed(connection, message, code)


def _due(at: datetime) -> int:
    with begin(Role.RELAY) as connection:
        due = text("select count(*) from channels.message where state = 'ready' and not_before <= :at")
        return int(connection.execute(due, {"at": at}).scalar_one())
