"""Empty a column of what nobody meant to have: only in the rows where it stands, and looked at again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, literal, not_, or_, select

from include.duties.unintended.looking import Place, hits, region_of
from include.errors import NeverRetry
from include.systems import NOTHING, Due, Keeping
from include.systems.keeping import keeping
from include.systems.masking import mask
from include.systems.model import Column, Strategy, System
from include.systems.reflecting import reflect
from include.systems.selecting import opened

__all__ = ["Emptied", "empty"]

AT_ONCE = 500


class Emptied(NamedTuple):
    """In how many rows a column was emptied, and in how many a legal hold kept it as it is."""

    rows: int
    held: int


def empty(connection: Connection, system: System, place: Place, kept: Keeping = NOTHING) -> Emptied:
    """Empty a column by its strategy in every row in which anything is recognised, but for those under a hold.

    Again, it changes nothing more. Raises NeverRetry where the table has no key, and where a second look at the column
    still finds anything that no hold keeps.
    """
    name, column_name = place
    mapped, table = system.table(name), reflect(connection, system).tables[name]
    key = mapped.key or tuple(column.name for column in table.primary_key)
    if column_name not in table.c:
        return Emptied(0, 0)
    if not key:
        raise NeverRetry(f"{system.key}: {name} has no key by which its rows are told apart; name one in the map")
    column = _emptied(system, table, place)
    with _going(connection, system, table, kept) as going:
        bad = list(_bad(connection, system, table, key, column_name, going))
        for start in range(0, len(bad), AT_ONCE):
            which = _rows(table, key, bad[start : start + AT_ONCE])
            mask(connection, table, mapped.model_copy(update={"key": key}), [column], which)
        left = sum(1 for _ in _bad(connection, system, table, key, column_name, going))
    if left:
        raise NeverRetry(f"{system.key}: {name}.{column_name}: {left} rows still hold personal data; nothing was kept")
    held = sum(1 for _ in _bad(connection, system, table, key, column_name, EVERY)) if kept else 0
    return Emptied(len(bad), held)


EVERY = literal(1) == literal(1)


@contextmanager
def _going(connection: Connection, system: System, table: Table, kept: Keeping) -> Iterator[ColumnElement[bool]]:
    """Say of a table's rows which no hold keeps, while the block runs."""
    if not kept or not system.table(table.name).hold:
        yield EVERY
        return
    nothing = Due(table.name, lambda _: not_(EVERY))
    with opened(connection, system, nothing) as sets, keeping(sets, kept) as staying:
        yield not_(staying.untouched(table.name, table))


def _emptied(system: System, table: Table, place: Place) -> Column:
    """Give the column with its strategy; where it has to hold something, nothing is written as an empty text."""
    known = {column.name: column for column in system.table(place[0]).columns}
    column = known.get(place[1], Column(name=place[1]))
    if column.strategy is Strategy.NULL and not table.c[place[1]].nullable:
        return column.model_copy(update={"strategy": Strategy.FIXED, "fixed": ""})
    return column


def _bad(
    connection: Connection, system: System, table: Table, key: tuple[str, ...], name: str, going: ColumnElement[bool]
) -> Iterator[tuple[Any, ...]]:
    value = table.c[name] if isinstance(table.c[name].type, String) else cast(table.c[name], String)
    asked = select(*(table.c[part] for part in key), value).where(value.is_not(None), going)
    return (keys for keys, kinds in hits(connection, asked, name, region_of(system)) if kinds)


def _rows(table: Table, key: tuple[str, ...], keys: list[tuple[Any, ...]]) -> ColumnElement[bool]:
    if len(key) == 1:
        return table.c[key[0]].in_([each[0] for each in keys])
    return or_(*(and_(*(table.c[part] == value for part, value in zip(key, each, strict=True))) for each in keys))
