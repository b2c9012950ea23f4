"""Whether an incident waits for a run of its own, and hearing of it when one does."""

from __future__ import annotations

from include.duties.breach.incidents import waiting_without_run
from include.duties.breach.noting import CHANNEL
from include.store import Role, begin
from include.store.listening import listen as hear

__all__ = ["listen", "waiting"]


def waiting() -> bool:
    """Say whether one does. Raises StoreAway where the database is away."""
    with begin(Role.DUTIES) as connection:
        return bool(waiting_without_run(connection))


def listen(seconds: float) -> bool:
    """Listen for so many seconds at most; say whether something was heard. Raises StoreAway where the database is."""
    return hear(CHANNEL, seconds)
