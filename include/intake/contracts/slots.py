"""When deliveries are expected: the moments that a cron expression names, in the edition's time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["next_slot", "slots"]

LONGEST = 8 * 366
"""Days to look ahead: from one 29 February to the next there may be eight years."""


def slots(cron: str, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments that five cron fields name, later than `after` and up to `until`, in UTC.

    A local time that the clocks pass over falls at the moment they are put to; of one that comes twice, the first
    counts. As in cron, a day fits by the month's day or by the week's where both are restricted.
    """
    minutes, hours, days, months, weekdays = (
        _numbers(field, *ends) for field, ends in zip(cron.split(" "), ENDS, strict=True)
    )
    either = not cron.split(" ")[2].startswith("*") and not cron.split(" ")[4].startswith("*")
    day, last = after.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        by_month, by_week = day.day in days, day.isoweekday() % 7 in {number % 7 for number in weekdays}
        if day.month in months and (by_month or by_week if either else by_month and by_week):
            yield from (at for at in _moments(day, hours, minutes, zone) if after < at <= until)
        day += timedelta(days=1)


def next_slot(cron: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first moment after this one that a cron expression names, UTC; None where there never is one."""
    return next(slots(cron, zone, after, after + timedelta(days=LONGEST)), None)


ENDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def _numbers(field: str, lowest: int, highest: int) -> set[int]:
    found: set[int] = set()
    for piece in field.split(","):
        span, _, step = piece.partition("/")
        first, _, last = span.partition("-")
        begin = lowest if first == "*" else int(first)
        end = int(last) if last else highest if first == "*" or step else begin
        found.update(range(begin, end + 1, int(step or 1)))
    return found


def _moments(day: date, hours: set[int], minutes: set[int], zone: ZoneInfo) -> list[datetime]:
    return sorted(
        {
            datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
            for hour in sorted(hours)
            for minute in sorted(minutes)
        }
    )
