"""That calls were announced as recorded, looked at every night: one that was not is told, and used for nothing."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    String,
    and_,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy import Column as Reflected

from include.duties.notice.calendar import HOME
from include.duties.purposes.rules import announcements, recordings
from include.errors import MayBeRetried, NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin
from include.systems import System, Table
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps
from include.systems.reflecting import reflect

__all__ = ["announced", "flag_unannounced"]

log = logging.getLogger("amanah.purposes")


def flag_unannounced(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Count at `at` (UTC) the recordings of every system and those whose call was not announced; return the sums.

    Where no column of a table says it (`announced: true` in the map), none was. The counts are in the ledger, and by
    table in `status`. A system that is away or whose map is unfit hides no other: then MayBeRetried or NeverRetry is
    raised at the end, and its last counts stand.
    """
    counts, troubles = {"systems": 0, "recordings": 0, "unannounced": 0, "away": 0}, list[Exception]()
    systems = [system for system in all_maps(settings) if any(recordings(table) for table in system.tables)]
    for system in systems:
        try:
            found = _counted(system, settings)
        except (SystemAway, NeverRetry) as error:
            troubles.append(error)
            counts["away"] += 1
            continue
        _write_down(system, found, at)
        counts["systems"] += 1
        counts["recordings"] += sum(whole for whole, _ in found.values())
        counts["unannounced"] += sum(missing for _, missing in found.values())
    _close(systems, counts, at)
    _raise(troubles)
    return counts


def announced(row: FromClause, table: Table) -> ColumnElement[bool]:
    """Say of a row that its call was announced: every column that says so is true, or has a time or a word."""
    said = [_says_so(row.c[column.name]) for column in announcements(table)]
    return and_(*said) if said else ~true()


def _says_so(column: Reflected[object] | ColumnElement[object]) -> ColumnElement[bool]:
    if isinstance(column.type, Boolean):
        return and_(column.is_not(None), column == true())
    if isinstance(column.type, Integer):
        return and_(column.is_not(None), column != 0)
    if isinstance(column.type, String):
        return and_(column.is_not(None), column.not_in(("", "0", "f", "false", "n", "no")))
    return column.is_not(None)


def _counted(system: System, settings: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    with connected(address_of(system, settings)) as connection:
        return {table.name: _of_table(connection, system, table) for table in system.tables if recordings(table)}


def _of_table(connection: Connection, system: System, table: Table) -> tuple[int, int]:
    row = reflect(connection, system, only=table.name).tables[table.name]
    there = or_(*(_is_there(row.c[column.name]) for column in recordings(table)))
    every = select(func.count()).select_from(row).where(there)
    whole = int(connection.execute(every).scalar_one())
    return whole, whole - int(connection.execute(every.where(announced(row, table))).scalar_one())


def _is_there(column: Reflected[object] | ColumnElement[object]) -> ColumnElement[bool]:
    return and_(column.is_not(None), column != "") if isinstance(column.type, String) else column.is_not(None)


def _write_down(system: System, found: Mapping[str, tuple[int, int]], at: datetime) -> None:
    for table, (_, missing) in found.items():
        if missing:
            log.warning(
                "%s: %s recording(s) of %s were not announced: they are used for nothing", system.key, missing, table
            )
    with begin(Role.DUTIES) as store:
        store.execute(text("delete from duties.unannounced where system_key = :system"), {"system": system.key})
        store.execute(KEEP, list(_rows(system, found, at)))


def _rows(system: System, found: Mapping[str, tuple[int, int]], at: datetime) -> Iterator[dict[str, object]]:
    for table, (whole, missing) in found.items():
        yield {"system": system.key, "table": table, "whole": whole, "missing": missing, "at": at}


def _close(systems: list[System], counts: dict[str, int], at: datetime) -> None:
    """Forget systems that are mapped no more, and put the sums into the ledger where there is a recording anywhere."""
    with begin(Role.DUTIES) as store:
        keys = [system.key for system in systems]
        store.execute(text("delete from duties.unannounced where system_key <> all(:keys)"), {"keys": keys})
        if systems:
            record(store, Kind.RECORDINGS_COUNTED, at=at, edition=edition_for(HOME, at).name, counts=counts)


def _raise(troubles: list[Exception]) -> None:
    if not troubles:
        return
    told = "\n".join(map(str, troubles))
    if all(isinstance(trouble, SystemAway) for trouble in troubles):
        raise MayBeRetried(told)
    raise NeverRetry(told)


KEEP = text("""
    insert into duties.unannounced (system_key, table_name, recordings, unannounced, at)
    values (:system, :table, :whole, :missing, :at)
""")
