"""A second look by another path: plain counts over the tables, not the sets that the destruction was made with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from include.duties.retention.model import Plan
from include.duties.retention.scopes import Ruled, still_due
from include.systems.masking import unmasked
from include.systems.model import Column
from include.systems.orphans import orphans
from include.systems.reflecting import reflect

__all__ = ["left"]


def left(connection: Connection, each: Ruled, planned: Plan, at: datetime) -> dict[str, int]:
    """Count what a plan should have taken and did not, by table; nothing where all is gone.

    Due rows that still stand and say something of a person are no more than the plan said that holds keep, and where it
    ended early than it did not take of its own; and no more rows than before stand without the only one who could hold
    them.
    """
    reflected = reflect(connection, each.system)
    table, due = reflected.tables[each.table.name], still_due(connection, each, planned.cutoff, at)
    stands = select(func.count()).select_from(table).where(due.where(table))
    if joined := _shell(each):
        stands = stands.where(unmasked(table, joined))
    allowed = int(planned.scope["held"].get(each.table.name, 0)) + int(planned.scope.get("left", 0))
    over = int(connection.execute(stands).scalar_one()) - allowed
    found = {each.table.name: max(0, over)}
    before = planned.scope.get("orphans", {})
    for name, count in orphans(connection, each.system, reflected).items():
        found[name] = found.get(name, 0) + max(0, count - int(before.get(name, 0)))
    return {name: count for name, count in found.items() if count}


def _shell(each: Ruled) -> list[Column]:
    """Give the columns that are emptied of a due row which a kept row points at; without any it goes whole."""
    ends = [end for edge in each.system.edges for end in (edge.holder, edge.target) if end.table == each.table.name]
    joined = {column for end in ends for column in end.columns}
    return [column for column in each.table.personal if column.name not in {*each.table.key, *joined}]
