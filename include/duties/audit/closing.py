"""Close a day: count what is held and owed at its end, and what must be nothing, and write it into the ledger.

The ledger alone remembers a day. The register forgets whoever is destroyed, so what it held on a past date can be known
only if it was counted then; the counts are events like any other, chained and sealed, and name nobody.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy import table as sql_table

from include.duties.audit.model import BeforeRecords, Counted, Day, NoSuchDay
from include.duties.audit.promised import edition_at_end, keep_promises
from include.duties.audit.reading import closing_of, first_instant
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.evidence.payload import LARGEST
from include.law import now
from include.store import Role, advisory_lock, begin
from include.store.sql import Steps
from include.systems import System
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps

__all__ = ["LOCK", "MORE", "close_day", "close_yesterday", "mark_not_counted", "see_that_it_is_over"]

STEPS = Steps("include.duties.audit", "held.sql")
LOCK = "amanah.audit"
"""Days are closed and audited one at a time."""
MORE = ".e8"
"""Behind the name of a count: so many hundred millions more, for a count of the ledger has eight digits."""
NIGHT, HOUR, PATIENCE = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
"""So long a destruction may take after its clock ended, after it was asked for, and after it was planned (house)."""


def close_yesterday(at: datetime, settings: Mapping[str, str] = os.environ) -> int:
    """Close the day before `at` (UTC), as soon as it is over; return how many measures were counted, 0 if it was."""
    day = Day.at(at).before
    try:
        see_that_it_is_over(day, at)
    except BeforeRecords:
        return 0
    return close_day(day, at, settings)


def close_day(day: Day, at: datetime, settings: Mapping[str, str] = os.environ) -> int:
    """Count what is held and owed at the end of a day, once; return how many measures were counted.

    It is done while the next day lasts. Later nothing is counted any more: what is held then is not what was held, and
    0 is returned. It bears the time at which it is its turn to count, however long it waited from `at` (UTC) on.
    Systems that are away are counted as away. Raises NoSuchDay for a day that is not over.
    """
    begun = now()
    see_that_it_is_over(day, at)
    if at >= day.ends + NIGHT:
        return 0
    elsewhere = list(_elsewhere(settings))  # asked before the lock: a slow system keeps nobody waiting
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, LOCK)
        at = max(at, at + (now() - begun))
        if at >= day.ends + NIGHT or _is_closed(day):
            return 0
        found = [*_held(connection, day), *elsewhere]
        checks = _checked(connection, day)
        _write(connection, day, at, found, checks)
    return len(found)


def mark_not_counted(day: Day, at: datetime) -> None:
    """Write down that nobody counted a day at its end, so that there is a record for a seal to lie over."""
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, LOCK)
        if not _is_closed(day):
            _record_closing(connection, day, at, "not_counted", {})


def see_that_it_is_over(day: Day, at: datetime) -> None:
    """Raise NoSuchDay where a day is not over at `at` (UTC), or lies before the first record of the ledger."""
    if at < day.ends:
        raise NoSuchDay(f"{day.date} is not over; it can be audited from {day.ends:%Y-%m-%d %H:%M} UTC on")
    with begin(Role.AUDITOR) as connection:
        first = first_instant(connection)
    if first is None:
        raise BeforeRecords("nothing was recorded yet, so there is nothing to audit")
    if day.ends <= first:
        raise BeforeRecords(f"nothing was recorded on {day.date}: the first record is of {Day.at(first).date}")


def _is_closed(day: Day) -> bool:
    with begin(Role.AUDITOR) as auditor:
        return closing_of(auditor, day) is not None


def _held(connection: Connection, day: Day) -> Iterator[Counted]:
    rows = STEPS.rows(connection, "counted", {"ends": day.ends})
    for (measure, about), group in itertools.groupby(rows, key=lambda row: (row.measure, row.about)):
        yield Counted(measure, about, {row.name: int(row.n) for row in group})


def _checked(connection: Connection, day: Day) -> dict[str, int]:
    values = {
        "ends": day.ends,
        "day": day.date,
        "overdue": day.ends - NIGHT,
        "asked": day.ends - HOUR,
        "planned": day.ends - PATIENCE,
    }
    return {name: int(count) for name, count in STEPS.rows(connection, "checked", values)[0]._mapping.items()}


def _elsewhere(settings: Mapping[str, str]) -> Iterator[Counted]:
    """Count the rows of each mapped system; one that is away hides no other."""
    for system in all_maps(settings):
        try:
            with connected(address_of(system, settings)) as company:
                rows = sum(_rows_of(company, system))
        except (SystemAway, NeverRetry):
            yield Counted("systems", system.key, {"tables": len(system.tables), "rows_away": 1})
        else:
            yield Counted("systems", system.key, {"tables": len(system.tables), "rows": rows})


def _rows_of(company: Connection, system: System) -> Iterator[int]:
    for table in system.tables:
        named = sql_table(table.name, schema=system.schema_name)
        yield int(company.execute(select(func.count()).select_from(named)).scalar_one())


def _write(connection: Connection, day: Day, at: datetime, found: Iterable[Counted], checks: Mapping[str, int]) -> None:
    """Write the counts of a day, and last that it is closed: what is not closed was not counted."""
    told = [(each, dict(_in_eight_digits(each.counts))) for each in found]
    learn(connection, *{word for each, counts in told for word in (each.measure, each.about, *counts)})
    for each, counts in told:
        codes, edition = {"measure": each.measure, "about": each.about}, edition_at_end(day).name
        record(connection, Kind.DAY_COUNTED, at=at, edition=edition, codes=codes, counts=counts, times=_times(day))
    _record_closing(connection, day, at, "counted", dict(_in_eight_digits(checks)))


def _record_closing(connection: Connection, day: Day, at: datetime, outcome: str, counts: Mapping[str, int]) -> None:
    """Write that a day is closed, with the hash of what was promised on it: that is kept as it is now."""
    codes, edition = {"outcome": outcome}, edition_at_end(day)
    learn(connection, *counts)
    record(
        connection,
        Kind.DAY_CLOSED,
        at=at,
        edition=edition.name,
        codes=codes,
        counts=counts,
        hashes=keep_promises(edition),
        times=_times(day),
    )


def _times(day: Day) -> dict[str, datetime]:
    return {"begins": day.begins, "ends": day.ends}


def _in_eight_digits(counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, count in counts.items():
        yield name, count % (LARGEST + 1)
        if count > LARGEST:
            yield f"{name}{MORE}", count // (LARGEST + 1)
