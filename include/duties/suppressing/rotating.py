"""Put what is suppressed under the next key, batch by batch, while everything goes on; both keys hold meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from include.duties.notice.calendar import HOME
from include.duties.suppressing.looking import STEPS
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.intake.progress import Progress
from include.law import edition_for
from include.store import Role, advisory_lock, begin, rungs

__all__ = ["Rotated", "raise_told", "rotate"]

BATCH = 50_000
UNTOLD = timedelta(days=1)
"""A stop so young may still have to be told to whoever was handed the contact: by its first hash they are found."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was put under the key of `version`: hashes of each kind; and whether all that was to be is."""

    version: int
    entries: int
    stops: int
    restrictions: int


def rotate(at: datetime) -> Rotated:
    """Put every suppressed hash under the highest key of this process at `at` (UTC), from wherever each stands.

    Every process has the new key by then: one that lacks it is refused from the first batch on, for it would recognise
    nobody. Cut short, it goes on where it stopped. Stops of the last day follow with the next run of `raise_told`.
    Raises NeverRetry where there is no later key.
    """
    _, *later = rungs()
    if not later:
        raise NeverRetry(
            "there is no later key: set AMANAH_SUPPRESSION_KEYS to `version:key` for every process, restart them, and "
            "run this again (a new key: python -c 'import secrets; print(secrets.token_hex(32))')"
        )
    _begin(at)
    version, done = later[-1].version, dict.fromkeys(("entries", "stops", "restrictions"), 0)
    for what in done:
        progress = Progress(f"putting {what} under key {version}", unit="hashes", total=_left(what, version, at))
        while moved := _batch(what, version, at):
            done[what] += moved
            progress.add(moved)
    _finish(version, at)
    return Rotated(version, **done)


def raise_told(at: datetime) -> int:
    """Put the stops that have been told under the key in force at `at` (UTC); return how many. Without one, none."""
    with begin(Role.DUTIES) as connection:
        version = STEPS.rows(connection, "in_force")[0].version
    moved = 0
    while version is not None and (batch := _batch("stops", version, at)):
        moved += batch
    return moved


def _begin(at: datetime) -> None:
    """Write the keys down: from here on what is new stands under the highest, and whoever lacks it is refused."""
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")
        new = 0
        for rung in rungs():
            new = STEPS.run(connection, "rung", {"version": rung.version, "mark": rung.mark, "at": at})
        if new:
            edition = edition_for(HOME, at).name
            record(connection, Kind.KEYS_ROTATING, at=at, edition=edition, counts={"version": rungs()[-1].version})


def _left(what: str, version: int, at: datetime) -> int:
    with begin(Role.DUTIES) as connection:
        return STEPS.one(connection, f"left_{what}", {"version": version, "before": at - UNTOLD})


def _batch(what: str, version: int, at: datetime) -> int:
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")  # whoever adds to the list has it too
        values = {"version": version, "before": at - UNTOLD, "limit": BATCH}
        return STEPS.run(connection, f"raise_{what}", values)


def _finish(version: int, at: datetime) -> None:
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")
        left = STEPS.one(connection, "left_entries", {"version": version, "before": at})
        if left or not STEPS.run(connection, "finish", {"version": version, "at": at}):
            return
        counts = {"version": version, "entries": STEPS.one(connection, "entries", {"version": version})}
        record(connection, Kind.KEYS_ROTATED, at=at, edition=edition_for(HOME, at).name, counts=counts)
