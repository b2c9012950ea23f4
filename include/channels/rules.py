"""When a message that could not go out is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

__all__ = ["ATTEMPTS_AT_MOST", "DEFERRALS_IN_A_ROW", "SOFT_RETURNS_AT_MOST", "gives_up", "retry_at", "write_again_at"]

SOFT_RETURNS_AT_MOST = 3
"""So often a mailbox may send mail back for something that may pass, before another way to the person is taken."""
LONGEST_AFTER_RETURN = timedelta(days=2)
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


def write_again_at(returns: int, at: datetime) -> datetime:
    """Say when to write again to an address that sent mail back for the `returns`-th time, for something that may pass.

    The server that took the mail over has tried for itself: so the first pause is the relay's longest, 4 hours, and
    then twice as long each time, up to two days.
    """
    return at + min(LONGEST_PAUSE * (1 << min(max(returns, 1) - 1, 8)), LONGEST_AFTER_RETURN)
