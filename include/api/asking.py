"""The gate as a recipient may ask it: about the contacts that were handed to them, and no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from include.duties.marketing import Reason, may_use

__all__ = ["AUDIENCE_EXPIRED", "ask"]

AUDIENCE_EXPIRED = "audience_expired"
"""It was handed out for a time, and that is over: a new audience has to be asked for."""


def ask(
    connection: Connection,
    recipient: str,
    points: Sequence[int],
    purpose: str,
    channel: str,
    at: datetime,
    licensed: Collection[str],
) -> list[dict[str, Any]]:
    """Judge each contact point at `at` (UTC), in the order given.

    One that was never handed to this recipient for this purpose is unknown to them: its number tells them nothing.
    """
    values = {"points": [*{*points}], "recipient": recipient, "purpose": purpose, "at": at}
    live = {row.point_id: row.live for row in connection.execute(HANDED, values)}
    theirs = [point for point, lives in live.items() if lives]
    verdicts = may_use(connection, theirs, purpose, at, channel=channel, licensed=licensed) if theirs else []
    reasons: dict[int, Sequence[str]] = {verdict.point_id: verdict.reasons for verdict in verdicts}
    return [_told(point, reasons, live) for point in points]


def _told(point: int, reasons: dict[int, Sequence[str]], live: dict[int, bool]) -> dict[str, Any]:
    otherwise: Sequence[str] = (AUDIENCE_EXPIRED if point in live else Reason.POINT_UNKNOWN.value,)
    against = reasons.get(point, otherwise)
    return {"point": point, "allowed": not against, "reasons": list(against)}


HANDED = text("""
    select member.point_id, bool_or(audience.expires_at > :at) as live
      from duties.audience join duties.audience_member member on member.audience_id = audience.id
     where audience.recipient = :recipient and audience.purpose = :purpose and audience.state = 'exported'
       and member.point_id = any(cast(:points as bigint[]))
     group by member.point_id
""")
