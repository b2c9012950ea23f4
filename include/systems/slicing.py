"""A selection in slices: parts of it that nothing joins, so that each can go by itself as it would with all others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, FromClause, and_, delete, exists, literal, select

from include.systems.keysets import OWNED, Keysets, same
from include.systems.model import Edge
from include.systems.selecting import Due

__all__ = ["Slices"]


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of two tables belong together where these columns agree, whichever of them has the reference."""

    table: str
    columns: tuple[str, ...]
    other: str
    others: tuple[str, ...]

    def back(self) -> Link:
        """The same link, from the other side."""
        return Link(self.other, self.others, self.table, self.columns)


class Slices:
    """Takes from a whole selection, slice by slice, so many of the rows that it began with, and what belongs to them.

    A row that several of these hold, or that points at several, joins them: they are in one slice, however large it
    gets. So whether somebody else still holds a row is judged in a slice as it would be in the whole.
    """

    def __init__(self, whole: Keysets, due: Due) -> None:
        self._whole, self._due = whole, due
        self._links = tuple(_links(whole))
        self._alone = _is_a_tree(whole, due.table, self._links)

    def take(self, roots: int) -> Keysets | None:
        """Take the next slice, within the caller's transaction; None where nothing is left. The caller closes it."""
        name, whole = self._due.table, self._whole.of(self._due.table)
        key, part = self._whole.system.table(name).key, _Part(self._whole)
        columns = [whole.c[column] for column in key]
        part.begin(name, select(*columns).order_by(*columns).limit(roots))
        if not self._alone:
            part.grow([each for link in self._links for each in (link, link.back())])
        mine = part.of(name)
        taken = delete(whole).where(exists(select(literal(1)).select_from(mine).where(same(mine, whole, key))))
        if part.connection.execute(taken).rowcount:
            return part
        part.close()
        return None

    def due(self, part: Keysets) -> Due:
        """Give the rows of a slice that are due by themselves: with these its destruction begins."""
        return Due(self._due.table, partial(_within, due=self._due, part=part))


class _Part(Keysets):
    """Sets that never leave others."""

    def __init__(self, whole: Keysets) -> None:
        super().__init__(whole.connection, whole.system, whole.reflected, once=False)
        self._whole = whole

    def grow(self, links: Iterable[Link]) -> None:
        """Add what is linked with the rows that are there, until nothing is new."""
        given = tuple(links)
        waiting = deque(given)
        while waiting:
            link = waiting.popleft()
            if self._whole.has(link.other) and self.has(link.table) and self._along(link):
                waiting += [each for each in given if each.table == link.other and each not in waiting]

    def _along(self, link: Link) -> int:
        here, there = self.of(link.table), self._whole.of(link.other)
        row, other = self.tables[link.table].alias(), self.tables[link.other].alias()
        key, others = self.system.table(link.table).key, self.system.table(link.other).key
        joined = here.join(row, same(row, here, key)).join(other, same(other, row, link.others, link.columns))
        rows = select(*(there.c[column] for column in others)).distinct()
        rows = rows.select_from(joined.join(there, same(there, other, others)))
        return self.add(link.other, rows.add_columns(literal(OWNED), literal(0)))


def _within(row: FromClause, *, due: Due, part: Keysets) -> ColumnElement[bool]:
    mine, key = part.of(due.table), part.system.table(due.table).key
    there = exists(select(literal(1)).select_from(mine).where(same(mine, row, key)).correlate(row))
    return and_(due.where(row), there)


def _links(whole: Keysets) -> Iterator[Link]:
    """Give every reference between tables of the selection, from the side that has it: the map's and the database's."""
    reached, seen = set(whole.reached), set[Link]()
    for link in (*map(_of_edge, whole.system.edges), *_of_the_database(whole)):
        if {link.table, link.other} <= reached and link not in seen:
            seen.add(link)
            yield link


def _of_edge(edge: Edge) -> Link:
    link = Link(edge.target.table, edge.target.columns, edge.holder.table, edge.holder.columns)
    return link if edge.pointing == "target" else link.back()


def _of_the_database(whole: Keysets) -> Iterator[Link]:
    for name, table in whole.tables.items():
        for constraint in table.foreign_key_constraints:
            ends = [element.target_fullname.split(".")[-2:] for element in constraint.elements]
            if ends[0][0] in whole.tables:
                yield Link(name, tuple(constraint.column_keys), ends[0][0], tuple(column for _, column in ends))


def _is_a_tree(whole: Keysets, root: str, links: tuple[Link, ...]) -> bool:
    """Say whether every row but those of the root points at one other row and no more: then nothing joins two roots."""
    out = [link.table for link in links]
    single = all(out.count(name) == (0 if name == root else 1) for name in whole.reached)
    return single and all(set(link.others) == set(whole.system.table(link.other).key) for link in links)
