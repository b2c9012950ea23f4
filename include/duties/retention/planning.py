"""What the rules make due in each system: exactly which rows, by hash, and whether a person has to allow it first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, func, literal, select, text

from include.duties.backups.other_systems import note_gone, note_verified
from include.duties.destruction.planning import beyond
from include.duties.holds import Hold
from include.duties.retention.model import Plan, Proposed
from include.duties.retention.scopes import kept_of, ruled, still_due
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.law import edition_for, edition_named
from include.systems import Due, Finding, System, findings, plan
from include.systems.coverage import too_slow
from include.systems.model import Fate
from include.systems.orphans import orphans
from include.systems.reflecting import reflect
from include.systems.retention import cutoff, figures, unfit_rules

__all__ = ["mark", "note", "open_plans", "propose", "unfit", "write_down"]


def unfit(system: System, at: datetime) -> tuple[Finding, ...]:
    """Say what makes a map unfit for retention at `at` (UTC): nothing is planned by one that has anything."""
    return findings(system) or tuple(unfit_rules(system, edition_for(system.jurisdiction, at)))


def propose(connection: Connection, system: System, at: datetime, holds: tuple[Hold, ...]) -> Iterator[Proposed]:
    """Say what is due in a system at `at` (UTC), rule by rule; nothing is changed.

    Raises NeverRetry for an unfit map, and for a large table in which an index is missing, naming it.
    """
    edition = edition_for(system.jurisdiction, at)
    if faults := unfit(system, at):
        raise NeverRetry("\n".join(f"{system.key}: {fault}" for fault in faults))
    for each in ruled(system, edition):
        moment = cutoff(each.rule, edition, at)
        due = still_due(connection, each, moment, at)
        if not _any(connection, system, due):
            continue
        if slow := too_slow(connection, system, each.table.name, each.rule.column):
            raise NeverRetry("\n".join(f"{system.key}: {fault}" for fault in slow))
        found = plan(connection, system, due, kept_of(connection, each, at, moment, holds), by_name=True)
        proposed = Proposed(
            system.key, each.table.name, str(each.table.retention), edition.name, moment, found,
            of=_count(connection, system, each.table.name),
            orphans=orphans(connection, system, reflect(connection, system)),
            remarks=figures(each.rule, edition).stricter, archives=each.rule.then is Fate.ARCHIVE,
        )  # fmt: skip
        if not proposed.empty:
            yield proposed


def _any(connection: Connection, system: System, due: Due) -> bool:
    table = reflect(connection, system, only=due.table).tables[due.table]
    return (
        connection.execute(select(literal(1)).select_from(table).where(due.where(table)).limit(1)).first() is not None
    )


def _count(connection: Connection, system: System, name: str) -> int:
    table = reflect(connection, system, only=name).tables[name]
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def write_down(connection: Connection, proposed: Proposed, at: datetime, *, by_hand: bool) -> Plan:
    """Write a plan down, unless one of its rule is open: that is decided and done first, for it is what was shown.

    It waits for a person where it is the first of its rule, larger than the edition allows, or asked for by hand.
    """
    for earlier in open_plans(connection, proposed.system, proposed.name):
        return earlier
    why = _why_halted(connection, proposed, by_hand=by_hand)
    state, counts, found = "halted" if why else "planned", proposed.counts, proposed.found
    scope = {
        "cutoff": proposed.cutoff.isoformat(), "tables": found.rows, "masked": found.masked, "emptied": found.emptied,
        "held": found.held, "why": why, "remarks": list(proposed.remarks), "orphans": proposed.orphans,
        "archives_first": proposed.archives,
    }  # fmt: skip
    made = Plan(uuid4(), proposed.system, proposed.name, state, found.hash, proposed.edition, scope, counts, False)
    connection.execute(
        text("""
            insert into duties.destruction
                   (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, system, rule, scope, names)
            values (:id, 'retention', :hash, cast(:counts as jsonb), :allowed_by, :edition, :state, :at, :system, :rule,
                    cast(:scope as jsonb), :names)
        """),
        {"id": made.id, "hash": made.hash, "counts": json.dumps(counts), "scope": json.dumps(scope), "at": at,
         "allowed_by": "nobody_yet" if why else "edition", "edition": made.edition, "state": state,
         "system": made.system, "rule": made.rule, "names": found.names},
    )  # fmt: skip
    note(connection, made, Kind.DESTRUCTION_HALTED if why else Kind.DESTRUCTION_PLANNED, at)
    return made


def _why_halted(connection: Connection, proposed: Proposed, *, by_hand: bool) -> list[str]:
    """Name the reasons why a person has to look first."""
    done_before = connection.execute(
        text("select exists (select from duties.destruction where system = :s and rule = :r and state = 'verified')"),
        {"s": proposed.system, "r": proposed.name},
    ).scalar_one()
    told = {
        "first_run": not done_before,
        "too_large": beyond(edition_named(proposed.edition), proposed.counts["roots"], proposed.of),
        "by_hand": by_hand,
    }
    return [reason for reason, holds in told.items() if holds]


def open_plans(connection: Connection, system: str | None = None, rule: str | None = None) -> list[Plan]:
    """Give the plans over other systems that are neither done nor given up, oldest first."""
    rows = connection.execute(
        text("""
            select id, system, rule, state, plan_hash, edition, scope, counts, begun_at is not null as begun, names
              from duties.destruction
             where rule is not null and state in ('planned', 'halted', 'destroyed')
               and system = coalesce(:system, system) and rule = coalesce(:rule, rule)
             order by planned_at, system, rule, id
        """),
        {"system": system, "rule": rule},
    )
    return [
        Plan(r.id, r.system, r.rule, r.state, bytes(r.plan_hash), r.edition, r.scope, r.counts, r.begun, r.names)
        for r in rows
    ]


def mark(connection: Connection, plan: Plan, state: str, at: datetime, kind: Kind) -> None:
    """Put a plan into another state, and say so in the ledger."""
    connection.execute(
        text("""
            update duties.destruction
               set state = :state, destroyed_at = case when :state = 'destroyed' then :at else destroyed_at end,
                   verified_at = case when :state = 'verified' then :at else verified_at end,
                   counts = cast(:counts as jsonb), scope = cast(:scope as jsonb),
                   names = case when :state = 'destroyed' then null else names end
             where id = :id
        """),
        {"id": plan.id, "state": state, "at": at, "counts": json.dumps(plan.counts), "scope": json.dumps(plan.scope)},
    )
    if state == "destroyed":
        note_gone(connection, plan.id, at)
    if state == "verified":
        note_verified(connection, plan.id, at)
    note(connection, plan, kind, at)


def note(connection: Connection, plan: Plan, kind: Kind, at: datetime) -> None:
    """Write a plan's event into the ledger: ids, codes and counts."""
    codes = {"system": plan.system, "rule": plan.rule.replace(":", ".") or "request"}
    learn(connection, *codes.values())
    record(
        connection,
        kind,
        at=at,
        edition=plan.edition,
        refs={"plan": plan.id},
        codes=codes,
        counts=plan.counts,
        hashes={"plan": plan.hash},
    )
