"""What of somebody's data a destruction leaves: what a case needs, and what a law wants kept (Law 18(2))."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.duties.retention.scopes import ruled
from include.duties.rights.model import Kept
from include.law import Edition, edition_named
from include.store.sql import Steps
from include.systems.maps import all_maps
from include.systems.model import System
from include.systems.retention import cutoff

__all__ = ["HOLD", "Destroyed", "by_law", "destroyed"]

STEPS = Steps("include.duties.rights", "rights.sql")
HOLD = "Law 18(2)(b)"
"""The article by which what a case needs stays."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """How a destruction that a person asked for stands."""

    done: bool
    """Whether nothing more goes for now: the rest is kept."""
    kept: tuple[Kept, ...] = ()


def destroyed(
    connection: Connection, destruction: UUID, at: datetime, settings: Mapping[str, str] = os.environ
) -> Destroyed:
    """Say how a destruction stands at `at` (UTC), over the register and every mapped system.

    It is done once the register let go, or a hold keeps the person there, and no system is still to be looked at but
    those where a hold keeps them.
    """
    (row,) = STEPS.rows(connection, "destroyed", {"id": destruction})
    waiting, held = set(row.waiting), set(row.held_systems)
    if not (row.closed or row.held) or waiting - held:
        return Destroyed(done=False)
    kept = [Kept("legal_hold", HOLD, int(row.points))] if row.held else []
    kept += [Kept("legal_hold", HOLD)] if held & waiting and not kept else []
    plans = STEPS.rows(connection, "plans", {"request": str(destruction)})
    systems = {system.key: system for system in all_maps(settings)} if plans else {}
    for plan in plans:
        if plan.system in systems and plan.scope.get("masked"):
            kept += by_law(systems[plan.system], plan.scope["masked"], edition_named(plan.edition), at)
    return Destroyed(done=True, kept=tuple(kept))


def by_law(system: System, masked: Mapping[str, int], edition: Edition, at: datetime) -> tuple[Kept, ...]:
    """Name the laws that keep rows of a system, each with the rows of the tables that it is about: a row once.

    Of such a row only what the law wants is left. `masked` are rows that stay, by table. Rows of a table that no law
    keeps stay without anything of the person, because others hang on them: they are not counted.
    """
    counts, ends = Counter[str](), dict[str, datetime]()
    for each in ruled(system, edition):
        if each.rule.statute and (count := masked.get(each.table.name, 0)):
            end = at + (at - cutoff(each.rule, edition, at))
            counts[each.rule.article] += count
            ends[each.rule.article] = max(end, ends.get(each.rule.article, end))
    return tuple(Kept("statute", article, count, ends[article]) for article, count in counts.items())
