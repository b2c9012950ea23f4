"""The one place that asks what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from include.errors import NeverRetry

__all__ = ["has_development_key", "now"]


def now() -> datetime:
    """Return this instant, UTC.

    Drills and tests may set AMANAH_SIMULATED_NOW to an ISO 8601 instant with its zone (`2026-01-31T09:00:00+03:00`);
    the clock then stands still there. A forged clock could hide a missed deadline, so `NeverRetry` is raised where it
    is set beside a production key: it holds only while AMANAH_KEY is unset or empty or starts with `dev:`.
    """
    simulated = os.environ.get("AMANAH_SIMULATED_NOW")
    if not simulated:
        return datetime.now(UTC)
    if has_development_key():
        return _instant(simulated)
    raise NeverRetry(
        "AMANAH_SIMULATED_NOW is set beside a production key (AMANAH_KEY). A simulated clock is for drills only: "
        "unset it, or use a key that starts with 'dev:'."
    )


def has_development_key() -> bool:
    """Say whether this is no production: its key is the one made for development, or says that it is for that."""
    return (os.environ.get("AMANAH_KEY") or "dev:").startswith("dev:")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise NeverRetry("AMANAH_SIMULATED_NOW is not an ISO 8601 instant such as 2026-01-31T09:00:00+03:00") from None
    if instant.tzinfo is None:
        raise NeverRetry("AMANAH_SIMULATED_NOW has no zone; add one, such as +03:00 or Z")
    return instant.astimezone(UTC)
