"""Plan, destroy, look again: one plan at a time, resumed where a run was cut short (promises 4 and 7)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from include.duties.destruction.rewriting import rewrite_landing, still_landed
from include.duties.notice.actions import phone_channel
from include.errors import NeverRetry
from include.evidence import Kind, leaf, record
from include.intake.progress import stages
from include.law import Edition, edition_named
from include.store import Role, advisory_lock, begin, copy_into, key_version
from include.store.sql import Steps

__all__ = ["Unverified", "allow", "destroy_due"]

STEPS = Steps("include.duties.destruction", "destruction.sql")
PLANNED_AGAIN = 3
"""So often a plan is made anew in one run, where what it names grew or shrank before it was carried out."""
TARGET = ("notice_id", "subject_id", "source_key", "outcome")


class Unverified(NeverRetry):
    """A second look still found what a plan had destroyed: a person must look before anything else is trusted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as it stands: its id and what remains to be done with it."""

    id: UUID
    state: str
    edition: str


def destroy_due(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Destroy the data of everybody whose notice ran out at `at`: told and silent, unreachable, or too late to tell.

    Plans what is due, one plan for each edition, then carries out every plan that is allowed and not yet verified.
    A plan over the edition's blast radius halts until `allow`. Returns counts of plans and subjects. Raises Unverified.
    """
    done = {"planned": 0, "destroyed": 0, "halted": 0}
    for _ in range(PLANNED_AGAIN):
        with begin(Role.DUTIES) as connection:
            advisory_lock(connection, "destruction")
            done["planned"] += _plan_due(connection, at, phone_channel(settings) is not None)
        plans = _open_plans()
        done["halted"] = sum(plan.state == "halted" for plan in plans)
        fates = [_carry_out(plan, at) for plan in plans if plan.state != "halted"]
        done["destroyed"] += sum(subjects for subjects in fates if subjects is not None)
        if None not in fates:
            break
    return done


def allow(plan: UUID, plan_hash: str, *, by: str, at: datetime) -> None:
    """Allow a halted plan, by its hash: what was shown is what will be destroyed.

    Raises NeverRetry where the plan is not halted or its hash is another.
    """
    with begin(Role.DUTIES) as connection:
        allowed = connection.execute(
            text("""
                update duties.destruction set state = 'planned', allowed_by = :by
                 where id = :id and state = 'halted' and encode(plan_hash, 'hex') = :hash
            """),
            {"id": plan, "hash": plan_hash.lower(), "by": by},
        ).rowcount
        if not allowed:
            raise NeverRetry("no halted plan has this id and hash; look at the plan again with `status`")
        record(
            connection,
            Kind.DESTRUCTION_ALLOWED,
            at=at,
            refs={"plan": plan},
            codes={"actor": by},
            hashes={"plan": bytes.fromhex(plan_hash)},
        )


def _plan_due(connection: Connection, at: datetime, by_phone: bool) -> int:
    due = STEPS.rows(connection, "due", {"at": at, "by_phone": by_phone})
    by_edition: dict[str, list[Any]] = {}
    for row in due:
        by_edition.setdefault(row.edition, []).append(row)
    planned = 0
    for name, rows in by_edition.items():
        edition = edition_named(name)
        kept = _exempt(connection, edition, rows, at)
        if due_now := [row for row in rows if row.id not in kept]:
            _plan(connection, edition, due_now, at)
            planned += 1
    return planned


def _exempt(connection: Connection, edition: Edition, rows: list[Any], at: datetime) -> set[UUID]:
    """Record, where the edition says so, that a person cannot be told, instead of destroying (IR 4(4)(b)).

    The data stays blocked for every use. Returns the notices that were exempted.
    """
    if edition.notice.unreachable.value != "record_exception":
        return set()
    unreachable = [row.id for row in rows if row.outcome == "unreachable"]
    if unreachable:
        STEPS.run(connection, "exempt", {"notices": unreachable, "at": at})
        record(
            connection,
            Kind.NOTICE_EXEMPT,
            at=at,
            edition=edition.name,
            codes={"reason": "impossible_or_unreasonable_effort"},
            counts={"notices": len(unreachable)},
        )
    return set(unreachable)


