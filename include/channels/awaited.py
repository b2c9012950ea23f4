"""Messages that somebody sits and waits for: they do not wait for the next scheduled run of the relay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.store import Role, begin
from include.store.listening import listen

__all__ = ["AWAITED", "CHANNEL", "awaited", "hear", "tell"]

CHANNEL = "amanah_outbox"
"""What is notified, without a word, in the transaction that writes such a message."""
AWAITED = "identity_code"
"""The kind of message that is of use for minutes only."""


def tell(connection: Connection) -> None:
    """Let whoever listens know, once this transaction is done, that a message is awaited."""
    connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})


def awaited(at: datetime) -> bool:
    """Say whether such a message is due at `at` (UTC) and was not tried yet. Raises StoreAway where the database is."""
    with begin(Role.RELAY) as connection:
        return bool(connection.execute(DUE, {"at": at, "kind": AWAITED}).scalar_one())


def hear(seconds: float) -> bool:
    """Listen for so many seconds at most; say whether something was heard. Raises StoreAway where the database is."""
    return listen(CHANNEL, seconds)


DUE = text("""
    select exists (select from channels.message
                    where state = 'ready' and kind = :kind and attempts = 0 and not_before <= :at
                      and (expires_at is null or expires_at > :at))
""")
