"""Rows that stay and lose something: a holder who goes, or all that neither a law nor a kept row needs of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, literal, not_, select

from include.systems.keeping import Kept
from include.systems.keysets import SHELL, STATUTE, Keysets, same
from include.systems.masking import unmasked
from include.systems.model import Column, Edge, Strategy

__all__ = ["count_of", "deprived", "goes", "remains"]


def deprived(staying: Kept, edge: Edge, table: Table) -> ColumnElement[bool]:
    """Say of a row that it stays, and that a holder who goes is lost to it by this edge; no held row is touched."""
    sets = staying.sets
    holder, leaving = sets.tables[edge.holder.table].alias(), sets.of(edge.holder.table)
    own = sets.of(edge.target.table).alias()
    linked = select(literal(1)).select_from(holder).join(leaving, same(leaving, holder, _key(sets, edge.holder.table)))
    linked = linked.where(same(table, holder, edge.target.columns, edge.holder.columns), goes(leaving))
    gone = exists(select(literal(1)).select_from(own).where(same(own, table, _key(sets, edge.target.table)), goes(own)))
    lost = and_(exists(linked.correlate(table)), not_(gone))
    return and_(lost, not_(staying.untouched(edge.target.table, table))) if staying.what else lost


def remains(staying: Kept, name: str) -> Iterator[tuple[list[Column], ColumnElement[bool]]]:
    """Give the columns to be emptied of rows that stay for what points at them, or for a law that wants less."""
    sets, mapped = staying.sets, staying.sets.system.table(name)
    if not staying.what:
        return
    joined = {
        c for edge in sets.system.edges for end in (edge.holder, edge.target) if end.table == name for c in end.columns
    }
    said = [column for column in mapped.personal if column.name not in {*mapped.key, *joined}]
    rows, table = sets.of(name), sets.tables[name]

    def marked(relation: int) -> ColumnElement[bool]:
        mine = and_(same(rows, table, mapped.key), rows.c.relation == relation)
        return exists(select(literal(1)).select_from(rows).where(mine).correlate(table))

    if count_of(sets, name, lambda row: row.c.relation == SHELL):
        if said:
            yield said, and_(marked(SHELL), unmasked(table, said))
        for columns, gone in _pointers(sets, name, table):
            yield columns, and_(marked(SHELL), unmasked(table, columns), gone)
    for each in staying.columns(name):
        beyond = [column for column in said if column.name not in (each.columns or ())]
        if beyond and count_of(sets, name, lambda row: row.c.relation == STATUTE):
            yield beyond, and_(marked(STATUTE), each.where(table), unmasked(table, beyond))


def _pointers(sets: Keysets, name: str, table: Table) -> Iterator[tuple[list[Column], ColumnElement[bool]]]:
    """Give the columns of a shell by which it holds something that goes: what pointed at it has to be emptied."""
    mapped = sets.system.table(name)
    for edge in sets.system.edges:
        columns = set(edge.holder.columns) - set(mapped.key)
        if edge.holder.table != name or edge.pointing != "holder" or not columns or not sets.has(edge.target.table):
            continue
        target, going = sets.tables[edge.target.table].alias(), sets.of(edge.target.table).alias()
        there = select(literal(1)).select_from(target).join(going, same(going, target, _key(sets, edge.target.table)))
        gone = exists(
            there.where(same(target, table, edge.target.columns, edge.holder.columns), goes(going)).correlate(table)
        )
        emptied = [mapped.column(column).model_copy(update={"strategy": Strategy.NULL}) for column in sorted(columns)]
        yield emptied, gone


def _key(sets: Keysets, name: str) -> tuple[str, ...]:
    return sets.system.table(name).key


def goes(row: Any) -> ColumnElement[bool]:
    """Say of a row of the sets that it goes."""
    return and_(row.c.relation < SHELL)


def count_of(sets: Keysets, name: str, which: Any) -> int:
    """Count the rows of a table's set of which something holds."""
    rows = sets.of(name)
    return int(sets.connection.execute(select(func.count()).select_from(rows).where(which(rows))).scalar_one())
