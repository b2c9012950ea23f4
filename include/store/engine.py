"""Units of work: one transaction, as one role, kept on a clean exit and undone on any error."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from include.store.refusals import keep_values_out, without_values
from include.store.roles import Role
from include.store.rungs import setting
from include.store.urls import database_url

__all__ = ["UnitsOfWork", "begin", "dispose", "engine", "make_engine"]

_engines: dict[str, Engine] = {}
_turn = threading.RLock()
_AS = {role: text(f"set local role {role}") for role in (Role.LEDGER, Role.AUDITOR, Role.CONSOLE)}
"""Those who look nobody up: what they see begins with their own first question."""
_AS_WITH_KEYS = text("""
    select suppression.expect(:marks), set_config('amanah.rungs', :pads, true), set_config('role', :role, true)
""")
_GIVE_UP = "set client_connection_check_interval = '3s'"
"""How soon a server that is busy for a process notices that it was killed, and lets its locks go."""


@contextmanager
def begin(role: Role, at: Engine | None = None) -> Iterator[Connection]:
    """Open a unit of work as a role: commit on a clean exit, roll back on any error. `at` is another database's engine.

    Raises StoreAway (may be retried) where the database is away or broke off the work, StoreRefused (never) where it
    refuses a statement; neither carries a value. Inside the block SQLAlchemy's own errors can be caught.
    """
    with without_values(), (at or engine()).begin() as connection:
        _become(connection, role)
        yield connection


def _become(connection: Connection, role: Role) -> None:
    """Take on a role until the unit of work ends, with this process's keys; the database knows if one lacks."""
    if role in _AS:
        connection.execute(_AS[role])
    else:
        pads, marks = setting()
        connection.execute(_AS_WITH_KEYS, {"role": str(role), "pads": pads, "marks": marks})


class UnitsOfWork:
    """One connection for many small units of work of a role, while a `with` block runs. Not for two threads at once.

    Each is as `begin` opens it, and costs a third: nothing is looked up, borrowed or asked whether it still lives.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self._connection: Connection | None = None

    def __enter__(self) -> UnitsOfWork:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open one: commit on a clean exit, roll back on any error. Raises as the function `begin` does."""
        with without_values():
            connection = self._begun()
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def _begun(self) -> Connection:
        """Begin on the connection that is there; on a new one where the server has left that since it was last used."""
        if self._connection is not None:
            try:
                _become(self._connection, self._role)
            except DBAPIError as error:
                self._let_go()
                if not error.connection_invalidated:
                    raise
            else:
                return self._connection
        self._connection = engine().connect()
        _become(self._connection, self._role)
        return self._connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def engine() -> Engine:
    """Return this process's engine for the current database: found or started, and migrated, at the first call."""
    url = database_url()
    with _turn:
        if url not in _engines:
            from include.store.migration import ensure_migrated  # here, for a process that asks for no database

            made = make_engine(url)
            try:
                ensure_migrated(made)
            except BaseException:
                made.dispose()
                raise
            _engines[url] = made
        return _engines[url]


def make_engine(url: str) -> Engine:
    """Return a new engine whose errors carry no values and whose connections survive a restart of the server."""
    options = "-c timezone=UTC -c client_encoding=UTF8"
    made = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={"application_name": "amanah", "options": options},
    )
    keep_values_out(made)
    event.listen(made, "connect", _notice_a_killed_client)
    return made


def _notice_a_killed_client(connection: psycopg.Connection, _record: object) -> None:
    connection.autocommit = True
    with suppress(psycopg.Error):  # before PostgreSQL 14, and on some systems, a server cannot do this
        connection.execute(_GIVE_UP)
    connection.autocommit = False


def dispose() -> None:
    """Close every connection of this process and forget its engines."""
    with _turn:
        for made in _engines.values():
            made.dispose()
        _engines.clear()


def _let_go_after_fork() -> None:
    global _turn
    _turn = threading.RLock()
    for made in _engines.values():
        made.dispose(close=False)  # the connections belong to the parent


os.register_at_fork(after_in_child=_let_go_after_fork)
