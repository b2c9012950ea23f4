"""For how long a copy is kept, and until when a copy may still hold what was destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from include.law import Edition, Rule, clocks
from include.law.days import add_months, last_second, local_day

__all__ = ["KEPT_DAYS", "copies_left_until", "declared_until", "expires"]

KEPT_DAYS: Rule[int] = Rule(
    value=30,
    article="Law 18(1); IR 8(2)(c)",
    confidence="R",
    note="A house value: a copy of our store serves until a loss is noticed, and holds what was destroyed meanwhile.",
)


def expires(edition: Edition, made_at: datetime, kept_days: Rule[int] = KEPT_DAYS) -> datetime:
    """Return when a copy of our store is destroyed, UTC: by the house value, never after the edition's ceiling."""
    return min(made_at + timedelta(days=kept_days.value), clocks.backup_window(edition, made_at).latest)


def declared_until(edition: Edition, at: datetime, months: int) -> datetime:
    """Return when a copy that is made elsewhere at `at` and kept for so many months is gone, UTC."""
    return last_second(edition, add_months(local_day(edition, at), months))


def copies_left_until(destroyed_at: datetime, kept: Iterable[tuple[datetime, datetime]]) -> datetime | None:
    """Return when the last copy is gone that may hold what was destroyed at `destroyed_at`, of those kept.

    Each is when it was made and when it goes. None where no copy is left: IR 8(2)(c) is then fulfilled.
    """
    return max((gone_at for made_at, gone_at in kept if made_at <= destroyed_at < gone_at), default=None)
