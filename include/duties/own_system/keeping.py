"""Keep our own house by the rules of `places.yml`: what is past its time goes, set by set, its counts are evidence."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from include.duties.holds import see_that_nothing_stands_still
from include.duties.notice.calendar import HOME
from include.duties.own_system.files import days_of_task_logs, destroy_audience_files, destroy_task_logs
from include.duties.own_system.model import BY_STEP, OwnRule, places
from include.evidence import Kind, record
from include.law import Edition, edition_for
from include.store import Role, advisory_lock, begin
from include.store.sql import Steps

__all__ = ["STEP_NAMES", "keep_house"]

log = logging.getLogger("amanah.retention")
STEPS = Steps("include.duties.own_system", "keeping.sql")
COUNTING = ("consents", "logins")
"""Steps that count themselves what goes; the last statement of the others touches it."""
IN_THE_STORE = (
    *COUNTING, "messages", "recipients", "returned", "requests", "restrictions", "runs", "hold_people",
    "readers", "request_hashes", "archives", "breach_words", "breach_people", "destroyed_rows", "quarantined",
    "listings",
)  # fmt: skip
STEP_NAMES = frozenset({*IN_THE_STORE, "audience_files", "task_logs"})


def keep_house(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Let go of everything of our own whose time is over at `at` (UTC), and record the counts; return them by step.

    A hold keeps whom it is about, and one without people keeps everything. Again, nothing more goes. What is meant to
    outlive its person (suppression, stops, the ledger) is not touched. Raises Standstill where destruction stands
    still, and NeverRetry for a setting that is no number of days.
    """
    edition, days = edition_for(HOME, at), days_of_task_logs(settings)
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "destruction")
        see_that_nothing_stands_still(connection)
        if holds := STEPS.one(connection, "all_held"):
            log.info("%s hold(s) keep everything of our own", holds)
            return {"held": holds}
        counts = _in_the_store(connection, edition, at)
        expired = [row.id for row in STEPS.rows(connection, "expired_audiences", {"at": at})]
        counts["audience_files"] = destroy_audience_files(expired)
        counts["task_logs"] = destroy_task_logs(at, days, settings) if days else 0
        if any(counts.values()):
            record(connection, Kind.HOUSE_KEPT, at=at, edition=edition.name, counts=counts)
    return counts


def _in_the_store(connection: Connection, edition: Edition, at: datetime) -> dict[str, int]:
    """Run each step with the instant before which its rule's event has to lie."""
    STEPS.run(connection, "held")
    counts = dict[str, int]()
    for step, rule in steps_and_rules():
        if step in IN_THE_STORE and rule.period:
            values = {"before": rule.before(edition, at)}
            counts[step] = _went(connection, step, values)
    return counts


def _went(connection: Connection, step: str, values: dict[str, datetime]) -> int:
    return STEPS.one(connection, step, values) if step in COUNTING else STEPS.run(connection, step, values)


def steps_and_rules() -> Iterator[tuple[str, OwnRule]]:
    """Give the steps that `places.yml` names, each with its rule."""
    for rule in places().rules.values():
        for by in rule.by:
            if by.startswith(BY_STEP):
                yield by.removeprefix(BY_STEP), rule
