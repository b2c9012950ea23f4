"""Plan, destroy, look again: one plan at a time, resumed where a run was cut short (promises 4 and 7)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from include.channels.model import PROMOTIONAL
from include.duties.backups.noting import note, write_down
from include.duties.destruction.planning import STEPS, hash_of_scope, plan_due
from include.duties.destruction.rewriting import rewrite_landing, still_landed
from include.duties.notice.actions import phone_channel, plan_notices
from include.errors import NeverRetry
from include.evidence import Kind, leaf, record
from include.intake.progress import stages
from include.store import Role, advisory_lock, begin, key_version, keyed

__all__ = ["Unverified", "allow", "destroy_due", "reject"]

PLANNED_AGAIN = 3
"""So often a plan is made anew in one run, where what it names grew or shrank before it was carried out."""


class Unverified(NeverRetry):
    """A second look still found what a plan had destroyed: a person must look before anything else is trusted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as it stands: its id and what remains to be done with it."""

    id: UUID
    state: str
    edition: str


def destroy_due(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Destroy the data of everybody who asked for it, and of those whose notice ran out at `at` (UTC).

    These were told and silent, unreachable, or could not be told in time. Plans what is due, one plan for each edition,
    then carries out every plan that is allowed and not yet verified. A plan over the edition's blast radius halts until
    `allow`; what people asked for themselves never does. Returns counts of plans and subjects. Raises Unverified once
    every plan was carried out: what is left of one holds up nobody else's.
    """
    write_down()
    _open_what_is_owed(at)
    unverified: dict[UUID, Unverified] = {}
    done = {"planned": 0, "destroyed": 0, "halted": 0}
    for _ in range(PLANNED_AGAIN):
        with begin(Role.DUTIES) as connection:
            advisory_lock(connection, "destruction")
            done["planned"] += plan_due(connection, at, phone_channel(settings) is not None)
        plans = _open_plans()
        done["halted"] = sum(plan.state == "halted" for plan in plans)
        fates = [_carry_out(plan, at, unverified) for plan in plans if plan.state != "halted"]
        done["destroyed"] += sum(subjects for subjects in fates if subjects is not None)
        if None not in fates:
            break
    for error in unverified.values():
        raise error
    return done


def _open_what_is_owed(at: datetime) -> None:
    """See that all which is held of those who asked has its notice: by these the sources of a plan are named."""
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "expired", {"at": at, "promotional": sorted(PROMOTIONAL)})
        waiting = STEPS.one(connection, "waiting")
    if waiting:
        plan_notices(at)


def allow(plan: UUID, plan_hash: str, *, by: str, at: datetime, login: str | None = None) -> None:
    """Allow a halted plan, by its hash: what was shown is what will be destroyed.

    Raises NeverRetry where the plan is not halted or its hash is another.
    """
    _decide(plan, plan_hash, "planned", Kind.DESTRUCTION_ALLOWED, by=by, at=at, login=login)


def reject(plan: UUID, plan_hash: str, *, by: str, at: datetime, login: str | None = None) -> None:
    """Reject a halted plan, by its hash: nothing of it is destroyed; what is due by then is planned anew later.

    Raises NeverRetry where the plan is not halted or its hash is another.
    """
    _decide(plan, plan_hash, "rejected", Kind.DESTRUCTION_REJECTED, by=by, at=at, login=login)


def _decide(plan: UUID, plan_hash: str, state: str, kind: Kind, *, by: str, at: datetime, login: str | None) -> None:
    with begin(Role.DUTIES) as connection:
        decided = connection.execute(
            text("""
                update duties.destruction set state = :state, allowed_by = :by
                 where id = :id and state = 'halted' and encode(plan_hash, 'hex') = :hash
            """),
            {"id": plan, "hash": plan_hash.lower(), "by": by, "state": state},
        ).rowcount
        if not decided:
            raise NeverRetry("no halted plan has this id and hash; look at the plan again with `status`")
        record(
            connection,
            kind,
            at=at,
            refs={"plan": plan},
            codes={"actor": by},
            hashes={"plan": bytes.fromhex(plan_hash)} | ({"actor": keyed("login", login)} if login else {}),
        )


def _open_plans() -> list[Plan]:
    with begin(Role.DUTIES) as connection:
        rows = connection.execute(
            text("""
                select id, state, edition from duties.destruction
                 where system is null and state in ('planned', 'halted', 'destroyed') order by planned_at, id
            """)
        )
        return [Plan(row.id, row.state, row.edition) for row in rows]


def _carry_out(plan: Plan, at: datetime, unverified: dict[UUID, Unverified]) -> int | None:
    """Destroy and verify; return how many subjects went, or None where the plan no longer fits and was replaced.

    A plan that leaves something is put into `unverified`.
    """
    subjects: int | None = 0
    if plan.state == "planned":
        with stages(f"destroying what plan {plan.id} names"):
            subjects = _destroy(plan, at)
    if subjects is not None:
        try:
            _verify(plan, at)
        except Unverified as error:
            unverified[plan.id] = error
    return subjects


def _destroy(plan: Plan, at: datetime) -> int | None:
    """Destroy a plan's targets in the register and the outbox, and remember their keyed hashes, in one transaction.

    What is destroyed is what was planned, by its hash: a plan whose points are others by now is replaced instead.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")
        values = {"plan": plan.id, "at": at, "lowest": key_version(), "edition": plan.edition}
        values |= {"promotional": sorted(PROMOTIONAL)}
        if _state(connection, plan) != "planned":
            return 0  # another run was quicker
        STEPS.run(connection, "targets")
        STEPS.run(connection, "recall", values)
        STEPS.run(connection, "scope")
        planned = connection.execute(text("select plan_hash from duties.destruction where id = :plan"), values)
        plan_hash = bytes(planned.scalar_one())
        if plan_hash != hash_of_scope(connection):
            STEPS.run(connection, "mark", values | {"state": "replaced"})
            return None
        leaves = [leaf(point=row.id) for row in STEPS.rows(connection, "hashed")]
        size = dict(STEPS.rows(connection, "size")[0]._mapping)
        size.pop("all_subjects")
        size["subjects"] = STEPS.one(connection, "going")
        STEPS.run(connection, "doomed_own", values)
        STEPS.run(connection, "gone_keys")
        suppressed = STEPS.run(connection, "suppress", values)
        note(connection, plan.id, at)
        for step in ("expire", "destroy", "orphans", "answered"):
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


def _state(connection: Connection, plan: Plan) -> str:
    """Say how the plan stands now, and let nobody else change that until this unit of work ends."""
    return str(STEPS.rows(connection, "state", {"plan": plan.id})[0].state)


def _verify(plan: Plan, at: datetime) -> None:
    """Take the rows out of the landing files, then look everywhere again, by another path."""
    write_down()
    values = {"plan": plan.id, "at": at}
    with begin(Role.DUTIES) as connection:
        rows = [(r.source_key, bytes(r.row_key), r.source_columns) for r in STEPS.rows(connection, "rows", values)]
    rewrite_landing(rows)
    with begin(Role.DUTIES) as connection:
        if _state(connection, plan) != "destroyed":
            return
        left = STEPS.one(connection, "left", values) + still_landed(rows)
        if left:
            raise Unverified(f"plan {plan.id}: {left} places still hold what it destroyed; nothing was marked verified")
        STEPS.run(connection, "mark", values | {"state": "verified"})
        record(connection, Kind.DESTRUCTION_VERIFIED, at=at, edition=plan.edition, refs={"plan": plan.id})
