"""Count what the promises are judged by, each by an index and never further than a reader counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from include.console.promises import AT_ONCE, NIGHT, SOON, Facts, Run
from include.duties.notice.calendar import notice_dates
from include.duties.rights.rules import OFFICER
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["MANY", "STEPS", "facts", "last_of"]

STEPS = Steps("include.console", "console.sql")
REQUESTS = Steps("include.console", "requests.sql")
MANY = 10_000
"""Where a count ends: a page says `10,000+`."""
MONTH = timedelta(days=30)
WEEK = timedelta(days=7)


def facts(at: datetime, runs: Sequence[Run]) -> Facts:
    """Count everything as it stands at `at` (UTC)."""
    many = MANY + 1
    with begin(Role.CONSOLE) as connection:

        def count(step: str, **values: Any) -> int:
            return STEPS.one(connection, step, values)

        uncovered, covered_at = last_of(connection, "coverage_checked")
        verified, verified_at = last_of(connection, "ledger_verified")
        _, copied_at = last_of(connection, "backup_made")
        ready, ready_at = last_of(connection, "readiness_checked")
        (breaches,) = STEPS.rows(connection, "breaches")
        (asked,) = REQUESTS.rows(connection, "count", {"many": many, "officer": [*OFFICER]})
        (seals,) = STEPS.rows(connection, "seals")
        standing = STEPS.rows(connection, "standstill")
        return Facts(
            missed=count("missed", since=at - MONTH, many=many),
            clocks_soon=count("clocks_soon", soon=at + SOON, many=many),
            next_due=STEPS.rows(connection, "next_due")[0].at,
            unsent=count("unsent", at=at, many=many),
            owed=count("owed", at=at, many=many),
            undetermined=count("undetermined", many=many),
            decide_by=_decide_by(connection),
            plans=count("plans"),
            asked_late=count("asked_late", asked=at - AT_ONCE, many=many),
            standstill=standing[0].begun_at if standing else None,
            uncovered=uncovered.get("counts", {}).get("uncovered", 0),
            covered_at=covered_at,
            verified_at=verified_at,
            verified=verified.get("codes", {}).get("outcome"),
            sealed_at=seals.at,
            unsealed=seals.events - seals.sealed,
            copied_at=copied_at,
            requests=asked.open,
            requests_officer=asked.officer,
            request_due=asked.due_at,
            breaches=breaches.open,
            breach_due=breaches.due_at,
            unready=tuple(sorted(check for check, said in ready.get("codes", {}).items() if said == "no")),
            ready_at=ready_at,
            failed_deliveries=count("failed_deliveries", night=at - NIGHT),
            bulk_readers=count("bulk_readers", week=at - WEEK),
            runs=runs,
        )


def last_of(connection: Connection, kind: str) -> tuple[dict[str, Any], datetime | None]:
    """Give the last event of a kind and when it happened; nothing, and None, where there was none."""
    rows = STEPS.rows(connection, "last_of", {"kind": kind})
    if not rows:
        return {}, None
    told: dict[str, Any] = json.loads(rows[0].payload)
    return told, datetime.fromisoformat(told["at"])


def _decide_by(connection: Connection) -> datetime | None:
    rows = STEPS.rows(connection, "first_undetermined")
    return notice_dates(rows[0].jurisdiction, rows[0].received_at).decided_by if rows else None
