"""What is to be destroyed, named exactly before anything is: one plan for each edition (promise 7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from include.duties.notice.calendar import HOME
from include.evidence import Kind, record
from include.law import Edition, edition_for, edition_named
from include.store import copy_into
from include.store.sql import Steps

__all__ = ["STEPS", "beyond", "foresee", "hash_of_scope", "plan_due"]

STEPS = Steps("include.duties.destruction", "destruction.sql")
TARGET = ("notice_id", "subject_id", "source_key", "outcome")


def plan_due(connection: Connection, at: datetime, by_phone: bool) -> int:
    """Plan what people asked for, and what is due at `at` (UTC): one plan for each edition. Return how many."""
    planned = 0
    for name, rows in _by_edition(STEPS.rows(connection, "requested")).items():
        _plan(connection, edition_named(name), rows, at, trigger="request")
        planned += 1
    if unlisted := [row.id for row in STEPS.rows(connection, "requested_own")]:
        plan = _plan(connection, edition_for(HOME, at), (), at, trigger="request", unlisted=len(unlisted))
        STEPS.run(connection, "claim", {"plan": plan, "requests": unlisted})
        planned += 1
    for step in ("nothing_left", "orphans", "close", "agreed"):
        STEPS.run(connection, step, {"at": at})
    for name, rows in _by_edition(STEPS.rows(connection, "due", {"at": at, "by_phone": by_phone})).items():
        edition = edition_named(name)
        kept = _exempt(connection, edition, rows, at)
        if due_now := [row for row in rows if row.id not in kept]:
            _plan(connection, edition, due_now, at, trigger="notice_clock")
            planned += 1
    return planned


def _by_edition(rows: Iterable[Any]) -> dict[str, list[Any]]:
    by_edition: dict[str, list[Any]] = {}
    for row in rows:
        by_edition.setdefault(row.edition, []).append(row)
    return by_edition


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


def _plan(
    connection: Connection, edition: Edition, rows: Iterable[Any], at: datetime, *, trigger: str, unlisted: int = 0
) -> UUID:
    """Write a plan down with its exact targets, and how many go besides whom no source names; return its id."""
    asked_for = trigger == "request"
    STEPS.run(connection, "targets")
    copy_into(connection, "target", TARGET, ((row.id, row.subject_id, row.source_key, row.outcome) for row in rows))
    STEPS.run(connection, "scope")
    plan_id, plan_hash = uuid4(), hash_of_scope(connection)
    size = dict(STEPS.rows(connection, "size")[0]._mapping)
    size["subjects"] += unlisted
    halted = beyond(edition, size["subjects"], size.pop("all_subjects")) and not asked_for
    connection.execute(
        text("""
            insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at)
            values (:id, :trigger, :hash, cast(:counts as jsonb), :allowed_by, :edition, :state, :at)
        """),
        {
            "id": plan_id,
            "trigger": trigger,
            "hash": plan_hash,
            "counts": json.dumps(size),
            "allowed_by": "nobody_yet" if halted else "subject" if asked_for else "edition",
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
    return plan_id


def foresee(connection: Connection, subject: UUID) -> dict[str, int]:
    """Count what of a person would go from the register if they asked now, by the scope of a plan; nothing is written.

    Returns contact points, listings that go whole, and contacts that they gave themselves.
    """
    STEPS.run(connection, "targets")
    STEPS.run(connection, "foreseen", {"subject": subject})
    STEPS.run(connection, "scope")
    size = STEPS.rows(connection, "size")[0]
    own = STEPS.one(connection, "own_of", {"subject": subject})
    _forget_scope(connection)
    return {"contact_point": size.contact_points, "listing": size.listings, "own_contact": own}


def beyond(edition: Edition, subjects: int, held: int) -> bool:
    """Say whether a plan is too large to go unattended: a runaway must stop before it destroys, not after."""
    rule = edition.destruction
    return subjects > rule.blast_radius_floor.value and subjects > rule.blast_radius.value * held


def hash_of_scope(connection: Connection) -> bytes:
    """Hash the exact points of a plan: approval binds to these and no others."""
    digest = hashlib.sha256()
    for row in STEPS.rows(connection, "hashed"):
        digest.update(row.id.to_bytes(8, "big"))
    return digest.digest()


def _forget_scope(connection: Connection) -> None:
    connection.execute(text("drop table target, doomed_point, doomed_listing"))
