"""When a source is collected: a word, or a cron expression; and how late it may be."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["CRON", "as_grace", "as_refresh", "grace_of"]

CRON: dict[str, str | None] = {"nightly": "0 2 * * *", "weekly": "0 2 * * 0", "manual": None}
GRACE = {"weekly": "1 day"}
"""How late a delivery may be where its contract does not say; one of any other schedule, `USUAL_GRACE`."""
USUAL_GRACE = "6 hours"
SPAN = re.compile(r"([1-9][0-9]{0,2}) ?(minute|hour|day)s?")

BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
PIECE = re.compile(r"(\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")


def as_refresh(text: str) -> str:
    """Return the refresh in its plain form. Raises ValueError for what is neither a word of ours nor cron."""
    plain = " ".join(text.split())
    if plain.lower() in CRON:
        return plain.lower()
    parts = plain.split(" ")
    if len(parts) != 5 or not all(_fits(part, *bounds) for part, bounds in zip(parts, BOUNDS, strict=True)):
        raise ValueError("must be nightly, weekly, manual, or five cron fields in digits such as '30 1 * * 0-4'")
    return plain


def as_grace(text: str) -> str:
    """Return a span of time in its plain form. Raises ValueError for what is none."""
    plain = " ".join(text.lower().split())
    if SPAN.fullmatch(plain) is None:
        raise ValueError("must be a number of minutes, hours or days such as '6 hours'")
    return plain


def grace_of(grace: str | None, refresh: str) -> timedelta:
    """Return how late a delivery of this refresh may be, as its contract says or as is usual."""
    given = SPAN.fullmatch(grace or GRACE.get(refresh, USUAL_GRACE))
    assert given is not None
    return timedelta(**{f"{given[2]}s": int(given[1])})


def _fits(part: str, lowest: int, highest: int) -> bool:
    for piece in part.split(","):
        match = PIECE.fullmatch(piece)
        if match is None:
            return False
        ends = [int(end) for end in match.group(2, 3) if end is not None]
        step = match.group(4)
        if not all(lowest <= end <= highest for end in ends) or ends != sorted(ends) or (step and not int(step)):
            return False
    return True
