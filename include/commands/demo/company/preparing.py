"""Give the company a database of its own beside ours, in the demo's server."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from include.commands.demo.company.seeding import seed
from include.store.server import ServerInfo
from include.systems.connecting import connected

__all__ = ["MAPS", "prepare"]

MAPS = Path(__file__).parent
"""The folder with the data map, `books.yml`."""
ADDRESS, FILES = "AMANAH_SYSTEM_BOOKS", "AMANAH_BOOKS_FILES"
"""What the map names as the settings that hold the database's address and the folder of recordings."""


def prepare(
    server: ServerInfo, recordings: Path, at: datetime, *, scale: int = 1, name: str = "books"
) -> dict[str, str]:
    """Make the database, its login and what is in it, where it is missing; return the settings that lead there.

    `at` (UTC) is the moment from which everything in it is reckoned. The login gets a new password every time: none is
    kept anywhere. Raises NeverRetry or SystemAway where the server refuses.
    """
    password = secrets.token_hex(24)
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        _make(connection, name, password)
    address = f"postgresql+psycopg://{name}:{password}@127.0.0.1:{server.port}/{name}"
    with connected(address) as books:
        seed(books, recordings, at, scale=scale)
    return {"AMANAH_SYSTEMS": str(MAPS), ADDRESS: address, FILES: str(recordings.resolve())}


def _make(connection: psycopg.Connection, name: str, password: str) -> None:
    """Make login and database, of which the login is the owner: it may make tables there, and lasting nothing else."""
    login = sql.Identifier(name)
    known = connection.execute("select from pg_roles where rolname = %s", (name,)).rowcount
    connection.execute(
        sql.SQL("{} role {} login password {}").format(
            sql.SQL("alter" if known else "create"), login, sql.Literal(password)
        )
    )
    if not connection.execute("select from pg_database where datname = %s", (name,)).rowcount:
        connection.execute(sql.SQL("create database {} owner {} strategy file_copy").format(login, login))
    connection.execute(sql.SQL("revoke all on database {} from public").format(login))
