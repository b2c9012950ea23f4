"""Look through columns of another system: what is new, and of what was there before a part each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, String, Table, cast, select

from include.duties.unintended.recognising import recognised
from include.systems.model import System
from include.systems.model import Table as Mapped
from include.systems.reflecting import reflect

__all__ = ["Mark", "Place", "Seen", "hits", "look_through", "region_of"]

AT_MOST = 200_000
"""So many rows of a column are looked at in one night."""
AT_ONCE = 5_000

Place = tuple[str, str]
"""A table and a column."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a column was looked through."""

    up_to: int | None = None
    again_from: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a column found: counts and kinds."""

    place: Place
    why: str
    mark: Mark
    new: int = 0
    """Rows with personal data among those that were not looked at before."""
    again: int = 0
    """And among those that were."""
    whole: bool = False
    """Whether the count is of the whole column, for its table has no number for a key."""
    kinds: frozenset[str] = field(default=frozenset())


def region_of(system: System) -> str | None:
    """Give the country whose numbers stand in a system without a code; none where many countries' do."""
    return None if system.jurisdiction == "eu" else system.jurisdiction.upper()


def look_through(
    connection: Connection,
    system: System,
    marks: Mapping[Place, Mark],
    *,
    without: frozenset[Place] = frozenset(),
    at_most: int = AT_MOST,
) -> Iterator[Seen]:
    """Look through every free-text column of a map and every text column that its tables have beside it.

    Where a table has one number for a key, rows above the last one are looked at first, and older ones round and round
    with what is left of `at_most`; else the first `at_most` rows. Raises NeverRetry where a mapped table is not there.
    """
    tables = reflect(connection, system).tables
    for mapped in system.tables:
        table = tables[mapped.name]
        for name, why in _columns(mapped, table):
            place = (mapped.name, name)
            if place not in without:
                yield _look(connection, system, table, place, why, marks.get(place, Mark()), at_most)


def _columns(mapped: Mapped, table: Table) -> Iterator[tuple[str, str]]:
    known = {column.name for column in mapped.columns}
    yield from ((column.name, "free_text") for column in mapped.columns if column.free_text)
    yield from ((c.name, "unmapped") for c in table.columns if c.name not in known and isinstance(c.type, String))


def _look(
    connection: Connection, system: System, table: Table, place: Place, why: str, mark: Mark, at_most: int
) -> Seen:
    region, kinds = region_of(system), set[str]()
    key = _number_key(system.table(place[0]), table)

    def count(asked: Select[Any]) -> tuple[int, int, int | None]:
        rows = bad = 0
        last = None
        for keys, codes in hits(connection, asked, place[1], region):
            rows, last = rows + 1, keys[0] if keys else None
            bad += bool(codes)
            kinds.update(codes)
        return rows, bad, last

    value = _text(table, place[1])
    if key is None:
        _, bad, _ = count(select(value).where(value.is_not(None)).limit(at_most))
        return Seen(place, why, mark, new=bad, whole=True, kinds=frozenset(kinds))
    asked = select(key, value).where(value.is_not(None)).order_by(key)
    above = asked.where(key > mark.up_to) if mark.up_to is not None else asked
    rows, new, last = count(above.limit(at_most))
    again, again_from = 0, mark.again_from
    if mark.up_to is not None and rows < at_most:
        older = asked.where(key <= mark.up_to)
        older = older.where(key > again_from) if again_from is not None else older
        looked, again, reached = count(older.limit(at_most - rows))
        again_from = reached if looked == at_most - rows else None
    up_to = last if last is not None else mark.up_to
    return Seen(place, why, Mark(up_to, again_from), new=new, again=again, kinds=frozenset(kinds))


def hits(
    connection: Connection, asked: Select[Any], name: str, region: str | None
) -> Iterator[tuple[tuple[Any, ...], frozenset[str]]]:
    """Give each row's key and the kinds of personal data in it; the text itself, the last of a row, goes no further."""
    found = connection.execute(asked.execution_options(yield_per=AT_ONCE))
    for part in found.partitions():
        kinds = recognised([row[-1] for row in part], name, region)
        for place, row in enumerate(part):
            yield tuple(row[:-1]), kinds.get(place, frozenset())


def _text(table: Table, name: str) -> ColumnElement[Any]:
    column = table.c[name]
    return column if isinstance(column.type, String) else cast(column, String)


def _number_key(mapped: Mapped, table: Table) -> ColumnElement[Any] | None:
    if len(mapped.key) != 1 or not isinstance(table.c[mapped.key[0]].type, Integer):
        return None
    return table.c[mapped.key[0]]
