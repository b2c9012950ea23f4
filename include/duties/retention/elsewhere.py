"""Whoever asks to be destroyed goes from every other system too: at once, and nothing but a hold or a law delays it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from include.duties.archives.ending import end_archives_of
from include.duties.backups.after_deletion import days_after_deletion
from include.duties.destruction.actions import Unverified
from include.duties.holds import IDENTITIES, keeping_of, see_that_nothing_stands_still, standing
from include.duties.retention.model import Plan, counted
from include.duties.retention.planning import mark, note
from include.duties.retention.scopes import statutes
from include.errors import MayBeRetried, NeverRetry
from include.evidence import Kind
from include.law import edition_for
from include.store import Role, advisory_lock, begin
from include.systems import Forgetting, Keeping, Subjects, System, find, forget
from include.systems.connecting import SystemAway, address_of, connected, in_one_go
from include.systems.files import destroy_files
from include.systems.keeping import Kept
from include.systems.maps import all_maps

__all__ = ["destroy_elsewhere", "kept_from", "note_who_asked", "people_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person who asked, as another system may know them."""

    request: UUID
    system: str
    identities: tuple[tuple[str, str], ...] = field(repr=False)


def note_who_asked(connection: Connection, at: datetime, systems: Iterable[str]) -> int:
    """Write down by which contacts those who asked are known, before the register lets go of them; return how many."""
    keys = list(systems)
    if not keys:
        return 0
    return connection.execute(
        text("""
            insert into duties.elsewhere (request_id, system, kind, value, since)
            select request.id, mapped.key, known.kind, known.value, :at
              from duties.destruction_request request
             cross join unnest(cast(:keys as text[])) mapped (key)
             cross join lateral (
                   select point.kind, point.normalised from register.contact_point point
                    where point.subject_id = request.subject_id and point.kind in ('email', 'phone')
                      and point.normalised is not null
                   union
                   select own.kind, own.value from duties.own_contact own where own.subject_id = request.subject_id
                   ) known (kind, value)
             where request.closed_at is null
            on conflict do nothing
        """),
        {"keys": keys, "at": at},
    ).rowcount


