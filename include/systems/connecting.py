"""Where a system of record is: the setting or the connection that its map names gives the address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from include.errors import MayBeRetried, NeverRetry
from include.systems.model import System

__all__ = ["SystemAway", "address_of", "connected", "in_one_go", "session"]

_kept: ContextVar[dict[str, Engine] | None] = ContextVar("kept", default=None)

DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql",
           "mariadb": "mariadb+pymysql"}  # fmt: skip
"""The driver for an address that names none."""


REFUSALS = ("1044", "1045", "1049", "1054", "1137", "1142", "1143", "28000", "28P01", "3D000", "42501")
"""What waiting does not mend: a wrong login, no such database, no right to do it."""


THEIRS = "of_the_system_asked"
LOCKED = 60
"""Seconds to wait for somebody's lock before the work is broken off and tried again later."""


class SystemAway(MayBeRetried):
    """Raised where a system of record cannot be reached or broke off the work; nothing of it was kept there."""


def address_of(system: System, settings: Mapping[str, str] = os.environ) -> str:
    """Return the address of a system: the setting that its map names. Raises NeverRetry where that is not set."""
    if system.connection is None:
        raise NeverRetry(f"{system.key}: the map names no connection; add `connection` under `amanah`")
    address = settings.get(system.connection)
    if not address:
        raise NeverRetry(f"{system.key}: {system.connection} is not set; let it hold the system's address")
    return address


@contextmanager
def in_one_go() -> Iterator[None]:
    """Keep connections, and what the mapped tables look like, while the block runs: for work of many small steps."""
    token = _kept.set({})
    try:
        yield
    finally:
        for engine in (_kept.get() or {}).values():
            engine.dispose()
        _kept.reset(token)


def _engine(url: URL) -> tuple[Engine, bool]:
    """Give an engine, and whether it is to be disposed of after use."""
    kept, name = _kept.get(), url.render_as_string(hide_password=False)
    if kept is not None and name in kept:
        return kept[name], False
    engine = create_engine(url, hide_parameters=True, **_manners(url))
    event.listen(engine, "handle_error", _mark)
    if kept is None:
        return engine, True
    event.listen(engine, "connect", lambda _, record: record.info.update(amanah_tables={}))
    kept[name] = engine
    return engine, False


def _manners(url: URL) -> dict[str, Any]:
    """Say how to behave there: see one moment, and wait for no lock longer than LOCKED, unless the address says."""
    match url.get_backend_name():
        case "postgresql":
            waits = {} if "options" in url.query else {"options": f"-c lock_timeout={LOCKED}s"}
        case "mysql" | "mariadb":
            waits = {"init_command": f"set session innodb_lock_wait_timeout = {LOCKED}"}
        case _:
            return {}
    return {"isolation_level": "REPEATABLE READ", "connect_args": waits}


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Open one transaction at an address: kept on a clean exit, undone on any error. No error quotes a value.

    It sees the database as it was when it began: what is selected is what goes, and where somebody changed one of these
    rows meanwhile the database breaks it off. Raises as `session` does.
    """
    with session(address) as connection, connection.begin():
        yield connection


@contextmanager
def session(address: str) -> Iterator[Connection]:
    """Open a connection for several transactions, each begun by the caller; temporary tables last from one to the next.

    Raises NeverRetry for an address that is none, for a login or a statement that is refused, and SystemAway where the
    system is away, busy, or breaks off. An error of another database, our own above all, that is met meanwhile passes
    as it is: it is not this system's.
    """
    try:
        url = make_url(address)
        if url.drivername in DRIVERS:
            url = url.set(drivername=DRIVERS[url.drivername])
        engine, ours = _engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise NeverRetry(
            "that is no address of a database, such as postgresql://login:password@host/database"
        ) from None
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        if not getattr(error, THEIRS, False):
            raise
        raise _told(url.get_backend_name(), error) from None
    finally:
        if ours:
            engine.dispose()


def _mark(context: ExceptionContext) -> None:
    """Mark an error as one of the system that was asked."""
    if context.sqlalchemy_exception is not None:
        setattr(context.sqlalchemy_exception, THEIRS, True)


def _told(backend: str, error: DBAPIError) -> SystemAway | NeverRetry:
    if isinstance(error, OperationalError) and _code(error) not in REFUSALS and not _is_a_login(error):
        return SystemAway(f"the {backend} server is away or busy ({_kind(error)}); try again")
    return NeverRetry(f"the {backend} server refused a statement or a login ({_kind(error)}{_where(error)})")


def _code(error: DBAPIError) -> str:
    """Give the server's code: five letters of the standard, or MySQL's number."""
    given = getattr(error.orig, "sqlstate", None) or next(iter(getattr(error.orig, "args", ())), "")
    return str(given) if isinstance(given, int | str) and len(str(given)) <= 5 else ""


def _is_a_login(error: DBAPIError) -> bool:
    """PostgreSQL's driver gives no code before it is connected: the words that its server has for these are fixed."""
    words = str(error.orig)
    return not _code(error) and any(f"{word} " in words for word in ("authentication failed", "does not exist"))


def _where(error: DBAPIError) -> str:
    """Name the table and constraint of a refusal, where the server tells: names, never a row."""
    told = getattr(error.orig, "diag", None)
    names = [getattr(told, name, None) for name in ("table_name", "constraint_name")]
    return "".join(f", {name}" for name in names if name)


def _kind(error: DBAPIError) -> str:
    """Name an error by its class and code: its words may quote a row."""
    return f"{type(error.orig).__name__} {_code(error)}".strip()
