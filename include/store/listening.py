"""Hearing from the database that something waits: a notification carries no word, only that it is worth looking."""

from __future__ import annotations

from include.store.engine import engine
from include.store.refusals import without_values

__all__ = ["listen"]


def listen(channel: str, seconds: float) -> bool:
    """Listen for so many seconds at most; say whether something was heard. Raises StoreAway where the database is."""
    with without_values(), engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"listen {channel}")
        driver = connection.connection.driver_connection
        assert driver is not None
        heard = list(driver.notifies(timeout=seconds, stop_after=1))  # to its end: half-read it keeps the connection
        connection.exec_driver_sql("unlisten *")
        return bool(heard)
