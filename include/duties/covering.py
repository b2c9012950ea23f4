"""That no system holds personal data which no map knows: every night, by the databases themselves (IR 19, MG)."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from include.duties.notice.calendar import HOME
from include.duties.unintended import destroy, find_unintended, owed
from include.errors import MayBeRetried, NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin
from include.systems import Finding, System, findings, uncovered, unexplained
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps
from include.systems.retention import ruleless, unfit_rules

__all__ = ["Uncovered", "check_coverage"]

log = logging.getLogger("amanah.coverage")
TOLD = 20
"""So many findings are named in the error; the command line names all."""


class Uncovered(NeverRetry):
    """Raised where a system holds what its map does not know, or a map cannot be right."""


def check_coverage(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Compare every mapped system with its map at `at` (UTC), and record what was found; return counts.

    What a map leaves unexplained (purpose, basis, justification) is counted and said; what it does not know, or gets
    wrong, fails. Free text and unmapped columns are looked through for personal data that nobody meant to have; what
    was refused of that, or never answered for, is emptied. A system that is away hides no other. Raises Uncovered, and
    MayBeRetried where one was away.
    """
    systems, wrong, away = all_maps(settings), list[str](), list[str]()
    counts = {"systems": 0, "tables": 0, "columns": 0, "uncovered": 0, "unexplained": 0, "away": 0}
    counts |= {"unintended": 0, "emptied": 0}
    for system in systems:
        counts["unexplained"] += _explained(system)
        try:
            told = _looked_at(system, settings, at)
        except (SystemAway, NeverRetry) as error:
            (away if isinstance(error, SystemAway) else wrong).append(f"{system.key}: {error}")
            counts["away"] += 1
            continue
        counts["systems"] += 1
        counts["tables"] += len(system.tables)
        counts["columns"] += sum(len(table.columns) for table in system.tables)
        counts["uncovered"] += len(told)
        wrong += [f"{system.key}: {fault}" for fault in told]
        _tried(system.key, wrong, away, counts, "unintended", partial(find_unintended, system, settings, at))
    for duty in owed(at) if systems else ():
        _tried("unintended", wrong, away, counts, "emptied", partial(destroy, duty, systems, at, settings))
    if systems:
        _record(counts, at)
    if wrong:
        more = f"\n… and {len(wrong) - TOLD} more: `python -m include systems check`" if len(wrong) > TOLD else ""
        raise Uncovered("\n".join(wrong[:TOLD]) + more)
    if away:
        raise MayBeRetried("\n".join(away))
    return counts


def _looked_at(system: System, settings: Mapping[str, str], at: datetime) -> tuple[Finding, ...]:
    rules = tuple(unfit_rules(system, edition_for(system.jurisdiction, at)))
    with connected(address_of(system, settings)) as connection:
        return (*findings(system), *rules, *uncovered(connection, system))


def _tried(
    name: str, wrong: list[str], away: list[str], counts: dict[str, int], what: str, work: Callable[[], int]
) -> None:
    """Do a piece of work and count what came of it; where it fails, the others are done all the same."""
    try:
        counts[what] += work()
    except (SystemAway, NeverRetry) as error:
        told = f"{name}: {error}"
        mine = away if isinstance(error, SystemAway) else wrong
        if told not in mine:
            mine.append(told)


def _explained(system: System) -> int:
    told = (*unexplained(system), *ruleless(system))
    for fault in told:
        log.warning("%s: %s", system.key, fault)
    return len(told)


def _record(counts: dict[str, int], at: datetime) -> None:
    with begin(Role.DUTIES) as connection:
        record(connection, Kind.COVERAGE_CHECKED, at=at, edition=edition_for(HOME, at).name, counts=counts)
