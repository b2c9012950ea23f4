"""The relay with the duties' own say: what is still owed at the moment of sending, and what its sending fulfils."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from include.channels import OutgoingMessage, RelayReport, carriers_of, relay
from include.channels.model import PROMOTIONAL
from include.duties.notice.actions import may_send as may_send_notice
from include.duties.notice.actions import on_failed, on_sent
from include.duties.stopping import is_stopped
from include.intake.progress import Progress
from include.law import load_controller
from include.store import Role, begin

__all__ = ["may_send", "relay_outbox"]


def relay_outbox(
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    *,
    limit: int | None = None,
    rate_per_minute: float | None = None,
) -> RelayReport:
    """Send what is due over the carriers that the settings name; errors are those of `channels.relay`."""
    progress = Progress("sending", _due(at), unit="messages")
    with carriers_of(load_controller(), settings) as carriers:
        return relay(
            at,
            carriers=carriers,
            may_send=may_send,
            on_sent=on_sent,
            on_failed=on_failed,
            limit=limit,
            rate_per_minute=rate_per_minute,
            on_tried=lambda: progress.add(1),
        )


def may_send(connection: Connection, message: OutgoingMessage) -> str | None:
    """Say at the moment of sending why a message must not go out; None where it may (promise 5).

    Promotion does not go to whoever stopped it, however long it lay in the outbox (IR 28(3)(c)).
    """
    if message.kind in PROMOTIONAL and is_stopped(connection, message.channel, message.recipient):
        return "stopped"
    return may_send_notice(connection, message)


def _due(at: datetime) -> int:
    with begin(Role.RELAY) as connection:
        due = text("select count(*) from channels.message where state = 'ready' and not_before <= :at")
        return int(connection.execute(due, {"at": at}).scalar_one())
