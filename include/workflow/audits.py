"""The steps of an audit: a day is closed when it ends, its pack is written, and what must not be is said."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from include.errors import NeverRetry
from include.workflow.steps import skip, started, step

__all__ = ["close_day", "judge", "write_pack"]


@step()
def close_day() -> int:
    """Count what is held when a day has ended, and seal it; return how many measures, 0 where that was done."""
    from include.duties.audit.closing import close_yesterday
    from include.evidence import seal
    from include.law import now
    from include.workflow.connections import with_systems

    started()
    counted = close_yesterday(now(), with_systems(os.environ))
    if counted:
        seal(now())
    return counted


@step()
def write_pack() -> dict[str, Any]:
    """Write the pack of the run's day; return its name and counts. A day before the first record is skipped.

    So is one before the first edition of the law.
    """
    from include.duties.audit.actions import audit
    from include.duties.audit.model import BeforeRecords, Day
    from include.law import now
    from include.workflow.connections import with_systems

    kind = started().kind
    try:
        done = audit(Day.of(_date(kind)), now(), with_systems(os.environ))
    except BeforeRecords as nothing:
        if kind == "manual":  # a range, or a new installation's first slot, may begin before anything was recorded
            raise
        skip(str(nothing))
    found = {"events": done.events, "supplements": len(done.supplements), "failed_checks": len(done.failed)}
    found["packs_of_another_form"] = len(done.notes)
    return {"pack": done.pack.name, "counts": found, "failed": dict(done.failed)}


@step()
def judge(written: dict[str, Any]) -> None:
    """Fail where a check found what must not be there; the pack says the same."""
    if written["failed"]:
        told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in written["failed"].items())
        raise NeverRetry(
            f"the audit of {written['pack']} found {told}; its pack is written. See what the DAG's doc says"
        )


def _date(kind: str) -> date:
    """Say which date a run is about: its interval's first day; by hand what the form says, else yesterday.

    A backfill gives every run of it the same form, so the date there counts for none of them.
    """
    from include.duties.audit.model import Day
    from include.law import now

    context = get_current_context()
    begins = context["dag_run"].logical_date
    if kind != "manual" and begins is not None:
        return Day.at(begins).date
    given = context["params"].get("date") if kind == "manual" else None
    if not given:
        return Day.at(now()).before.date
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise NeverRetry("the field Date is no date such as 2026-11-29") from None
