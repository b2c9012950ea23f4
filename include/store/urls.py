"""Where the databases are: those that the environment names, else those of the embedded server."""

from __future__ import annotations

import os

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from include.errors import NeverRetry
from include.store.home import home
from include.store.server import EmbeddedServer

__all__ = ["airflow_url", "database_url", "is_external", "owner_url"]


def database_url() -> str:
    """Return the address that every process logs in with: `AMANAH_DATABASE_URL`, else the embedded server's."""
    return _named("AMANAH_DATABASE_URL") or EmbeddedServer(home()).ensure().database_url


def owner_url() -> str:
    """Return the address that migrations log in with: `AMANAH_OWNER_DATABASE_URL`, else the same or the embedded."""
    if is_external():
        return _named("AMANAH_OWNER_DATABASE_URL") or database_url()
    return EmbeddedServer(home()).ensure().owner_url


def airflow_url() -> str:
    """Return the address of Airflow's own database: `AMANAH_AIRFLOW_DATABASE_URL`, else the embedded server's."""
    named = _named("AMANAH_AIRFLOW_DATABASE_URL", "postgresql+psycopg2")
    if named is None and is_external():
        raise NeverRetry("AMANAH_AIRFLOW_DATABASE_URL: name Airflow's database, as AMANAH_DATABASE_URL names ours.")
    return named or EmbeddedServer(home()).ensure().airflow_url


def is_external() -> bool:
    """Return whether the database is one that somebody else runs."""
    return bool(os.environ.get("AMANAH_DATABASE_URL"))


def _named(setting: str, driver: str = "postgresql+psycopg") -> str | None:
    given = os.environ.get(setting)
    if not given:
        return None
    try:
        url = make_url(given)
    except ArgumentError:
        raise NeverRetry(f"{setting} is not an address such as postgresql://login:password@host/database.") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise NeverRetry(f"{setting} must name a PostgreSQL database, not one of {url.get_backend_name()}.")
    return url.set(drivername=driver).render_as_string(hide_password=False)
