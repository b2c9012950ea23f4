"""Carrying a plan out in its system: what was planned and nothing else, and looked at again by another path."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from include.duties.archives.keeping import Archiving, bring_in, see_what_went
from include.duties.backups.after_deletion import days_after_deletion
from include.duties.destruction.actions import Unverified
from include.duties.holds import Hold, see_that_nothing_stands_still, standing
from include.duties.retention.batches import in_batches, is_large
from include.duties.retention.model import Plan, counted
from include.duties.retention.pace import RHYTHM, Rhythm
from include.duties.retention.planning import mark, note
from include.duties.retention.scopes import Ruled, kept_of, still_due
from include.duties.retention.verifying import left
from include.errors import NeverRetry
from include.evidence import Kind
from include.law import edition_named
from include.store import Role, advisory_lock, begin
from include.systems import Forgetting, Moved, System, forget, plan
from include.systems.connecting import address_of, connected
from include.systems.files import destroy_files
from include.systems.keeping import Kept
from include.systems.model import Fate

__all__ = ["carry_out"]

log = logging.getLogger("amanah.retention")


def carry_out(
    planned: Plan, system: System, at: datetime, settings: Mapping[str, str], rhythm: Rhythm = RHYTHM
) -> int | None:
    """Destroy what a plan names and look again; return how many rows went, or None where it no longer fits.

    That rows begin to go is written down first. What goes is what was planned, by its hash: in one transaction of the
    system, a large plan in batches. A plan whose rows are others by now is replaced, or ends with what was done of it,
    and what is left is planned anew by the next run. Raises Standstill where
    destruction stands still, SystemAway where the system is away, and Unverified where anything is left.
    """
    each, fresh = ruled_of(planned, system), planned.state == "planned"
    if fresh:
        days_after_deletion(system, at, settings)  # where that is too long nothing begins
        holds = _begin(planned, at)
        address, base = address_of(system, settings), settings.get(system.files or "")
        if is_large(planned, rhythm):
            done = in_batches(planned, each, at, address, base, rhythm)
        else:
            with connected(address) as connection:
                done = _forget(connection, planned, each, at, holds, base)
        archived = _see_what_went(planned, each, at, settings)
        if done is None:
            with begin(Role.DUTIES) as store:
                mark(store, planned, "replaced", at, Kind.DESTRUCTION_REPLACED)
            log.info("plan %s over %s no longer fits its rows and is planned anew", planned.id, planned.system)
            return None
        planned = replace(done, scope=done.scope | {"archived": archived}) if archived else done
        with begin(Role.DUTIES) as store:
            mark(store, planned, "destroyed", at, Kind.DESTRUCTION_DONE)
    _verify(planned, each, at, settings, fresh=fresh)
    return planned.counts["rows"]


def ruled_of(planned: Plan, system: System) -> Ruled:
    """Give the table and rule of a plan, as its map has them now. Raises NeverRetry where they are gone."""
    names = {table.name: table for table in system.tables}
    table = names.get(planned.table)
    if table is None or table.retention != planned.rule.partition(":")[2]:
        raise NeverRetry(
            f"{system.key}: the map has no rule {planned.rule} any more, and plan {planned.id} waits for it; "
            "put it back, or reject the plan with `python -m include destruction reject`"
        )
    return Ruled(system, table, system.rule(str(table.retention)), edition_named(planned.edition))


def _begin(planned: Plan, at: datetime) -> tuple[Hold, ...]:
    """Write down that rows begin to go, before they do; return the holds that stand."""
    with begin(Role.DUTIES) as store:
        advisory_lock(store, "destruction")
        see_that_nothing_stands_still(store)
        first = store.execute(
            text("update duties.destruction set begun_at = :at where id = :id and begun_at is null"),
            {"id": planned.id, "at": at},
        ).rowcount
        if first:
            note(store, planned, Kind.DESTRUCTION_BEGUN, at)
        return standing(store)


def _forget(
    connection: Connection, planned: Plan, each: Ruled, at: datetime, holds: tuple[Hold, ...], base: str | None
) -> Plan | None:
    """Give the plan as it was done: less than was planned where another plan took some of it; None for nothing."""
    due, kept = still_due(connection, each, planned.cutoff, at), kept_of(connection, each, at, planned.cutoff, holds)
    files: Callable[[Kept, Forgetting], int] = partial(destroy_files, base=base)
    if each.rule.then is Fate.ARCHIVE:
        files = partial(
            bring_in,
            of=Archiving(planned.id, each.system, planned.rule, each.rule, each.edition, due, at, base),
        )
    try:
        done = forget(connection, each.system, due, kept, planned=planned.hash, names=planned.names, first=files)
    except Moved:
        return None
    if done.rows or done.masked or done.emptied:
        scope = planned.scope | {"tables": done.rows, "masked": done.masked, "emptied": done.emptied, "held": done.held}
        return replace(planned, counts=counted(done, planned.table), scope=scope)
    return planned if planned.begun else None  # killed after the system had kept its work, before that was written down


def _see_what_went(planned: Plan, each: Ruled, at: datetime, settings: Mapping[str, str]) -> int:
    """Keep the archives of rows that went, and no others; on a connection of its own, for the other one is closed."""
    if each.rule.then is not Fate.ARCHIVE:
        return 0
    with connected(address_of(each.system, settings)) as connection:
        return see_what_went(connection, planned.id, each.system, settings.get(each.system.files or ""), at)


def _verify(planned: Plan, each: Ruled, at: datetime, settings: Mapping[str, str], *, fresh: bool) -> None:
    """Look again, on a connection of its own and by another path. Raises Unverified.

    Right after the destruction a plan made again has to be empty too; later, rows may have come that nobody planned,
    and of a plan that ended early some are left.
    """
    with begin(Role.DUTIES) as store:
        holds = standing(store)
    with connected(address_of(each.system, settings)) as connection:
        found = left(connection, each, planned, at)
        if fresh and not found and "left" not in planned.scope:
            kept = kept_of(connection, each, at, planned.cutoff, holds)
            again = plan(connection, each.system, still_due(connection, each, planned.cutoff, at), kept)
            found = again.rows | again.masked
    if found:
        told = "; ".join(f"{name}: {count}" for name, count in sorted(found.items()))
        raise Unverified(f"plan {planned.id} over {planned.system}: a second look still found {told}")
    with begin(Role.DUTIES) as store:
        mark(store, planned, "verified", at, Kind.DESTRUCTION_VERIFIED)
