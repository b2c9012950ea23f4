"""The night's work over every other system: plan what is due, carry out what is allowed, look again."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from include.duties.archives.ending import end_archives
from include.duties.archives.sealing import Unreadable
from include.duties.certificates import certify_verified
from include.duties.destruction.actions import Unverified, allow, reject
from include.duties.holds import Standstill, standing
from include.duties.retention.carrying import carry_out
from include.duties.retention.model import Enforced, Plan, Proposed
from include.duties.retention.pace import RHYTHM, Rhythm
from include.duties.retention.planning import open_plans, propose, write_down
from include.errors import MayBeRetried, NeverRetry
from include.store import Role, advisory_lock, begin
from include.systems import System
from include.systems.connecting import SystemAway, address_of, connected, in_one_go
from include.systems.maps import all_maps

__all__ = ["Incomplete", "carry_out_allowed", "decide_all", "enforce", "plan_due", "preview"]

log = logging.getLogger("amanah.retention")
BACKWARDS = timedelta(hours=1)


class Incomplete(NeverRetry):
    """Raised at the end of a run in which a system could not be planned or a plan not be carried out, naming each."""


def enforce(
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    *,
    by_hand: bool = False,
    dry_run: bool = False,
    rhythm: Rhythm = RHYTHM,
) -> Enforced:
    """Plan what the rules make due at `at` (UTC), carry out what may go by itself, and say what waits for an officer.

    A dry run says what is due and writes nothing. A system that is away, or whose map is unfit, hides no other: the run
    ends with MayBeRetried or Incomplete once the others are done.
    """
    planned = plan_due(at, settings, by_hand=by_hand, dry_run=dry_run)
    if dry_run:
        return planned
    done = carry_out_allowed(at, settings, rhythm)
    return Enforced(planned.counts | done, planned.halted)


def preview(at: datetime, settings: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Say what would be due at any moment (`at`, UTC) by the edition in force then, rule by rule; write nothing."""
    rows = list[dict[str, Any]]()
    for system in all_maps(settings):
        for each in _proposed(system, at, settings):
            rows.append(
                {"system": each.system, "table": each.table, "rule": each.rule, "edition": each.edition,
                 "before": each.cutoff.isoformat(), "remarks": list(each.remarks)} | each.counts
            )  # fmt: skip
    return rows


def plan_due(
    at: datetime, settings: Mapping[str, str] = os.environ, *, by_hand: bool = False, dry_run: bool = False
) -> Enforced:
    """Plan what the rules make due at `at` (UTC); return counts, and the plans that wait, by id and hash."""
    counts, halted = Counter[str](planned=0, halted=0, rows=0, masked=0, held=0), dict[str, dict[str, Any]]()
    troubles = list[Exception]()
    if not dry_run:
        _see_that_time_goes_forward(at)
    for system in all_maps(settings):
        try:
            for each in _proposed(system, at, settings):
                counts.update({name: each.counts[name] for name in ("rows", "masked", "held")})
                if dry_run:
                    counts["planned"] += 1
                    continue
                with begin(Role.DUTIES) as store:
                    advisory_lock(store, "destruction")
                    plan = write_down(store, each, at, by_hand=by_hand)
                counts["halted" if plan.state == "halted" else "planned"] += 1
        except (SystemAway, NeverRetry) as error:
            troubles.append(_of(system.key, error))
            log.warning("%s", troubles[-1])
    if not dry_run:
        with begin(Role.DUTIES) as store:
            halted = {str(plan.id): _shown(plan) for plan in open_plans(store) if plan.state == "halted"}
    _raise(troubles)
    return Enforced(dict(counts), tuple(halted.values()))


