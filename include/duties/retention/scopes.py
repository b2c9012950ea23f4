"""Which rows a rule makes due in a system, and which stay although they hang on these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, FromClause, and_

from include.duties.archives.sparing import without_restored
from include.duties.holds import Hold, keeping_of
from include.law import Edition
from include.systems import Due, Keeping, KeptRows, System
from include.systems.keysets import SHELL, STATUTE
from include.systems.masking import unmasked
from include.systems.model import Column, Fate, RetentionRule, Table
from include.systems.moments import before, from_then_on
from include.systems.retention import cutoff

__all__ = ["Ruled", "due_of", "kept_of", "ruled", "statutes", "still_due"]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table of a system with its rule, under an edition, at a moment."""

    system: System
    table: Table
    rule: RetentionRule
    edition: Edition


def ruled(system: System, edition: Edition) -> Iterator[Ruled]:
    """Give the tables that have a rule of their own."""
    for table in system.tables:
        if table.retention is not None:
            yield Ruled(system, table, system.rule(table.retention), edition)


def due_of(each: Ruled, moment: datetime) -> Due:
    """Give the rows of a table whose event lies before a moment (UTC); of those to be anonymised, what is not yet."""
    return Due(each.table.name, partial(_is_due, each=each, moment=moment))


def still_due(connection: Connection, each: Ruled, moment: datetime, at: datetime) -> Due:
    """Give the rows that are due, without accounts that were restored and have not ended anew."""
    due, name = due_of(each, moment), f"{each.table.name}:{each.table.retention}"
    if each.rule.then is not Fate.ARCHIVE:
        return due
    return without_restored(connection, each.system, due, name, each.rule, each.edition, at)


def _is_due(row: FromClause, *, each: Ruled, moment: datetime) -> ColumnElement[bool]:
    over = before(row.c[each.rule.column], moment, each.edition.zone)
    if each.rule.then is not Fate.ANONYMISE:
        return over
    return and_(over, unmasked(row, _said(each)))


def _said(each: Ruled) -> list[Column]:
    return [column for column in each.table.personal if column.name not in each.table.key]


def kept_of(connection: Connection, each: Ruled, at: datetime, moment: datetime, holds: tuple[Hold, ...]) -> Keeping:
    """Say what stays in a system at `at` (UTC): what holds keep, what statutes keep, and rows that are anonymised."""
    kept = keeping_of(connection, each.system, holds)
    rows = [*kept.rows, *statutes(each.system, each.edition, at)]
    if each.rule.then is Fate.ANONYMISE:
        over = partial(_over, column=each.rule.column, moment=moment, edition=each.edition)
        rows.append(KeptRows(each.table.name, over, SHELL))
    return Keeping(kept.people, tuple(rows))


def _over(row: FromClause, *, column: str, moment: datetime, edition: Edition) -> ColumnElement[bool]:
    return before(row.c[column], moment, edition.zone)


def statutes(system: System, edition: Edition, at: datetime) -> Iterator[KeptRows]:
    """Give the rows that a law wants kept at `at` (UTC), though whoever holds them goes (Law 18(2)(a))."""
    for other in ruled(system, edition):
        if other.rule.statute:
            still = partial(_still, column=other.rule.column, moment=cutoff(other.rule, edition, at), edition=edition)
            yield KeptRows(other.table.name, still, STATUTE, other.rule.columns)


def _still(row: FromClause, *, column: str, moment: datetime, edition: Edition) -> ColumnElement[bool]:
    return from_then_on(row.c[column], moment, edition.zone)
