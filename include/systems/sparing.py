"""Giving back, of the rows that were reached, all that somebody else still holds, until nothing changes."""

from __future__ import annotations

from collections import deque
from typing import Any

from sqlalchemy import ColumnElement, Delete, and_, delete, exists, literal, not_, or_, select, update

from include.systems.graph import goes_with, in_order, leads_back, one_holder
from include.systems.keysets import OWNED, ROOT, SHELL, STATUTE, Keysets, same
from include.systems.model import Edge, EdgeKind, System

__all__ = ["HOLDING", "spare"]

HOLDING = (EdgeKind.OWNED, EdgeKind.SHARED)
"""Kinds by which a holder who stays keeps a row."""
SUPPORTED = 9


def spare(sets: Keysets, *, some_stay: bool) -> None:
    """Take out the rows that somebody else holds, and what hung on these; `some_stay` where rows of the sets are kept.

    What is left is the largest set that nobody else holds anything of and in which every row hangs on one that it all
    began with: rows that hold only each other do not hold each other up.
    """
    edges = in_order(edge for edge in sets.system.edges if goes_with(edge))
    certain = frozenset[str]() if some_stay else _certain(sets.system)
    tables = list(dict.fromkeys(edge.target.table for edge in edges if edge.target.table not in certain))
    while True:
        waiting = deque(tables)
        while waiting:
            name = waiting.popleft()
            if sets.connection.execute(_sparing(sets, name)).rowcount:
                below = [edge.target.table for edge in edges if edge.holder.table == name]
                waiting += dict.fromkeys(table for table in below if table not in waiting)
        if not leads_back(edges) or not _unsupported(sets, edges):
            return


def _certain(system: System) -> frozenset[str]:
    """The tables whose rows have one holder each, who goes for certain: nobody else can have them."""
    certain = {table.name for table in system.subjects}
    certain -= {edge.target.table for edge in system.edges if goes_with(edge)}
    while True:
        more = set()
        for table in system.tables:
            held_by = [edge for edge in system.edges if goes_with(edge) and edge.target.table == table.name]
            if table.name not in certain and len(held_by) == 1 and _certainly(system, held_by[0], certain):
                more.add(table.name)
        if not more:
            return frozenset(certain)
        certain |= more


def _certainly(system: System, edge: Edge, certain: set[str]) -> bool:
    return edge.kind in HOLDING and one_holder(system, edge) and edge.holder.table in certain


def _sparing(sets: Keysets, name: str) -> Delete:
    going = sets.of(name)
    into = [edge for edge in sets.system.edges if goes_with(edge) and edge.target.table == name]
    kept = [_held(sets, edge, by_who_goes=False) for edge in into if edge.kind in HOLDING]
    forced = [_held(sets, edge, by_who_goes=True) for edge in into if edge.kind not in HOLDING]
    stays = and_(or_(*kept), not_(or_(*forced))) if kept and forced else or_(*kept) if kept else not_(or_(*forced))
    if kept and forced:  # reached by way of somebody who stays after all
        hung = [_held(sets, edge, by_who_goes=True) for edge in into if edge.kind in HOLDING]
        stays = or_(stays, not_(or_(*forced, *hung)))
    return delete(going).where(going.c.relation == OWNED, stays)


def _held(sets: Keysets, edge: Edge, *, by_who_goes: bool) -> ColumnElement[bool]:
    """Say of a row that may go that this edge gives it a holder who stays, or one who goes."""
    target, holder = sets.tables[edge.target.table].alias(), sets.tables[edge.holder.table].alias()
    going, leaving = sets.of(edge.target.table), sets.of(edge.holder.table).alias()
    key = sets.system.table(edge.holder.table).key
    leaves = exists(
        select(literal(1)).select_from(leaving).where(same(leaving, holder, key), leaving.c.relation < STATUTE)
    )
    held = select(literal(1)).select_from(target).join(
        holder, same(target, holder, edge.target.columns, edge.holder.columns)
    )  # fmt: skip
    mine = same(target, going, sets.system.table(edge.target.table).key)
    return exists(held.where(mine, leaves if by_who_goes else not_(leaves)).correlate(going))


def _unsupported(sets: Keysets, edges: tuple[Edge, ...]) -> int:
    """Take out what no way leads to any more from where it all began; return how many rows."""
    ways = [edge for edge in edges if sets.has(edge.holder.table) and sets.has(edge.target.table)]
    while sum(_support(sets, edge) for edge in ways):
        pass
    taken = 0
    for name in {edge.target.table for edge in ways}:
        rows = sets.of(name)
        taken += sets.connection.execute(delete(rows).where(rows.c.relation == OWNED)).rowcount
        sets.connection.execute(update(rows).where(rows.c.relation == SUPPORTED).values(relation=OWNED))
    return taken


def _support(sets: Keysets, edge: Edge) -> int:
    target, holder = sets.tables[edge.target.table].alias(), sets.tables[edge.holder.table].alias()
    rows, by = sets.of(edge.target.table), sets.of(edge.holder.table).alias()
    mine = same(target, rows, sets.system.table(edge.target.table).key)
    led: Any = (
        select(literal(1))
        .select_from(target)
        .join(holder, same(target, holder, edge.target.columns, edge.holder.columns))
        .join(by, same(by, holder, sets.system.table(edge.holder.table).key))
        .where(mine, by.c.relation.in_((ROOT, SHELL, SUPPORTED)))
        .correlate(rows)
    )
    statement = update(rows).where(rows.c.relation == OWNED, exists(led)).values(relation=SUPPORTED)
    return int(sets.connection.execute(statement).rowcount)
