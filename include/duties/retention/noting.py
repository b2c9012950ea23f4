"""The batches of a plan in our own store: each is written down before its rows go, and when they have gone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from include.duties.holds import see_that_nothing_stands_still
from include.duties.retention.model import Plan, counted
from include.duties.retention.planning import note
from include.evidence import Kind
from include.store import Role, advisory_lock, begin
from include.systems import Forgetting
from include.systems.naming import meet

__all__ = ["Done", "begin_batch", "done_so_far", "end_batch", "settle"]

PARTS = ("tables", "masked", "emptied")


@dataclass(frozen=True, slots=True)
class Done:
    """What the batches of a plan did, all together."""

    batches: int
    counts: dict[str, int]
    """`rows`, `roots`, `masked`."""
    scope: dict[str, dict[str, int]]
    """Counts by table: `tables`, `masked`, `emptied`."""


def begin_batch(planned: Plan, found: Forgetting, names: bytes, at: datetime) -> int:
    """Write down that a batch's rows begin to go, before they do; return its number. Raises Standstill."""
    counts = counted(found, planned.table)
    scope = {"tables": found.rows, "masked": found.masked, "emptied": found.emptied}
    with begin(Role.DUTIES) as store:
        advisory_lock(store, "destruction")
        see_that_nothing_stands_still(store)
        number = store.execute(
            text("""
                insert into duties.destruction_batch (destruction_id, number, hash, counts, scope, names, begun_at)
                select :id, 1 + coalesce(max(number), 0), :hash, cast(:counts as jsonb), cast(:scope as jsonb), :names,
                       :at
                  from duties.destruction_batch where destruction_id = :id
                returning number
            """),
            {"id": planned.id, "hash": found.hash, "counts": json.dumps(counts), "scope": json.dumps(scope),
             "names": names, "at": at},
        ).scalar_one()  # fmt: skip
        note(store, planned.as_done(counts | {"number": number}, planned.scope), Kind.DESTRUCTION_BATCH, at)
    return int(number)


def end_batch(planned: Plan, number: int, at: datetime) -> None:
    """Write down that a batch's rows have gone."""
    with begin(Role.DUTIES) as store:
        store.execute(
            text("""
                update duties.destruction_batch set done_at = :at, names = null
                 where destruction_id = :id and number = :number
            """),
            {"id": planned.id, "number": number, "at": at},
        )


def settle(planned: Plan, standing: bytes, at: datetime) -> None:
    """Find out what became of a batch that a process began and did not end, by the names of the rows that still stand.

    They go all at once: where any of them stands the batch did not happen, and is taken back.
    """
    with begin(Role.DUTIES) as store:
        begun = store.execute(
            text("select number, names from duties.destruction_batch where destruction_id = :id and done_at is null"),
            {"id": planned.id},
        ).all()
        for batch in begun:
            if meet(bytes(batch.names), standing):
                store.execute(
                    text("delete from duties.destruction_batch where destruction_id = :id and number = :number"),
                    {"id": planned.id, "number": batch.number},
                )
    for batch in begun:
        end_batch(planned, batch.number, at)


def done_so_far(plan: UUID) -> Done:
    """Add up the batches of a plan that are done."""
    with begin(Role.DUTIES) as store:
        rows = store.execute(
            text(
                "select counts, scope from duties.destruction_batch where destruction_id = :id and done_at is not null"
            ),
            {"id": plan},
        ).all()
    counts = {"rows": 0, "roots": 0, "masked": 0} | _sum(row.counts for row in rows)
    return Done(len(rows), counts, {part: _sum(row.scope[part] for row in rows) for part in PARTS})


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return dict(total)
