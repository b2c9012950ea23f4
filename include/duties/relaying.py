"""The relay with the duties' own say: what is still owed at the moment of sending, and what its sending fulfils."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from include.channels import RelayReport, carriers_of, relay
from include.duties.notice.actions import may_send, on_failed, on_sent
from include.law import load_controller

__all__ = ["relay_outbox"]


def relay_outbox(
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    *,
    limit: int | None = None,
    rate_per_minute: float | None = None,
) -> RelayReport:
    """Send what is due over the carriers that the settings name; errors are those of `channels.relay`."""
    with carriers_of(load_controller(), settings) as carriers:
        return relay(
            at,
            carriers=carriers,
            may_send=may_send,
            on_sent=on_sent,
            on_failed=on_failed,
            limit=limit,
            rate_per_minute=rate_per_minute,
        )
