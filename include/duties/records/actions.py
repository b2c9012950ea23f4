"""Put the registers together from contracts, maps, profile, edition, file and runs, as they stand now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from include.duties.notice.calendar import HOME
from include.duties.own_system.deriving import own_system
from include.duties.own_system.model import places
from include.duties.records.file import RecordsFile, load_records
from include.duties.records.gathering import activities_of, all_tables, sensitive_tables
from include.duties.records.keeping import STEPS
from include.duties.records.model import Disclosed, Ended, Facts, LinkDuty
from include.intake.contracts import load_all
from include.law import Edition, edition_for, load_controller
from include.law.days import add_months, first_second, local_day
from include.store import Role, begin
from include.systems import findings as unfit
from include.systems.maps import all_maps

__all__ = ["facts_at"]


def facts_at(
    at: datetime, settings: Mapping[str, str] = os.environ, *, runs: bool = True, latest: int | None = None
) -> Facts:
    """Gather what the registers are made from at `at` (UTC).

    Without `runs` nothing is asked of the database: the registers then hold what files say. With `latest`, of the
    disclosures only so many, and the last to each recipient, so that a page costs the same however many there were:
    what is missing or due is the same. Raises NeverRetry where
    the profile, a map or the file of records cannot be read. Contracts that cannot be read, and maps that contradict
    themselves, are used for nothing: the record says that it lacks what they say.
    """
    edition, said, systems = edition_for(HOME, at), load_records(settings=settings), all_maps(settings)
    read, broken = load_all()
    known, own = tuple(read.values()), own_system()
    unread = [(fault.key, fault.message) for fault in broken]
    unread += [(system.key, str(found[0])) for system in systems if (found := unfit(system))]
    systems = tuple(system for system in systems if not unfit(system))
    activities = activities_of(known, systems, (own, places()), at, edition, apart=_apart(said))
    running = {each.key for each in activities}
    disclosed, duties, ended = _from_runs(edition, running, latest) if runs else ((), (), ())
    joined, noted = _first_days() if runs else ({}, {})
    return Facts(
        day=local_day(edition, at),
        controller=load_controller(),
        edition=edition,
        said=said,
        contracts=known,
        activities=activities,
        sensitive=sensitive_tables(systems),
        tables=all_tables((*systems, *own)),
        disclosed=disclosed,
        duties=duties,
        ended=ended,
        joined=joined,
        noted=noted,
        unread=tuple(unread),
    )


def _apart(said: RecordsFile | None) -> frozenset[str]:
    served = said.on_behalf.values() if said else ()
    return frozenset(table for each in served for table in each.tables)


def _from_runs(
    edition: Edition, running: set[str], latest: int | None
) -> tuple[tuple[Disclosed, ...], tuple[LinkDuty, ...], tuple[Ended, ...]]:
    with begin(Role.DUTIES) as connection:
        steps = ("disclosed",) if latest is None else ("disclosed_lately", "disclosed_to")
        made = (row for step in steps for row in STEPS.rows(connection, step, {"latest": latest} if latest else {}))
        disclosed = tuple(dict.fromkeys(Disclosed(**row._mapping) for row in made))
        duties = tuple(
            LinkDuty(row.source_key, row.state, row.article, row.opened_at, row.closed_at)
            for row in STEPS.rows(connection, "link_duties")
        )
        ended = tuple(
            Ended(row.key, row.ended_at, _until(edition, row.ended_at), row.told)
            for row in STEPS.rows(connection, "remembered")
            if row.key not in running
        )
    return disclosed, duties, ended


def _first_days() -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Say when each source joined, and when each activity first stood on record."""
    with begin(Role.DUTIES) as connection:
        joined, noted = (STEPS.rows(connection, step) for step in ("joined", "noted"))
        return {row.key: row.joined_at for row in joined}, {row.key: row.first_at for row in noted}


def _until(edition: Edition, ended_at: datetime) -> datetime:
    """Return until when an activity is kept on record after its end; for good where the edition names no years."""
    tail = edition.retention.ropa_tail_years
    months = 12 * tail.value if tail is not None else 12 * 100
    return first_second(edition, add_months(local_day(edition, ended_at), months))
