"""What is held and owed, as counts: of everything, or of what happened since an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from include.duties.officers import officers
from include.intake.contracts import load_all
from include.intake.registering.actions import ROW_COUNTS
from include.store import Role, begin

__all__ = ["status", "summary"]

CLASSES = ("business", "personal", "undetermined")


def status() -> dict[str, Any]:
    """Count what the register holds, the duties and notices by state, and the plans that wait for a person.

    Names the contracts that cannot be read, each with what is wrong: nothing is collected from their sources. Names
    what the record of processing activities and its registers lack, and every check that is due. Says who decides as
    officer.
    """
    from include.commands.records import records_status
    from include.evidence import verify

    with begin(Role.DUTIES) as connection:
        found: dict[str, Any] = {
            "sources": _count(connection, "select count(*) from register.source"),
            "listings": _by(connection, "select state, count(*) from register.listing group by 1"),
            "contact_points": dict.fromkeys(CLASSES, 0)
            | _by(connection, "select class, count(*) from register.contact_point group by 1"),
            "subjects": _count(connection, "select count(*) from register.subject"),
            "suppressed": _count(connection, "select count(*) from suppression.entry"),
            "duties": _by(connection, DUTIES),
            "notices": _by(connection, "select state, count(*) from duties.notice group by 1"),
            "outbox": _by(connection, "select state, count(*) from channels.message group by 1"),
            "destruction": _by(connection, "select state, count(*) from duties.destruction group by 1"),
            "consents": _by(connection, CONSENTS),
            "audiences": _by(connection, "select state, count(*) from duties.audience group by 1"),
            "removals": _by(connection, "select state, count(*) from duties.removal group by 1"),
            "holds": {"standing": _count(connection, "select count(*) from duties.hold where released_at is null")},
            "standstill": _count(connection, "select count(*) from duties.standstill where ended_at is null") > 0,
            "unannounced": _by(connection, UNANNOUNCED),
            "breaches": _breaches(connection),
            "waiting": _waiting(connection),
            "officers": sorted(officers()) or "anybody who may answer in Airflow: AMANAH_OFFICERS names nobody",
            "broken_contracts": [
                {"source": fault.key, "state": "broken", "what": fault.message} for fault in load_all()[1]
            ],
        }
    verdict, records = verify(), records_status()
    return found | {
        "records": records["counts"],
        "records_findings": records["findings"],
        "evidence": {"events": verdict.events, "verified": verdict.ok, "sealed": verdict.sealed},
    }


def summary(since: datetime) -> dict[str, Any]:
    """Sum up what came in and went out since an instant (UTC): the deliveries, their rows, and what was sent."""
    from include.evidence import verify

    with begin(Role.DUTIES) as connection:
        deliveries = [_delivery(row) for row in connection.execute(text(RECEIPTS), {"since": since})]
        points = _by(connection, "select class, count(*) from register.contact_point group by 1")
        duties, notices = (
            _by(connection, query) for query in (DUTIES, "select state, count(*) from duties.notice group by 1")
        )
        consents = _by(connection, CONSENTS)
        sent = _count(
            connection,
            "select count(*) from channels.message where kind = 'source_notice' and sent_at >= :since",
            {"since": since},
        )
    verdict = verify()
    return {
        "deliveries": deliveries,
        "rows": {name: sum(delivery["rows"].get(name, 0) for delivery in deliveries) for name in ROW_COUNTS},
        "contact_points": dict.fromkeys(CLASSES, 0) | points,
        "duties": duties,
        "notices": notices,
        "consents": consents,
        "notices_sent": sent,
        "evidence": {"events": verdict.events, "verified": verdict.ok},
    }


RECEIPTS = """
select receipt.source_key, encode(delivery.sha256, 'hex') as sha256, receipt.received_at, receipt.state, receipt.counts
  from register.receipt join register.delivery on delivery.id = receipt.delivery_id
 where receipt.received_at >= :since
 order by receipt.received_at, receipt.source_key
"""

DUTIES = "select kind || '_' || state, count(*) from duties.duty group by 1 order by 1"


UNANNOUNCED = "select system_key || '.' || table_name, unannounced from duties.unannounced where unannounced > 0"
"""Recordings whose call was not announced, by table."""
CONSENTS = "select action, count(*) from duties.consent_state group by 1 order by 1"


def _delivery(row: Any) -> dict[str, Any]:
    counts = dict(row.counts)
    points = counts.pop("contact_points", {})
    return {
        "source": row.source_key,
        "sha256": row.sha256,
        "received_at": row.received_at.astimezone(UTC).isoformat(),
        "state": row.state,
        "rows": counts,
        "contact_points": points,
    }


def _breaches(connection: Connection) -> dict[str, Any]:
    """Count the incidents that are open, say when the first has to be reported, and what of readiness is missing."""
    from include.duties.breach.incidents import incidents
    from include.duties.breach.readiness import readiness
    from include.errors import NeverRetry
    from include.law import load_controller, now

    real = [about for about in incidents(connection, open_only=True) if not about.rehearsal]
    due = [about.due_at for about in real if about.due_at and about.reported_at is None]
    try:
        missing: list[str] | None = list(readiness(connection, load_controller(), now()).missing)
    except NeverRetry:  # without a profile nothing can be said of it, and the rest can
        missing = None
    return {"open": len(real), "report_by": min(due).isoformat() if due else None, "not_ready": missing}


def _waiting(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(
        text("""
            select id, encode(plan_hash, 'hex') as hash, counts, planned_at, rule,
                   coalesce(system, 'register') as system
              from duties.destruction where state = 'halted' order by planned_at
        """)
    )
    return [
        {
            "id": str(row.id),
            "hash": row.hash,
            "state": "halted",
            "system": row.system,
            "rule": row.rule,
            "counts": row.counts,
            "planned_at": row.planned_at.isoformat(),
        }
        for row in rows
    ]


def _by(connection: Connection, query: str) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(text(query))}


def _count(connection: Connection, query: str, values: dict[str, Any] | None = None) -> int:
    return int(connection.execute(text(query), values or {}).scalar_one())
