"""Accounts that were restored: they are not due again for the end that they were restored from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, not_, or_, select

from include.duties.archives.gathering import root_name
from include.duties.archives.storing import archives
from include.law import Edition
from include.store import Role, begin, keyed
from include.systems import Due, System
from include.systems.model import RetentionRule
from include.systems.moments import instant_of
from include.systems.reflecting import reflect
from include.systems.whole import as_moment

__all__ = ["without_restored"]

RESTORED = "state = 'restored' and system = :system and rule = :rule and latest > :at"


def without_restored(
    connection: Connection, system: System, due: Due, name: str, rule: RetentionRule, edition: Edition, at: datetime
) -> Due:
    """Leave the accounts out that were restored and whose subscription has not ended anew, as long as their window is.

    After it, an account that nobody took up again goes for good: an end is counted from once.
    """
    with begin(Role.DUTIES) as store:
        restored = archives(store, RESTORED, {"system": system.key, "rule": name, "at": at})
    if not restored:
        return due
    known, mapped = {(one.root, one.event_at) for one in restored}, system.table(due.table)
    table = reflect(connection, system, only=due.table).tables[due.table]
    key = [table.c[column] for column in mapped.key]
    wanted = select(*key, as_moment(connection, table.c[rule.column])).where(due.where(table))
    spared = list[tuple[Any, ...]]()
    for *values, event in connection.execute(wanted):
        root = keyed(f"archive {system.key}", root_name(due.table, tuple(values)))
        if (root, instant_of(event, edition.zone)) in known:
            spared.append(tuple(values))
    return Due(due.table, partial(_but, where=due.where, key=mapped.key, spared=spared)) if spared else due


def _but(
    row: FromClause,
    *,
    where: Callable[[FromClause], ColumnElement[bool]],
    key: tuple[str, ...],
    spared: list[tuple[Any, ...]],
) -> ColumnElement[bool]:
    mine = (and_(*(row.c[c] == value for c, value in zip(key, values, strict=True))) for values in spared)
    return and_(where(row), not_(or_(*mine)))
