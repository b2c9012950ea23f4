"""Where a system of record is: the setting or the connection that its map names gives the address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from include.errors import MayBeRetried, NeverRetry
from include.systems.model import System

__all__ = ["SystemAway", "address_of", "connected"]

DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql",
           "mariadb": "mariadb+pymysql"}  # fmt: skip
"""The driver for an address that names none."""


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
def connected(address: str) -> Iterator[Connection]:
    """Open one transaction at an address: kept on a clean exit, undone on any error. No error quotes a value.

    Raises NeverRetry for an address that is none, SystemAway where the system is away or breaks off.
    """
    try:
        url = make_url(address)
        if url.drivername in DRIVERS:
            url = url.set(drivername=DRIVERS[url.drivername])
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise NeverRetry(
            "that is no address of a database, such as postgresql://login:password@host/database"
        ) from None
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise SystemAway(f"the {url.get_backend_name()} server is away or busy ({_kind(error)}); try again") from None
    except DBAPIError as error:
        raise NeverRetry(f"the {url.get_backend_name()} server refused a statement ({_kind(error)})") from None
    finally:
        engine.dispose()


def _kind(error: DBAPIError) -> str:
    """Name an error by its class and code: its words may quote a row."""
    return f"{type(error.orig).__name__} {getattr(error.orig, 'sqlstate', None) or ''}".strip()
