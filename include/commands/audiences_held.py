"""The audiences that were handed out, as counts: for the status, the summary and the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from include.store import Role, begin

__all__ = ["audiences"]

OUT = text("""
    select audience.id, audience.purpose, audience.recipient, audience.state, audience.counts, audience.expires_at,
           (select coalesce(sum(contact_points), 0) from duties.removal where audience_id = audience.id) as removals,
           (select count(*) from duties.removal where audience_id = audience.id and state = 'told') as unconfirmed
      from duties.audience
     where cast(:since as timestamptz) is null or audience.made_at >= :since
     order by audience.made_at, audience.id
""")


def audiences(since: datetime | None = None) -> list[dict[str, Any]]:
    """Tell of each audience, or of those made since an instant (UTC): how many are in it and how many have to go."""
    with begin(Role.DUTIES) as connection:
        return [
            {
                "id": str(row.id),
                "purpose": row.purpose,
                "recipient": row.recipient,
                "state": row.state,
                "counts": row.counts,
                "expires_at": row.expires_at.astimezone(UTC).isoformat(),
                "to_be_removed": int(row.removals),
                "removals_unconfirmed": int(row.unconfirmed),
            }
            for row in connection.execute(OUT, {"since": since})
        ]