def _plan(connection: Connection, edition: Edition, rows: Iterable[Any], at: datetime) -> None:
    STEPS.run(connection, "targets")
    copy_into(connection, "target", TARGET, ((row.id, row.subject_id, row.source_key, row.outcome) for row in rows))
    STEPS.run(connection, "scope")
    plan_id, plan_hash = uuid4(), _hash(connection)
    size = dict(STEPS.rows(connection, "size")[0]._mapping)
    halted = _beyond(edition, size["subjects"], size.pop("all_subjects"))
    connection.execute(
        text("""
            insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at)
            values (:id, 'notice_clock', :hash, cast(:counts as jsonb), :allowed_by, :edition, :state, :at)
        """),
        {
            "id": plan_id,
            "hash": plan_hash,
            "counts": json.dumps(size),
            "allowed_by": "nobody_yet" if halted else "edition",
            "edition": edition.name,
            "state": "halted" if halted else "planned",
            "at": at,
        },
    )
    STEPS.run(connection, "remember", {"plan": plan_id})
    record(
        connection,
        Kind.DESTRUCTION_HALTED if halted else Kind.DESTRUCTION_PLANNED,
        at=at,
        edition=edition.name,
        refs={"plan": plan_id},
        counts=size,
        hashes={"plan": plan_hash},
    )
    _forget_scope(connection)


def _beyond(edition: Edition, subjects: int, held: int) -> bool:
    """Say whether a plan is too large to go unattended: a runaway must stop before it destroys, not after."""
    rule = edition.destruction
    return subjects > rule.blast_radius_floor.value and subjects > rule.blast_radius.value * held


def _hash(connection: Connection) -> bytes:
    """Hash the exact points of a plan: approval binds to these and no others."""
    digest = hashlib.sha256()
    for row in STEPS.rows(connection, "hashed"):
        digest.update(row.id.to_bytes(8, "big"))
    return digest.digest()


def _forget_scope(connection: Connection) -> None:
    connection.execute(text("drop table target, doomed_point, doomed_listing"))


def _open_plans() -> list[Plan]:
    with begin(Role.DUTIES) as connection:
        rows = connection.execute(
            text("""
                select id, state, edition from duties.destruction
                 where state in ('planned', 'halted', 'destroyed') order by planned_at, id
            """)
        )
        return [Plan(row.id, row.state, row.edition) for row in rows]


def _carry_out(plan: Plan, at: datetime) -> int | None:
    """Destroy and verify; return how many subjects went, or None where the plan no longer fits and was replaced."""
    subjects: int | None = 0
    if plan.state == "planned":
        with stages(f"destroying what plan {plan.id} names"):
            subjects = _destroy(plan, at)
    if subjects is not None:
        _verify(plan, at)
    return subjects


def _destroy(plan: Plan, at: datetime) -> int | None:
    """Destroy a plan's targets in the register and the outbox, and remember their keyed hashes, in one transaction.

    What is destroyed is what was planned, by its hash: a plan whose points are others by now is replaced instead.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")
        values = {"plan": plan.id, "at": at, "key_version": key_version()}
        STEPS.run(connection, "targets")
        STEPS.run(connection, "recall", values)
        STEPS.run(connection, "scope")
        planned = connection.execute(text("select plan_hash from duties.destruction where id = :plan"), values)
        plan_hash = bytes(planned.scalar_one())
        if plan_hash != _hash(connection):
            STEPS.run(connection, "mark", values | {"state": "replaced"})
            return None
        leaves = [leaf(point=row.id) for row in STEPS.rows(connection, "hashed")]
        size = dict(STEPS.rows(connection, "size")[0]._mapping)
        size.pop("all_subjects")
        suppressed = STEPS.run(connection, "suppress", values)
        for step in ("destroy", "orphans"):
            STEPS.run(connection, step, values)
        STEPS.run(connection, "mark", values | {"state": "destroyed"})
        record(
            connection,
            Kind.DESTRUCTION_DONE,
            at=at,
            edition=plan.edition,
            refs={"plan": plan.id},
            counts=size | {"suppressed": suppressed},
            hashes={"plan": plan_hash},
            leaves=leaves,
        )
        return int(size["subjects"])


def _verify(plan: Plan, at: datetime) -> None:
    """Take the rows out of the landing files, then look everywhere again, by another path."""
    values = {"plan": plan.id, "at": at}
    with begin(Role.DUTIES) as connection:
        rows = [(r.source_key, bytes(r.row_key), r.source_columns) for r in STEPS.rows(connection, "rows", values)]
    rewrite_landing(rows)
    with begin(Role.DUTIES) as connection:
        left = STEPS.one(connection, "left", values) + still_landed(rows)
        if left:
            raise Unverified(f"plan {plan.id}: {left} places still hold what it destroyed; nothing was marked verified")
        STEPS.run(connection, "mark", values | {"state": "verified"})
        record(connection, Kind.DESTRUCTION_VERIFIED, at=at, edition=plan.edition, refs={"plan": plan.id})
