"""When a message that could not go out is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

__all__ = ["ATTEMPTS_AT_MOST", "DEFERRALS_IN_A_ROW", "gives_up", "retry_at"]

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)

ATTEMPTS_AT_MOST = 24
"""About three days. The Internet's own advice is to try for four or five, but an answer is owed before day 30."""

DEFERRALS_IN_A_ROW = 10
"""So many messages put off one after another are the carrier's trouble and not the recipients'."""


def retry_at(attempts: int, at: datetime) -> datetime:
    """Say when to try again after `attempts` earlier ones: one minute, then twice as long each time, up to 4 hours."""
    doublings = min(attempts, 16)
    return at + min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def gives_up(attempts: int) -> bool:
    """Say whether the attempt after `attempts` earlier ones was the last."""
    return attempts + 1 >= ATTEMPTS_AT_MOST
