"""What a form proves when it comes back: that it was made for this link, not long ago."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import Connection

from include.store import keyed
from include.store.sql import Steps

__all__ = ["LIVES", "STEPS", "made_for", "seal_for", "too_often"]

STEPS = Steps("include.portal", "portal.sql")
LIVES = timedelta(hours=12)
"""So long a page may lie open before its forms are sent."""
SKEW = timedelta(minutes=5)
"""So far the clock of another host that serves these pages may be ahead."""


def seal_for(token: str, at: datetime) -> str:
    """Make the hidden field of a page's forms, bound to its link and the hour: no cookie is there to be ridden on."""
    hour = int(at.timestamp() // 3600)
    return f"{hour}.{_proof(token, hour)}"


def made_for(token: str, seal: str, at: datetime) -> bool:
    """Say whether a form was made for this link within the last hours."""
    hour, _, proof = seal.partition(".")
    if not (hour.isascii() and hour.isdecimal() and len(hour) < 8):
        return False
    age = timedelta(seconds=at.timestamp() - int(hour) * 3600)
    return hmac.compare_digest(proof.encode(), _proof(token, int(hour)).encode()) and -SKEW <= age <= LIVES


def too_often(connection: Connection, what: str, who: str, at: datetime, *, most: int) -> bool:
    """Count a try, and say whether it was one too many within an hour. `who` is kept as a keyed hash alone."""
    bucket = keyed(f"attempt:{what}", who)
    count = STEPS.rows(connection, "attempt", {"bucket": bucket, "at": at, "begin": at - timedelta(hours=1)})[0].count
    return bool(count > most)


def _proof(token: str, hour: int) -> str:
    return keyed("form", f"{token}:{hour}").hex()[:32]
