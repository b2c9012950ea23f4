"""Whether somebody waits for a destruction that they asked for, and hearing of it when they do."""

from __future__ import annotations

from sqlalchemy import text

from include.store import Role, begin
from include.store.listening import listen as hear

__all__ = ["CHANNEL", "listen", "waiting"]

CHANNEL = "amanah_destruction"
"""What is notified, without a word, in the transaction that asks."""


def waiting() -> bool:
    """Say whether a request for destruction is open. Raises StoreAway where the database is."""
    with begin(Role.DUTIES) as connection:
        asked = text("select exists (select from duties.destruction_request where closed_at is null)")
        return bool(connection.execute(asked).scalar_one())


def listen(seconds: float) -> bool:
    """Listen for so many seconds at most; say whether something was heard. Raises StoreAway where the database is."""
    return hear(CHANNEL, seconds)
