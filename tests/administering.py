"""The tests' server as its administrator sees it."""

from __future__ import annotations

import psycopg

from include.store.server import ServerInfo

__all__ = ["administrator"]


def administrator(server: ServerInfo) -> psycopg.Connection:
    """Log in as the server's administrator, each statement a transaction of its own."""
    return psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True)