def destroy_elsewhere(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Destroy in every mapped system what is held of those who asked; return counts.

    Each system is planned, written down, destroyed and looked at again by itself. A system that is away hides no other:
    the run ends with MayBeRetried, and who asked stays written down until it has answered. Raises Unverified.
    """
    with in_one_go():
        return _destroy_all(at, settings)


def _destroy_all(at: datetime, settings: Mapping[str, str]) -> dict[str, int]:
    done, troubles = Counter[str](), list[Exception]()
    systems = {system.key: system for system in all_maps(settings)}
    _spread_over(list(systems))
    for asked in _asked():
        if asked.system not in systems:
            troubles.append(
                NeverRetry(f"no data map is of {asked.system} any more, and people asked to be destroyed there")
            )
            continue
        try:
            done[_destroy(asked, systems[asked.system], at, settings)] += 1
        except (SystemAway, NeverRetry) as error:
            if isinstance(error, Unverified):
                raise
            troubles.append(error)
    if troubles:
        told = "\n".join(dict.fromkeys(map(str, troubles)))
        away = all(isinstance(trouble, SystemAway) for trouble in troubles)
        raise MayBeRetried(told) if away else NeverRetry(told)
    return dict(done)


def _spread_over(systems: list[str]) -> None:
    """Put each system in the place of those that were not known while the maps could not be read."""
    with begin(Role.DUTIES) as store:
        store.execute(
            text("""
                insert into duties.elsewhere (request_id, system, kind, value, since)
                select request_id, mapped.key, kind, value, since
                  from duties.elsewhere cross join unnest(cast(:keys as text[])) mapped (key) where system = '*'
                on conflict do nothing
            """),
            {"keys": systems},
        )
        store.execute(text("delete from duties.elsewhere where system = '*'"))


def _asked() -> list[Asked]:
    with begin(Role.DUTIES) as store:
        rows = store.execute(
            text("""
                select request_id, system, array_agg(array[kind, value] order by kind, value) as known
                  from duties.elsewhere group by request_id, system order by min(since), request_id, system
            """)
        )
        return [Asked(r.request_id, r.system, tuple((kind, value) for kind, value in r.known)) for r in rows]


def _destroy(asked: Asked, system: System, at: datetime, settings: Mapping[str, str]) -> str:
    """Destroy one person in one system; return what became of it: `nobody`, `destroyed` or `held`."""
    archived = end_archives_of(system.key, asked.identities, asked.request, at)
    became = _destroy_there(asked, system, at, settings, held=bool(archived.held))
    return "destroyed" if became == "nobody" and archived.destroyed + archived.shortened else became


def _destroy_there(asked: Asked, system: System, at: datetime, settings: Mapping[str, str], *, held: bool) -> str:
    days_after_deletion(system, at, settings)  # where that is too long nothing begins
    address, base = address_of(system, settings), settings.get(system.files or "")
    with begin(Role.DUTIES) as store:
        holds = standing(store)
    planned = list[Plan]()

    def first(staying: Kept, found: Forgetting) -> None:
        if found.rows or found.masked or found.emptied:
            planned.append(_write_down(asked, system, at, found))
            destroy_files(staying, found, base)

    with connected(address) as connection:
        people, kept = people_of(connection, system, asked.identities), kept_from(connection, system, at, holds)
        done = [forget(connection, system, who, kept, first=first) for who in people]
    if not planned:
        return _end(asked, at, held=held or any(one.held for one in done))
    with begin(Role.DUTIES) as store:
        for one in planned:
            mark(store, one, "destroyed", at, Kind.DESTRUCTION_DONE)
    return _end(asked, at, held=_look_again(asked, system, address) or held)


def people_of(connection: Connection, system: System, identities: Iterable[tuple[str, str]]) -> list[Subjects]:
    """Find the people of a system who have any of these contacts, each by kind and value."""
    found = dict[tuple[str, tuple[Any, ...]], None]()
    for kind, value in identities:
        for some in find(connection, system, {IDENTITIES[kind]: value}):
            found |= dict.fromkeys((some.table, tuple(row)) for row in some.rows)  # type: ignore[union-attr]
    by_table = dict[str, list[tuple[Any, ...]]]()
    for table, row in found:
        by_table.setdefault(table, []).append(row)
    return [Subjects(table, rows) for table, rows in by_table.items()]


def kept_from(connection: Connection, system: System, at: datetime, holds: tuple[Any, ...]) -> Keeping:
    """Say what stays in a system at `at` (UTC) although its people asked: what holds and what statutes keep."""
    kept = keeping_of(connection, system, holds)
    return Keeping(kept.people, (*kept.rows, *statutes(system, edition_for(system.jurisdiction, at), at)))


def _write_down(asked: Asked, system: System, at: datetime, found: Forgetting) -> Plan:
    """Write down that rows begin to go, before they do: what a person asked for themselves is allowed by that."""
    edition = edition_for(system.jurisdiction, at).name
    scope = {
        "tables": found.rows, "masked": found.masked, "emptied": found.emptied, "held": found.held,
        "request": str(asked.request),
    }  # fmt: skip
    made = Plan(uuid4(), system.key, "", "planned", found.hash, edition, scope, counted(found, ""), begun=True)
    with begin(Role.DUTIES) as store:
        advisory_lock(store, "destruction")
        see_that_nothing_stands_still(store)
        store.execute(
            text("""
                insert into duties.destruction
                       (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, begun_at, system,
                        scope)
                values (:id, 'request', :hash, cast(:counts as jsonb), 'subject', :edition, 'planned', :at, :at,
                        :system, cast(:scope as jsonb))
            """),
            {"id": made.id, "hash": made.hash, "counts": json.dumps(made.counts), "edition": edition, "at": at,
             "system": system.key, "scope": json.dumps(scope)},
        )  # fmt: skip
        note(store, made, Kind.DESTRUCTION_BEGUN, at)
    return made


def _look_again(asked: Asked, system: System, address: str) -> bool:
    """Look for the person again, on a connection of its own; return whether a hold keeps them. Raises Unverified."""
    with begin(Role.DUTIES) as store:
        holds = standing(store)
    with connected(address) as connection:
        left = people_of(connection, system, asked.identities)
        held = {(some.table, tuple(row)) for some in keeping_of(connection, system, holds).people for row in some.rows}  # type: ignore[union-attr]
    still = [(some.table, row) for some in left for row in some.rows if (some.table, tuple(row)) not in held]  # type: ignore[union-attr]
    if still:
        raise Unverified(f"request {asked.request} in {system.key}: a second look still found {len(still)} row(s)")
    return bool(left)


def _end(asked: Asked, at: datetime, *, held: bool) -> str:
    """Let go of the contacts once the system has nothing more of the person; under a hold they wait for its release."""
    with begin(Role.DUTIES) as store:
        begun = store.execute(
            text("""
                select id, system, plan_hash, edition, scope, counts, state from duties.destruction
                 where system = :system and rule is null and not scope ? 'archives' and scope ->> 'request' = :request
                   and state in ('planned', 'destroyed')
            """),
            {"system": asked.system, "request": str(asked.request)},
        )
        for r in begun.all():
            open_plan = Plan(r.id, r.system, "", r.state, bytes(r.plan_hash), r.edition, r.scope, r.counts, True)
            if r.state == "planned":  # killed after the system had kept its work, before that was written down
                mark(store, open_plan, "destroyed", at, Kind.DESTRUCTION_DONE)
            mark(store, open_plan, "verified", at, Kind.DESTRUCTION_VERIFIED)
        if held:
            return "held"
        store.execute(
            text("delete from duties.elsewhere where request_id = :request and system = :system"),
            {"request": asked.request, "system": asked.system},
        )
        return "destroyed" if begun.rowcount else "nobody"
