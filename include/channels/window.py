"""When a message may reach a person: the sending window of an edition, read on the recipient's own clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from include.errors import NeverRetry
from include.law.now import has_development_key
from include.law.rule import Weekday
from include.law.terms import SendingWindow

__all__ = ["is_open", "is_waived", "next_sending"]

DAYS_AHEAD = 15
"""Two weeks: a window of one weekday may once a year fall into the hour that summer time takes away."""


def is_open(window: SendingWindow, zone: ZoneInfo, at: datetime) -> bool:
    """Say whether the clock on the recipient's wall stands inside the window at this instant."""
    local = at.astimezone(zone)
    in_hours = window.start.value <= local.time() < window.end.value
    return in_hours and Weekday.of(local.date()) in window.days.value


def is_waived() -> bool:
    """Say whether AMANAH_SENDING_WINDOW=always lifts every window: for drills and demos, never beside a production key.

    Raises NeverRetry where it is set beside one, or to anything else.
    """
    given = os.environ.get("AMANAH_SENDING_WINDOW")
    if not given:
        return False
    if given != "always" or not has_development_key():
        raise NeverRetry("AMANAH_SENDING_WINDOW may be `always`, and only with a development key; unset it")
    return True


def next_sending(window: SendingWindow, zone: ZoneInfo, at: datetime) -> datetime:
    """Return the first instant, UTC, from `at` on at which a message may go out; `at` itself where the window is open.

    An opening that summer time skips comes when the clock has jumped over it; one that the clock shows twice counts
    both times.
    """
    if is_open(window, zone, at):
        return at.astimezone(UTC)
    today = at.astimezone(zone).date()
    for ahead in range(DAYS_AHEAD):
        opening = datetime.combine(today + timedelta(days=ahead), window.start.value, tzinfo=zone)
        for fold in (0, 1):
            opens = opening.replace(fold=fold).astimezone(UTC)
            if opens >= at and is_open(window, zone, opens):
                return opens
    raise NeverRetry("the sending window never opens; correct sending_window in the edition")
