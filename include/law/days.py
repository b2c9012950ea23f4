"""Days on the calendar of an edition's zone: months that end, working days, the first and last second of a day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from include.errors import NeverRetry
from include.law.edition import Edition
from include.law.rule import Weekday

__all__ = ["add_months", "first_second", "last_second", "local_day", "utc", "working_day_after", "working_day_from"]

DAY = timedelta(days=1)


def utc(instant: datetime, name: str) -> datetime:
    """Return the instant in UTC. Raises `NeverRetry` with its name where it has no zone."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NeverRetry(f"{name} has no time zone; pass an aware datetime")
    return instant.astimezone(UTC)


def local_day(edition: Edition, instant: datetime) -> date:
    """Return the date of an aware instant in the edition's zone."""
    return instant.astimezone(edition.zone).date()


def first_second(edition: Edition, day: date) -> datetime:
    """Return when the local day begins, UTC, also where summer time skips or repeats its midnight."""
    return datetime.combine(day, time(0), tzinfo=edition.zone).astimezone(UTC)


def last_second(edition: Edition, day: date) -> datetime:
    """Return the last second of the local day, UTC."""
    return first_second(edition, day + DAY) - timedelta(seconds=1)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a month that has none (Reg. 1182/71 Art. 3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_day_from(edition: Edition, day: date) -> date:
    """Return the day itself if it is a working day of the edition, else the next one that is."""
    while Weekday.of(day) in edition.weekend.value or day in edition.holidays.value:
        day += DAY
    return day


def working_day_after(edition: Edition, day: date, count: int) -> date:
    """Return the working day so many working days after the day, which itself isn't counted."""
    for _ in range(count):
        day = working_day_from(edition, day + DAY)
    return day
