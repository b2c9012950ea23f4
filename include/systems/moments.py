"""Moments as a system's columns hold them: dates of its zone, instants with a zone or in UTC, or text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, DateTime, String, and_, or_

from include.errors import NeverRetry

__all__ = ["before", "from_then_on", "instant_of", "up_to"]


def before(column: ColumnElement[Any], moment: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Say of a column that it lies before an instant (UTC); a date, before that instant's day in the zone."""
    return and_(column < _as_held(column, moment, zone))


def from_then_on(column: ColumnElement[Any], moment: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Say of a column that it does not lie before an instant (UTC), or holds nothing."""
    return or_(column >= _as_held(column, moment, zone), column.is_(None))


def up_to(column: ColumnElement[Any], moment: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Say of a column that it does not lie after an instant (UTC), or holds nothing."""
    return or_(column <= _as_held(column, moment, zone), column.is_(None))


def instant_of(value: Any, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) that a column's value is; a date is the beginning of that day in the zone.

    Raises NeverRetry for text that is no moment, without repeating it.
    """
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-01-31") else datetime.fromisoformat(value)
        except ValueError:
            raise NeverRetry("a column that a rule counts from holds text that is no moment") from None
    if not isinstance(value, datetime):
        if not isinstance(value, date):
            raise NeverRetry("a column that a rule counts from holds what is no moment")
        return datetime.combine(value, time(0), tzinfo=zone).astimezone(UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _as_held(column: ColumnElement[Any], moment: datetime, zone: ZoneInfo) -> Any:
    kind = column.type
    if isinstance(kind, DateTime):
        return moment if kind.timezone else moment.astimezone(UTC).replace(tzinfo=None)
    if isinstance(kind, Date):
        return moment.astimezone(zone).date()
    if isinstance(kind, String):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return moment
