"""The same bytes again, under the same terms: nothing in them can be new, so nothing of them is done again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.evidence import Kind, record

__all__ = ["settle_unchanged"]

STANDING = text("""
    select standing.counts, coalesce(standing.landing, standing.id) as landing, mine.delivery_id, mine.edition
      from register.receipt mine
     cross join lateral (
           select * from register.receipt earlier
            where earlier.source_key = mine.source_key and earlier.state = 'registered' and earlier.id <> mine.id
            order by earlier.closed_at desc, earlier.received_at desc limit 1
     ) standing
     where mine.id = :receipt and mine.state = 'received' and standing.delivery_id = mine.delivery_id
       and (standing.contract_hash, standing.edition, standing.rules) = (mine.contract_hash, mine.edition, mine.rules)
       and not exists (select from suppression.entry where entry.since >= standing.closed_at)
""")


def settle_unchanged(connection: Connection, receipt_id: UUID, source_key: str, at: datetime) -> bool:
    """Register a receipt at once where it brings what stands already, and say whether it did.

    That is so where the source's last registered receipt was of the same bytes, under the same contract, edition and
    rules, and nobody was suppressed since. Every row then counts as unchanged, and its clocks go on as they are.
    """
    standing = connection.execute(STANDING, {"receipt": receipt_id}).one_or_none()
    if standing is None:
        return False
    counts = _as_unchanged(standing.counts)
    connection.execute(
        text("""
            update register.receipt
               set state = 'registered', closed_at = :at, counts = cast(:counts as jsonb), landing = :landing
             where id = :receipt
        """),
        {"receipt": receipt_id, "at": at, "counts": json.dumps(counts), "landing": standing.landing},
    )
    rows = {name: count for name, count in counts.items() if isinstance(count, int)}
    record(
        connection,
        Kind.DELIVERY_REGISTERED,
        at=at,
        edition=standing.edition,
        refs={"receipt": receipt_id, "delivery": standing.delivery_id},
        codes={"source": source_key},
        counts=rows | {"skipped": 1},
    )
    return True


def _as_unchanged(counts: dict[str, Any]) -> dict[str, Any]:
    held = sum(counts.get(name, 0) for name in ("new", "changed", "unchanged"))
    return counts | {"new": 0, "changed": 0, "unchanged": held}
