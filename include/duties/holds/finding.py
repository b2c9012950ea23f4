"""Finding people in another system by keyed hashes of their contacts, where the contacts themselves are not known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from include.duties.archives.gathering import KINDS, identities_of
from include.systems import Subjects, System
from include.systems.reflecting import reflect

__all__ = ["Found", "found_by_keys", "people_by_keys"]

PIECE = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """A contact of somebody in another system that has one of the hashes."""

    table: str
    row: tuple[Any, ...] = field(repr=False)
    kind: str
    value: str = field(repr=False)
    keys: frozenset[bytes] = field(repr=False)


def found_by_keys(connection: Connection, system: System, keys: Collection[bytes]) -> Iterator[Found]:
    """Give every contact in a system's tables of people that has one of these hashes.

    A hash cannot be looked for: every identity of the system is read and hashed, and nothing of it is kept.
    """
    wanted = {key.hex() for key in keys}
    tables = reflect(connection, system).tables if wanted else {}
    for mapped in system.subjects if wanted else ():
        known = [column for column in mapped.columns if column.identity in KINDS]
        if not known:
            continue
        table, width = tables[mapped.name], len(mapped.key)
        columns = [table.c[name] for name in (*mapped.key, *(column.name for column in known))]
        for row in connection.execute(select(*columns).execution_options(yield_per=PIECE)):
            for column, value in zip(known, row[width:], strict=True):
                identity = str(column.identity)
                if theirs := wanted.intersection(identities_of([(identity, value)], system.jurisdiction)):
                    told = frozenset(map(bytes.fromhex, theirs))
                    yield Found(mapped.name, tuple(row[:width]), KINDS[identity], str(value), told)


def people_by_keys(connection: Connection, system: System, keys: Collection[bytes]) -> list[Subjects]:
    """Give the people of a system who have any of these hashes, by table."""
    found = dict[str, dict[tuple[Any, ...], None]]()
    for one in found_by_keys(connection, system, keys):
        found.setdefault(one.table, {})[one.row] = None
    return [Subjects(table, list(rows)) for table, rows in found.items()]
