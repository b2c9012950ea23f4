"""How each promise stands, as a pure reading of what was counted, with the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["SOON", "Facts", "Promise", "Run", "State", "promises"]

SOON = timedelta(days=3)
"""A clock that ends within it is named as coming (house)."""
NIGHT = timedelta(hours=36)
"""What happens every night has happened within it (house)."""
AT_ONCE = timedelta(hours=1)
"""So long a destruction may take that somebody asked for (house, as in the watch)."""


class State(StrEnum):
    """How a promise stands, the worst first."""

    BROKEN = "broken"
    NEEDED = "needed"
    """It is kept so far, and waits for somebody."""
    UNKNOWN = "unknown"
    """Nothing was ever said about it."""
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a workflow, as Airflow tells it."""

    workflow: str
    state: str
    """`success`, `failed`, `running`, `queued`."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the promises are judged by. Counts end at `counting.MANY`."""

    missed: int = 0
    clocks_soon: int = 0
    next_due: datetime | None = None
    unsent: int = 0
    owed: int = 0
    undetermined: int = 0
    decide_by: datetime | None = None
    plans: int = 0
    asked_late: int = 0
    standstill: datetime | None = None
    uncovered: int = 0
    covered_at: datetime | None = None
    verified_at: datetime | None = None
    verified: str | None = None
    """`whole` or `broken`."""
    sealed_at: datetime | None = None
    unsealed: int = 0
    copied_at: datetime | None = None
    requests: int = 0
    requests_officer: int = 0
    """Requests that wait for an officer."""
    request_due: datetime | None = None
    """When the nearest clock of an open one ends."""
    breaches: int = 0
    breach_due: datetime | None = None
    """When the first open one has to be reported, unless it was."""
    unready: tuple[str, ...] = ()
    ready_at: datetime | None = None
    failed_deliveries: int = 0
    bulk_readers: int = 0
    runs: Sequence[Run] = field(default=())


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as it stands. `key` and `action` are codes that the words of the pages say."""

    key: str
    state: State
    action: str
    count: int | None = None
    at: datetime | None = None
    names: tuple[str, ...] = ()
    link: str | None = None
    """The page of the console where the next thing is done."""


def promises(facts: Facts, at: datetime) -> tuple[Promise, ...]:
    """Judge every promise at `at` (UTC); the worst come first, those alike in the order of the policy."""
    found = (
        _clocks(facts), _notices(facts), _review(facts, at), _plans(facts), _asked(facts), _requests(facts, at),
        _standstill(facts), _deliveries(facts), _coverage(facts, at), _evidence(facts, at), _copies(facts, at),
        _readings(facts), _breaches(facts, at), _readiness(facts, at), _runs(facts),
    )  # fmt: skip
    return tuple(sorted(found, key=lambda promise: list(State).index(promise.state)))


def _clocks(facts: Facts) -> Promise:
    if facts.missed:
        return Promise("clocks", State.BROKEN, "missed", facts.missed)
    if facts.clocks_soon:
        return Promise("clocks", State.NEEDED, "soon", facts.clocks_soon, facts.next_due)
    return Promise("clocks", State.KEPT, "next", at=facts.next_due)


def _notices(facts: Facts) -> Promise:
    if facts.unsent:
        return Promise("notices", State.BROKEN, "unsent", facts.unsent, link="/notices")
    return Promise("notices", State.KEPT, "owed", facts.owed)


def _review(facts: Facts, at: datetime) -> Promise:
    if not facts.undetermined:
        return Promise("review", State.KEPT, "nothing")
    late = facts.decide_by is not None and facts.decide_by <= at
    state, action = (State.BROKEN, "late") if late else (State.NEEDED, "waiting")
    return Promise("review", state, action, facts.undetermined, facts.decide_by, link="/review")


def _plans(facts: Facts) -> Promise:
    state, action = (State.NEEDED, "waiting") if facts.plans else (State.KEPT, "nothing")
    return Promise("plans", state, action, facts.plans or None, link="/retention")


def _asked(facts: Facts) -> Promise:
    if facts.asked_late:
        return Promise("asked", State.BROKEN, "late", facts.asked_late)
    return Promise("asked", State.KEPT, "nothing")


def _requests(facts: Facts, at: datetime) -> Promise:
    if facts.request_due is None:
        return Promise("requests", State.KEPT, "nothing", link="/requests")
    count, due = facts.requests, facts.request_due
    if due <= at:
        return Promise("requests", State.BROKEN, "late", count, due, link="/requests")
    if facts.requests_officer:
        return Promise("requests", State.NEEDED, "officer", facts.requests_officer, due, link="/requests")
    if due <= at + SOON:
        return Promise("requests", State.NEEDED, "soon", count, due, link="/requests")
    return Promise("requests", State.KEPT, "running", count, due, link="/requests")


def _standstill(facts: Facts) -> Promise:
    if facts.standstill:
        return Promise("standstill", State.NEEDED, "standing", at=facts.standstill, link="/retention#standstill")
    return Promise("standstill", State.KEPT, "nothing")


def _deliveries(facts: Facts) -> Promise:
    if facts.failed_deliveries:
        return Promise("deliveries", State.NEEDED, "failed", facts.failed_deliveries, link="/sources")
    return Promise("deliveries", State.KEPT, "nothing")


def _coverage(facts: Facts, at: datetime) -> Promise:
    if facts.covered_at is None:
        return Promise("coverage", State.UNKNOWN, "never")
    if facts.uncovered:
        return Promise("coverage", State.BROKEN, "gaps", facts.uncovered, facts.covered_at)
    if facts.covered_at < at - NIGHT:
        return Promise("coverage", State.NEEDED, "old", at=facts.covered_at)
    return Promise("coverage", State.KEPT, "whole", at=facts.covered_at)


def _evidence(facts: Facts, at: datetime) -> Promise:
    if facts.verified == "broken":
        return Promise("evidence", State.BROKEN, "broken", at=facts.verified_at, link="/evidence")
    if facts.unsealed and (facts.sealed_at is None or facts.sealed_at < at - NIGHT):
        return Promise("evidence", State.NEEDED, "unsealed", facts.unsealed, facts.sealed_at, link="/evidence")
    if facts.verified_at is None:
        return Promise("evidence", State.UNKNOWN, "never", link="/evidence")
    return Promise("evidence", State.KEPT, "whole", at=facts.verified_at, link="/evidence")


def _copies(facts: Facts, at: datetime) -> Promise:
    if facts.copied_at is None:
        return Promise("copies", State.UNKNOWN, "never")
    if facts.copied_at < at - NIGHT:
        return Promise("copies", State.NEEDED, "old", at=facts.copied_at)
    return Promise("copies", State.KEPT, "made", at=facts.copied_at)


def _breaches(facts: Facts, at: datetime) -> Promise:
    if not facts.breaches:
        return Promise("breaches", State.KEPT, "nothing", link="/breach")
    if facts.breach_due is None:
        return Promise("breaches", State.NEEDED, "reported", facts.breaches, link="/breach")
    state, action = (State.BROKEN, "late") if facts.breach_due < at else (State.NEEDED, "open")
    return Promise("breaches", state, action, facts.breaches, facts.breach_due, link="/breach")


def _readiness(facts: Facts, at: datetime) -> Promise:
    if facts.ready_at is None:
        return Promise("readiness", State.UNKNOWN, "never")
    if facts.unready:
        return Promise("readiness", State.NEEDED, "missing", len(facts.unready), names=facts.unready, link="/breach")
    if facts.ready_at < at - NIGHT:
        return Promise("readiness", State.NEEDED, "old", at=facts.ready_at)
    return Promise("readiness", State.KEPT, "ready", at=facts.ready_at)


def _readings(facts: Facts) -> Promise:
    if facts.bulk_readers:
        return Promise("readings", State.BROKEN, "bulk", facts.bulk_readers, link="/evidence/reading_alarmed")
    return Promise("readings", State.KEPT, "nothing")


def _runs(facts: Facts) -> Promise:
    failed = tuple(run.workflow for run in facts.runs if run.state == "failed")
    if failed:
        return Promise("runs", State.NEEDED, "failed", len(failed), names=failed)
    if not facts.runs:
        return Promise("runs", State.UNKNOWN, "never")
    return Promise("runs", State.KEPT, "well", len(facts.runs), max(run.at for run in facts.runs))
