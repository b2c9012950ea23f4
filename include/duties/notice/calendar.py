"""When a source notice is due: from the edition in force at receipt, the home edition where a law leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from include.law import Edition, clocks, edition_for

__all__ = ["HOME", "NoticeDates", "notice_dates"]

HOME = "sa"
"""The controller's own jurisdiction: its promise holds where another law names no period (Law 2(1), policy 2d)."""


@dataclass(frozen=True, slots=True)
class NoticeDates:
    """The instants of one notice, UTC, and the edition and article they come from."""

    edition: str
    article: str
    not_before: datetime
    decided_by: datetime
    """Until then an undetermined point waits for a person's decision."""
    send_by: datetime
    last_sending: datetime
    due_at: datetime


def notice_dates(jurisdiction: str, received_at: datetime) -> NoticeDates:
    """Work out the dates of a notice about data received at `received_at` (IR 4(3); EU Art. 14(3))."""
    edition = _with_period(edition_for(jurisdiction, received_at), received_at)
    plan = clocks.notice_plan(edition, received_at)
    period = edition.notice.days or edition.notice.months
    assert period is not None
    return NoticeDates(
        edition=edition.name,
        article=period.article,
        not_before=plan.not_before,
        decided_by=received_at + timedelta(days=edition.notice.review_days.value),
        send_by=plan.send_by,
        last_sending=plan.last_sending,
        due_at=plan.due_at,
    )


def _with_period(edition: Edition, received_at: datetime) -> Edition:
    if edition.notice.days is None and edition.notice.months is None:
        return edition_for(HOME, received_at)
    return edition
