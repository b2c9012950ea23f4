"""Plans over archives: written down before anything goes, resumed where a run was cut short."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from include.duties.archives.model import Archive
from include.duties.backups.other_systems import note_gone, note_verified
from include.duties.holds import see_that_nothing_stands_still
from include.evidence import Kind, learn, record
from include.store import Role, advisory_lock, begin

__all__ = ["begun", "mark", "write_down"]


def begun(trigger: str, request: str | None = None, system: str | None = None) -> list[tuple[UUID, datetime]]:
    """Give the plans over archives that were cut short, of a trigger, a request, a system; and when each was made."""
    with begin(Role.DUTIES) as store:
        rows = store.execute(
            text("""
                select id, planned_at from duties.destruction
                 where scope ? 'archives' and rule is null and state in ('planned', 'destroyed') and trigger = :trigger
                   and (cast(:request as text) is null or scope ->> 'request' = :request)
                   and (cast(:system as text) is null or system = :system)
                 order by planned_at, id
            """),
            {"trigger": trigger, "request": request, "system": system},
        )
        return [(row.id, row.planned_at) for row in rows]


def write_down(
    found: list[Archive],
    at: datetime,
    goes: Callable[[Archive], dict[str, int]],
    *,
    trigger: str,
    request: UUID | None = None,
) -> UUID | None:
    """Write down that archives begin to go, before they do: their end was allowed when they were made, or is asked.

    `goes` counts what goes of each. None where another run has begun with all of them meanwhile. Raises Standstill.
    """
    with begin(Role.DUTIES) as store:
        advisory_lock(store, "destruction")
        see_that_nothing_stands_still(store)
        free = text("select id from duties.archive where id = any(:ids) and end_plan is null and state <> 'destroyed'")
        still = set(store.execute(free, {"ids": [archive.id for archive in found]}).scalars())
        given = [archive for archive in found if archive.id in still]
        if not given:
            return None
        plan, digest, tables = uuid4(), hashlib.sha256(), Counter[str]()
        for archive in given:
            digest.update(archive.id.bytes + (archive.sha256 or b""))
            tables.update(goes(archive))
        scope = {"archives": len(given), "tables": dict(tables)} | ({"request": str(request)} if request else {})
        counts = {"archives": len(given), "rows": sum(tables.values())}
        store.execute(
            text("""
                insert into duties.destruction
                       (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, begun_at, system, scope)
                values (:id, :trigger, :hash, cast(:counts as jsonb), :by, :edition, 'planned', :at, :at, :system,
                        cast(:scope as jsonb))
            """),
            {"id": plan, "trigger": trigger, "hash": digest.digest(), "counts": json.dumps(counts), "at": at,
             "by": "subject" if request else "edition", "edition": given[0].edition, "system": given[0].system,
             "scope": json.dumps(scope)},
        )  # fmt: skip
        store.execute(
            text("update duties.archive set end_plan = :plan where id = any(:ids)"),
            {"plan": plan, "ids": [archive.id for archive in given]},
        )
        _tell(store, plan, Kind.DESTRUCTION_BEGUN, at)
    return plan


def mark(store: Connection, plan: UUID, state: str, at: datetime) -> None:
    """Put a plan into another state, and say so in the ledger."""
    store.execute(
        text("""
            update duties.destruction
               set state = :state, destroyed_at = case when :state = 'destroyed' then :at else destroyed_at end,
                   verified_at = case when :state = 'verified' then :at else verified_at end
             where id = :id
        """),
        {"id": plan, "state": state, "at": at},
    )
    note_gone(store, plan, at) if state == "destroyed" else note_verified(store, plan, at)
    _tell(store, plan, Kind.DESTRUCTION_DONE if state == "destroyed" else Kind.DESTRUCTION_VERIFIED, at)


def _tell(store: Connection, plan: UUID, kind: Kind, at: datetime) -> None:
    row = store.execute(text("select * from duties.destruction where id = :id"), {"id": plan}).one()
    learn(store, row.system)
    record(
        store, kind, at=at, edition=row.edition, refs={"plan": plan}, codes={"system": row.system, "rule": "archive"},
        counts=row.counts, hashes={"plan": bytes(row.plan_hash)},
    )  # fmt: skip
