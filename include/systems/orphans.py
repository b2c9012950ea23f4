"""Rows without the only one who could hold them: what a destruction must not leave behind."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, FromClause, Select, Table, exists, func, literal, not_, select

from include.systems.graph import one_holder
from include.systems.model import Edge, EdgeKind, System
from include.systems.reflecting import Reflected

__all__ = ["orphans"]


def orphans(connection: Connection, system: System, reflected: Reflected) -> dict[str, int]:
    """Count, by table, the rows that are owned or derived and point at a holder that is not there.

    Only where the database itself does not see to that: its own references cannot lead to nothing.
    """
    found = dict[str, int]()
    for edge in _unguarded(system, reflected):
        target, holder = reflected.tables[edge.target.table], reflected.tables[edge.holder.table].alias()
        count = int(connection.execute(_without_holder(edge, target, holder)).scalar_one())
        found[edge.target.table] = found.get(edge.target.table, 0) + count
    return found


def _unguarded(system: System, reflected: Reflected) -> Iterator[Edge]:
    guarded = {(name, other) for name, other in reflected.references}
    for edge in system.edges:
        owned = edge.kind in (EdgeKind.OWNED, EdgeKind.DERIVED) and one_holder(system, edge)
        if owned and (edge.target.table, edge.holder.table) not in guarded:
            yield edge


def _without_holder(edge: Edge, target: Table, holder: FromClause) -> Select[int]:
    pairs = zip(edge.target.columns, edge.holder.columns, strict=True)
    there = exists(select(literal(1)).where(*(target.c[a] == holder.c[b] for a, b in pairs)))
    points = [target.c[column].isnot(None) for column in edge.target.columns]
    return select(func.count()).select_from(target).where(*points, not_(there))
