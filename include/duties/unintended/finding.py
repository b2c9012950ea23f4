"""Open what is owed for personal data that nobody meant to have: once per column, with its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.unintended.looking import AT_MOST, Mark, Place, Seen, look_through
from include.evidence import Kind, record
from include.law import edition_for
from include.law.clocks import consent_answer_due
from include.store import Role, advisory_lock, begin
from include.systems.connecting import address_of, connected
from include.systems.model import System

__all__ = ["blocked", "blocked_columns", "find_unintended"]

GRACE = timedelta(days=2)
"""So long after silence set in there is to destroy: a night, and one more where the system was away."""


def find_unintended(system: System, settings: Mapping[str, str], at: datetime, *, at_most: int = AT_MOST) -> int:
    """Look through a system's columns at `at` (UTC) and open a duty for each with personal data; return how many.

    What a customer agreed to keep is not looked through again. Values stay in this process: what is written is counts,
    kinds and names of columns. Raises SystemAway and NeverRetry as `connected` does.
    """
    with begin(Role.DUTIES) as ours:
        marks, kept = _marks(ours, system.key), _kept(ours, system.key)
    with connected(address_of(system, settings)) as theirs:
        seen = list(look_through(theirs, system, marks, without=kept, at_most=at_most))
    with begin(Role.DUTIES) as ours:
        advisory_lock(ours, "unintended")
        return sum(_write(ours, system, each, at) for each in seen)


def blocked(system: str, table: str, column: str) -> bool:
    """Say whether a column may not be used: personal data was found in it that nobody agreed to (policy section 5)."""
    with begin(Role.DUTIES) as connection:
        return (table, column) in blocked_columns(connection, system)


def blocked_columns(connection: Connection, system: str) -> frozenset[Place]:
    """Give every column of a system that may not be used, for a gate that asks within its own unit of work."""
    rows = connection.execute(text(BLOCKED), {"system": system})
    return frozenset((row.table_name, row.column_name) for row in rows)


def _marks(connection: Connection, system: str) -> dict[Place, Mark]:
    asked = text(
        "select table_name, column_name, up_to, again_from from duties.looked_through where system_key = :system"
    )
    rows = connection.execute(asked, {"system": system})
    return {(row.table_name, row.column_name): Mark(row.up_to, row.again_from) for row in rows}


def _kept(connection: Connection, system: str) -> frozenset[Place]:
    asked = text("select table_name, column_name from duties.unintended where system_key = :system and state = 'kept'")
    return frozenset((row.table_name, row.column_name) for row in connection.execute(asked, {"system": system}))


def _write(connection: Connection, system: System, seen: Seen, at: datetime) -> int:
    """Write down how far a column was looked through, and what was found; return whether a duty was opened."""
    table, column = seen.place
    named = {"system": system.key, "table": table, "column": column, "at": at}
    if not seen.whole:
        connection.execute(text(LOOKED), named | {"up_to": seen.mark.up_to, "again_from": seen.mark.again_from})
    if not (found := seen.new + seen.again):
        return 0
    counted: dict[str, Any] = named | {"kinds": sorted(seen.kinds), "new": seen.new, "whole": seen.whole}
    if connection.execute(text(GROW), counted).rowcount:
        return 0
    edition = edition_for(system.jurisdiction, at)
    silent_at = consent_answer_due(edition, at)
    duty: UUID = connection.execute(
        text(OPEN),
        counted
        | {
            "source": f"system:{system.key}",
            "edition": edition.name,
            "article": edition.consent.answer_days.article,
            "count": found,
            "silent_at": silent_at,
            "due_at": silent_at + GRACE,
            "why": seen.why,
        },
    ).scalar_one()
    record(
        connection,
        Kind.DUTY_OPENED,
        at=at,
        edition=edition.name,
        refs={"duty": duty},
        codes={"kind": "unintended"},
        counts={"rows": found},
    )
    return 1


LOOKED = """
insert into duties.looked_through (system_key, table_name, column_name, up_to, again_from, at)
values (:system, :table, :column, :up_to, :again_from, :at)
on conflict (system_key, table_name, column_name)
do update set up_to = excluded.up_to, again_from = excluded.again_from, at = excluded.at
"""
GROW = """
with standing as (
    update duties.unintended set kinds = array(select distinct unnest(kinds || cast(:kinds as text[])) order by 1)
     where system_key = :system and table_name = :table and column_name = :column and state <> 'destroyed'
    returning id)
update duties.duty set count = case when :whole then :new else count + :new end
  from standing where duty.id = standing.id
"""
OPEN = """
with opened as (
    insert into duties.duty (kind, source_key, state, edition, article, count, opened_at, starts_at, due_at)
    values ('unintended', :source, 'open', :edition, :article, :count, :at, :at, :due_at)
    returning id)
insert into duties.unintended (id, system_key, table_name, column_name, why, kinds, state, silent_at)
select id, :system, :table, :column, :why, :kinds, 'found', :silent_at from opened
returning id
"""
BLOCKED = """
select table_name, column_name from duties.unintended
 where system_key = :system and state in ('found', 'asked', 'refused')
"""
