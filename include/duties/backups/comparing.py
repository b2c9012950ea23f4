"""What stands in a database, table by table: rows that hold certain words, and a sum of hashes over all the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Integer, Text, any_, cast, column, func, literal, select, table, true
from sqlalchemy.dialects.postgresql import ARRAY

from include.store.migration import SCHEMAS
from include.store.sql import Steps

__all__ = ["STEPS", "Standing", "standing"]

STEPS = Steps("include.duties.backups", "drill.sql")
LEDGER = ("ledger", "leaf", "seal")


@dataclass(frozen=True, slots=True)
class Standing:
    """What one table holds."""

    held: int
    """Rows with one of the words."""
    others: int
    """Rows that bear none of the marks."""
    hashes: tuple[int, int]
    """Two sums of 64-bit hashes over the bytes of those: the order of rows is nothing, a changed one is."""


def standing(connection: Connection, words: Collection[str], marks: Collection[str], seq: int) -> dict[str, Standing]:
    """Look through every table of ours; of the ledger, what it held up to a record's number."""
    tables = STEPS.rows(connection, "tables", {"schemas": list(SCHEMAS)})
    return {f"{schema}.{name}": _look(connection, schema, name, words, marks, seq) for schema, name in tables}


def _look(
    connection: Connection, schema: str, name: str, words: Collection[str], marks: Collection[str], seq: int
) -> Standing:
    whole = table(name, column("seq", Integer), schema=schema).alias("t")
    known = whole.c.seq <= seq if schema == "evidence" and name in LEDGER else true()
    rows = select(cast(column("t", is_literal=True), Text).label("said")).select_from(whole).where(known).subquery()
    others = ~rows.c.said.like(any_(_anywhere(marks)))
    sums = (func.sum(func.hashtextextended(rows.c.said, seed)).filter(others) for seed in (0, 1))
    found = connection.execute(
        select(
            func.count().filter(rows.c.said.like(any_(_anywhere(words)))),
            func.count().filter(others),
            *(func.coalesce(summed, 0) for summed in sums),
        ).select_from(rows)
    ).one()
    return Standing(found[0], found[1], (int(found[2]), int(found[3])))


def _anywhere(words: Collection[str]) -> ColumnElement[list[str]]:
    return literal([f"%{word}%" for word in words], ARRAY(Text))