def carry_out_allowed(
    at: datetime, settings: Mapping[str, str] = os.environ, rhythm: Rhythm = RHYTHM
) -> dict[str, int]:
    """Carry out every plan that is allowed, or was begun, and look again; large ones in batches. Return counts."""
    done, troubles = Counter[str](destroyed=0, replaced=0), list[Exception]()
    systems = {system.key: system for system in all_maps(settings)}
    with begin(Role.DUTIES) as store:
        plans = [plan for plan in open_plans(store) if plan.state != "halted"]
    plans.sort(key=lambda plan: not plan.begun)  # what was cut short ends first: nobody else takes its rows
    for number, plan in enumerate(plans, 1):
        log.info("%s of %s: plan %s over %s, %s rows", number, len(plans), plan.id, plan.system, plan.counts["rows"])
        try:
            if plan.system not in systems:
                raise NeverRetry(f"no data map is of {plan.system} any more, and plan {plan.id} waits for it")
            with in_one_go():
                rows = carry_out(plan, systems[plan.system], at, settings, rhythm)
        except (Standstill, Unverified):
            raise
        except (SystemAway, NeverRetry) as error:
            troubles.append(_of(plan.system, error))
            continue
        done.update({"replaced": 1} if rows is None else {"destroyed": rows})
    try:
        done.update(end_archives(at))
    except Unreadable as error:
        troubles.append(error)
    done["certificates"] = certify_verified(settings)
    _raise(troubles)
    return dict(done)


def decide_all(plans: Sequence[Mapping[str, Any]], *, allowed: bool, login: str, at: datetime) -> dict[str, int]:
    """Allow or reject plans as an officer was shown them, each by its hash; return how many were decided.

    A plan that is no longer as it was shown is left as it is.
    """
    done, verb = Counter[str](decided=0, moved=0), allow if allowed else reject
    for plan in plans:
        try:
            verb(UUID(plan["plan"]), plan["hash"], by="dpo", login=login, at=at)
            done["decided"] += 1
        except NeverRetry as error:
            log.warning("plan %s: %s", plan["plan"], error)
            done["moved"] += 1
    return dict(done)


def _proposed(system: System, at: datetime, settings: Mapping[str, str]) -> list[Proposed]:
    if not any(table.retention for table in system.tables):
        return []
    with begin(Role.DUTIES) as store:
        holds = standing(store)
    with in_one_go(), connected(address_of(system, settings)) as connection:
        return list(propose(connection, system, at, holds))


def _see_that_time_goes_forward(at: datetime) -> None:
    """Raise NeverRetry where the clock stands behind a plan that was made: by it, nothing or too much would be due."""
    with begin(Role.DUTIES) as store:
        last = store.execute(text("select max(planned_at) from duties.destruction")).scalar_one()
    if last is not None and at < last - BACKWARDS:
        raise NeverRetry(
            f"the clock says {at:%Y-%m-%d %H:%M} UTC, and a plan was made at {last:%Y-%m-%d %H:%M}: "
            "set the clock right; nothing was planned"
        )


def _shown(plan: Plan) -> dict[str, Any]:
    """Give what an officer sees of a plan: ids, codes and counts."""
    scope = plan.scope
    return {
        "plan": str(plan.id), "hash": plan.hash.hex(), "system": plan.system, "rule": plan.rule,
        "before": scope["cutoff"], "tables": scope["tables"], "masked": {**scope["masked"], **scope.get("emptied", {})},
        "held": scope["held"],
        "why": scope["why"], "edition": plan.edition, "archives": scope.get("archives_first", False),
        "remarks": scope["remarks"],
    }  # fmt: skip


def _of(system: str, error: SystemAway | NeverRetry) -> SystemAway | NeverRetry:
    """Say of which system a trouble is, where it does not."""
    told = str(error)
    kind = SystemAway if isinstance(error, SystemAway) else NeverRetry
    return kind("\n".join(line if line.startswith(f"{system}:") else f"{system}: {line}" for line in told.splitlines()))


def _raise(troubles: list[Exception]) -> None:
    if not troubles:
        return
    told = "\n".join(map(str, troubles))
    if all(isinstance(trouble, SystemAway) for trouble in troubles):
        raise MayBeRetried(told)
    raise Incomplete(told)
