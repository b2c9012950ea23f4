"""Where the databases are: those that the environment names, else those of the embedded server."""

from __future__ import annotations

import os

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from include.errors import NeverRetry
from include.store.home import home
from include.store.logins import AMANAH, API, PORTAL
from include.store.roles import Role
from include.store.server import EmbeddedServer

__all__ = ["admin_url", "airflow_url", "app_url", "database_url", "is_external", "log_in_as", "own_urls", "owner_url"]


OWN = {Role.PORTAL: ("AMANAH_PORTAL_DATABASE_URL", PORTAL), Role.API: ("AMANAH_API_DATABASE_URL", API)}
"""The processes that strangers speak to log in as themselves: by which setting, and as whom at the embedded server."""
AS = "AMANAH_LOGS_IN_AS"
"""Tells a process and those that it starts which of these they are."""


def log_in_as(role: Role) -> None:
    """Let this process and those that it starts log in with the login of one role, from now on."""
    os.environ[AS] = role


def own_urls() -> dict[Role, str]:
    """Return the addresses of the logins that may take on one role alone, as far as they are known here."""
    if is_external():
        named = {role: _named(setting) for role, (setting, _) in OWN.items()}
        return {role: url for role, url in named.items() if url}
    server = EmbeddedServer(home()).ensure()
    return {role: server.url(login, AMANAH) for role, (_, login) in OWN.items()}


def database_url() -> str:
    """Return the address that a process logs in with: `AMANAH_DATABASE_URL`, else the embedded server's.

    Portal and API have their own (`AMANAH_PORTAL_DATABASE_URL`, `AMANAH_API_DATABASE_URL`) and log in with that.
    """
    url = own_urls().get(Role(role)) if (role := os.environ.get(AS)) else None
    url = url or app_url()
    if url is None:
        raise NeverRetry("AMANAH_DATABASE_URL: name the database; what is set here is for the portal or the API alone.")
    return url


def app_url() -> str | None:
    """Return the address of the login that may take on every role; None where only portal or API have one here."""
    if is_external():
        return _named("AMANAH_DATABASE_URL")
    return EmbeddedServer(home()).ensure().database_url


def owner_url() -> str:
    """Return the address that migrations log in with: `AMANAH_OWNER_DATABASE_URL`, else the same or the embedded."""
    if is_external():
        return _named("AMANAH_OWNER_DATABASE_URL") or database_url()
    return EmbeddedServer(home()).ensure().owner_url


def admin_url() -> str:
    """Return the address of a login that may make databases: `AMANAH_ADMIN_DATABASE_URL`, else the embedded server's.

    Where another server has none, the owner's: it may do if it has CREATEDB.
    """
    if is_external():
        return _named("AMANAH_ADMIN_DATABASE_URL") or owner_url()
    return EmbeddedServer(home()).ensure().superuser_url


def airflow_url() -> str:
    """Return the address of Airflow's own database: `AMANAH_AIRFLOW_DATABASE_URL`, else the embedded server's."""
    named = _named("AMANAH_AIRFLOW_DATABASE_URL", "postgresql+psycopg2")
    if named is None and is_external():
        raise NeverRetry("AMANAH_AIRFLOW_DATABASE_URL: name Airflow's database, as AMANAH_DATABASE_URL names ours.")
    return named or EmbeddedServer(home()).ensure().airflow_url


def is_external() -> bool:
    """Return whether the database is one that somebody else runs."""
    settings = ("AMANAH_DATABASE_URL", *(setting for setting, _ in OWN.values()))
    return any(os.environ.get(setting) for setting in settings)


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
