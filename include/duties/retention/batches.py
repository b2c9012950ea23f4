"""Carrying a large plan out batch by batch: each in one transaction, and written down before its rows go."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from include.duties.archives.keeping import Archiving, bring_in, see_what_went
from include.duties.holds import see_that_nothing_stands_still, standing
from include.duties.retention.model import Plan, counted
from include.duties.retention.noting import Done, begin_batch, done_so_far, end_batch, settle
from include.duties.retention.pace import RHYTHM, Batch, Pace, Rhythm, first_pace, next_pace
from include.duties.retention.scopes import Ruled, kept_of, still_due
from include.intake.progress import Progress
from include.store import Role, begin
from include.systems import Due, Forgetting, Keeping, Moved, forget
from include.systems.connecting import session
from include.systems.files import destroy_files
from include.systems.forgetting import described, doomed, fits, names_of
from include.systems.keeping import Kept
from include.systems.load import load_of
from include.systems.model import Fate
from include.systems.naming import named, packed, strangers
from include.systems.slicing import Slices

__all__ = ["in_batches", "is_large"]

log = logging.getLogger("amanah.retention")


def is_large(planned: Plan, rhythm: Rhythm) -> bool:
    """Say whether a plan goes in batches. Of one that archives, accounts that share a row are in one batch."""
    return planned.counts["rows"] + planned.counts["masked"] > rhythm.large


@dataclass(frozen=True, slots=True)
class Work:
    """One plan under way on one connection to its system."""

    connection: Connection
    planned: Plan
    each: Ruled
    at: datetime
    base: str | None
    rhythm: Rhythm = RHYTHM
    sleep: Callable[[float], None] = time.sleep
    watch: Callable[[], float] = time.monotonic

    def due(self) -> Due:
        """Say which rows the plan begins with."""
        return still_due(self.connection, self.each, self.planned.cutoff, self.at)

    @property
    def archives(self) -> bool:
        """Whether what goes is archived first."""
        return self.each.rule.then is Fate.ARCHIVE

    def archiving(self) -> Archiving:
        """Say what archives are made by."""
        planned, each = self.planned, self.each
        return Archiving(planned.id, each.system, planned.rule, each.rule, each.edition, self.due(), self.at, self.base)

    def kept(self) -> Keeping:
        """Say what stays by the holds that stand now. Raises Standstill where nothing is destroyed at all."""
        with begin(Role.DUTIES) as store:
            see_that_nothing_stands_still(store)
            holds = standing(store)
        return kept_of(self.connection, self.each, self.at, self.planned.cutoff, holds)


def in_batches(
    planned: Plan, each: Ruled, at: datetime, address: str, base: str | None, rhythm: Rhythm = RHYTHM
) -> Plan | None:
    """Destroy what a plan names, so many of its rows at a time; return it as it was done, None for nothing.

    All of it is selected first and held against the plan. A batch is a slice of that, judged anew in a transaction of
    its own: under the holds that stand by then, and against the names of the plan. Where rows moved meanwhile it ends,
    and what is left is planned anew. What earlier batches did is known from our own store, also after a kill; whether
    the last one was kept is told by its rows, for they go all at once. Raises Standstill, between two batches.
    """
    with session(address) as connection, ExitStack() as selection:
        work = Work(connection, planned, each, at, base, rhythm)
        with connection.begin():
            staying = selection.enter_context(doomed(connection, each.system, work.due(), work.kept()))
            settle(planned, names_of(staying), at)
            whole = fits(staying, described(staying), planned.hash, planned.names)
            slices = Slices(staying.sets, work.due())
        whole = whole and _all(work, slices)
        done, rest = done_so_far(planned.id), _rest(work)
        return _ended(planned, done, rest, whole=whole) if done.batches else None


def _all(work: Work, slices: Slices) -> bool:
    """Carry out batch after batch; return whether it came to the end, and was not stopped by rows that moved."""
    counts, before = work.planned.counts, done_so_far(work.planned.id)
    progress = Progress(f"plan {work.planned.id} over {work.planned.system}", counts["rows"] + counts["masked"])
    progress.add(before.counts["rows"] + before.counts["masked"])
    pace, begun = first_pace(work.rhythm, counts["roots"]), work.watch()
    try:
        while (gone := _batch(work, slices, pace)) is not None:
            progress.add(gone)
            pace = next_pace(
                pace, Batch(work.watch() - begun, load_of(work.connection)), work.rhythm, counts["roots"]
            )  # fmt: skip
            _wait(work, pace, progress)
            begun = work.watch()
    except Moved:
        log.info("plan %s over %s: rows moved; what is left is planned anew", work.planned.id, work.planned.system)
        return False
    return True


def _wait(work: Work, pace: Pace, progress: Progress) -> None:
    """Let others have the database, where they need it."""
    if pace.pause:
        log.info("%s; the database is busy (%s): a pause of %.0f s", progress.line(), ", ".join(pace.why), pace.pause)
        work.sleep(pace.pause)


def _batch(work: Work, slices: Slices, pace: Pace) -> int | None:
    """Carry out one batch; return how many rows went or were emptied, None where nothing is left. Raises Moved."""
    planned, number = work.planned, list[int]()
    with work.connection.begin():
        part = slices.take(pace.roots)
        if part is None:
            return None
        found = forget(
            work.connection, work.each.system, slices.due(part), work.kept(),
            planned=planned.hash, names=planned.names, first=partial(_first, work=work, number=number),
        )  # fmt: skip
        part.close()
    for each in number:
        end_batch(planned, each, work.at)
    if work.archives:
        with work.connection.begin():
            see_what_went(work.connection, planned.id, work.each.system, work.base, work.at)
    counts = counted(found, planned.table)
    return counts["rows"] + counts["masked"]


def _first(staying: Kept, found: Forgetting, *, work: Work, number: list[int]) -> None:
    """Write a batch down before its rows go, and archive them or destroy the files that they name."""
    if found.rows or found.masked or found.emptied:
        number.append(begin_batch(work.planned, found, names_of(staying), work.at))
        if work.archives:
            bring_in(staying, found, work.archiving())
        else:
            destroy_files(staying, found, work.base)


@dataclass(frozen=True, slots=True)
class Rest:
    """What is there still when a plan has come to its end."""

    held: dict[str, int]
    came: int
    """Rows that are due by now and that nobody planned."""


def _rest(work: Work) -> Rest:
    connection, planned = work.connection, work.planned
    with connection.begin(), doomed(connection, work.each.system, work.due(), work.kept()) as staying:
        names = packed([named(staying.sets, planned.table)])
        return Rest(described(staying).held, strangers(names, planned.names or b""))


def _ended(planned: Plan, done: Done, rest: Rest, *, whole: bool) -> Plan:
    """Give the plan as it was done, with how many due rows are left to another one."""
    left = rest.came + (0 if whole else planned.counts["roots"] - done.counts["roots"])
    scope = planned.scope | done.scope | {"held": rest.held} | ({"left": left} if left else {})
    return planned.as_done(done.counts | {"held": sum(rest.held.values())}, scope)
