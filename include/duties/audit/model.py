"""The nouns of an audit: a day, what was counted at its end, what must be nothing, and why nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 (a day has a field of that name)
from enum import StrEnum

from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.law import Edition, edition_for
from include.law.days import first_second
from include.law.in_force import NoSuchEdition

__all__ = ["CHECKS", "LAST_SECTION", "BeforeRecords", "Check", "Counted", "Day", "NoSuchDay"]


class NoSuchDay(NeverRetry):
    """A day of which nothing can be said."""


class BeforeRecords(NoSuchDay):
    """A day before anything was recorded, or before any edition of the law was in force."""


class Check(StrEnum):
    """What must be nothing at the end of every day."""

    PERSONAL_IN_AUDIENCE = "personal_in_audience"
    AUDIENCE_MISSING = "audience_missing"
    """Somebody was destroyed who is in an audience that is out, and its recipient was not told."""
    MISSED_WITHOUT_REASON = "missed_without_reason"
    OVERDUE_DATA = "overdue_data"
    NOTICE_WITHOUT_PROOF = "notice_without_proof"
    SOURCE_WITHOUT_BASIS = "source_without_basis"
    CHAIN_BROKEN = "chain_broken"
    """Records that are not as they were written, or not as they were sealed."""


CHECKS = tuple(Check)
LAST_SECTION = "recorded"
"""Where events stand that are about no promise of their own."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar at home (Riyadh), from its first instant to the first of the next one, UTC."""

    date: Date
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, day: Date) -> Day:
        """Give the day of a date. Raises BeforeRecords for one on which no edition of the law was in force yet."""
        edition = _edition(_noon(day))
        return cls(day, first_second(edition, day), first_second(edition, day + timedelta(days=1)))

    @classmethod
    def at(cls, instant: datetime) -> Day:
        """Give the day in which an instant lies. Raises BeforeRecords as `of` does."""
        return cls.of(instant.astimezone(_edition(instant).zone).date())

    @property
    def before(self) -> Day:
        """The day before."""
        return Day.of(self.date - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Counted:
    """What was held, owed or standing at the end of a day: one measure, about one source, purpose, system or kind."""

    measure: str
    about: str
    counts: Mapping[str, int] = field(default_factory=dict)


def _edition(instant: datetime) -> Edition:
    try:
        return edition_for(HOME, instant)
    except NoSuchEdition:
        raise BeforeRecords(f"nothing was recorded on {instant.date()}: no edition was in force yet") from None


def _noon(day: Date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
