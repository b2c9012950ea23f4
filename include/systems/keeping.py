"""What stays although whoever holds it goes: what a hold names, what a law wants kept, and what these point at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Update, exists, literal, or_, select, update

from include.systems.graph import goes_with, in_order
from include.systems.keysets import HELD, OWNED, SHELL, STATUTE, Keysets, same
from include.systems.model import Edge
from include.systems.selecting import Subjects

__all__ = ["NOTHING", "Keeping", "Kept", "KeptRows", "keeping"]

Where = Callable[[FromClause], ColumnElement[bool]]
"""Which rows of a table, as the database has it."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Rows of one table that stay: under a legal hold, untouched; by a law, with the columns that it asks for."""

    table: str
    where: Where
    relation: int = HELD
    """HELD or STATUTE."""
    columns: tuple[str, ...] | None = None
    """What the law wants of each row; of the others, those that say something of a person are emptied. None: all."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Everything that a plan has to leave."""

    people: tuple[Subjects, ...] = ()
    """People under a legal hold: all that is theirs stays."""
    rows: tuple[KeptRows, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.rows)


NOTHING = Keeping()


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows that stay, while the sets stand that say which are meant."""

    sets: Keysets
    what: Keeping
    held: tuple[Keysets, ...]

    def untouched(self, name: str, row: Any) -> ColumnElement[bool]:
        """Say of a row of a table that a legal hold keeps it as it is, whether it was reached or not."""
        key, said = self.sets.system.table(name).key, list[ColumnElement[bool]]()
        for held in self.held:
            theirs = held.of(name).alias()
            said.append(exists(select(literal(1)).select_from(theirs).where(same(theirs, row, key))))
        said += [each.where(row) for each in self.what.rows if each.table == name and each.relation == HELD]
        return or_(literal(1) == literal(0), *said)

    def columns(self, name: str) -> Iterator[KeptRows]:
        """Give what a law wants of a table's rows, where it does not want all."""
        return (each for each in self.what.rows if each.table == name and each.columns is not None)


@contextmanager
def keeping(sets: Keysets, what: Keeping) -> Iterator[Kept]:
    """Mark, among the rows that were reached, those that stay: of them nothing goes while the block runs."""
    held = list[Keysets]()
    try:
        for people in what.people:
            theirs = Keysets(sets.connection, sets.system, sets.reflected, once=False)
            theirs.begin(people.table, people.rows)
            theirs.spread([edge for edge in sets.system.edges if goes_with(edge)], OWNED)
            held.append(theirs)
        kept = Kept(sets, what, tuple(held))
        if what:
            _mark(kept)
        yield kept
    except BaseException:
        held.clear()  # the transaction is undone, and the sets with it
        raise
    finally:
        for theirs in held:
            theirs.close()


def _mark(kept: Kept) -> None:
    sets, edges = kept.sets, in_order(edge for edge in kept.sets.system.edges if goes_with(edge))
    for table in sets.system.tables:
        if table.hold and sets.has(table.name):
            row = sets.tables[table.name].alias()
            _set(sets, table.name, HELD, row, kept.untouched(table.name, row))
    for each in kept.what.rows:
        if each.relation == STATUTE and sets.has(each.table):
            row = sets.tables[each.table].alias()
            _set(sets, each.table, STATUTE, row, each.where(row))
    while sum(_with_its_holder(sets, edge) for edge in edges):
        pass
    pointing = [edge for edge in sets.system.edges if edge.pointing == "target" or goes_with(edge)]
    while sum(_pointed_at(kept, edge) for edge in pointing):
        pass


def _set(sets: Keysets, name: str, relation: int, row: Any, where: ColumnElement[bool]) -> int:
    """Mark the rows that were reached and of which something holds; what is kept more strictly stays so."""
    going = sets.of(name)
    there = select(literal(1)).select_from(row).where(same(row, going, sets.system.table(name).key), where)
    return _changed(sets, update(going).where(going.c.relation < relation, exists(there.correlate(going))), relation)


def _changed(sets: Keysets, statement: Update, relation: int) -> int:
    return int(sets.connection.execute(statement.values(relation=relation)).rowcount)


def _with_its_holder(sets: Keysets, edge: Edge) -> int:
    """What a kept row owns stays as that row does."""
    if not (sets.has(edge.holder.table) and sets.has(edge.target.table)):
        return 0
    marked = 0
    for relation in (HELD, STATUTE):
        row, holder = sets.tables[edge.target.table].alias(), sets.tables[edge.holder.table].alias()
        keeps = sets.of(edge.holder.table).alias()
        by = exists(
            select(literal(1))
            .select_from(holder)
            .join(keeps, same(keeps, holder, sets.system.table(edge.holder.table).key))
            .where(same(row, holder, edge.target.columns, edge.holder.columns), keeps.c.relation == relation)
            .correlate(row)
        )
        marked += _set(sets, edge.target.table, relation, row, by)
    return marked


def _pointed_at(kept: Kept, edge: Edge) -> int:
    """What a kept row points at stays as a shell, for the reference has to lead somewhere; so does what holds it.

    By its holders a kept row is found again when nothing keeps it any more.
    """
    sets = kept.sets
    if not sets.has(edge.holder.table):
        return 0
    row, pointing = sets.tables[edge.holder.table].alias(), sets.tables[edge.target.table].alias()
    stays = kept.untouched(edge.target.table, pointing)
    if sets.has(edge.target.table):
        marked = sets.of(edge.target.table).alias()
        needless = edge.pointing == "target" and set(edge.target.columns) <= set(edge.blank)
        least = (
            HELD if needless else STATUTE if edge.pointing == "holder" else SHELL
        )  # a law does without the reference
        mine = same(marked, pointing, sets.system.table(edge.target.table).key)
        stays = or_(stays, exists(select(literal(1)).select_from(marked).where(mine, marked.c.relation >= least)))
    by = exists(
        select(literal(1))
        .select_from(pointing)
        .where(same(pointing, row, edge.target.columns, edge.holder.columns), stays)
        .correlate(row)
    )
    return _set(sets, edge.holder.table, SHELL, row, by)
