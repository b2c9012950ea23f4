"""Databases that no process of ours may enter yet: made, marked, opened when they are fit for it, or dropped again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from include.errors import NeverRetry
from include.store.refusals import without_values
from include.store.roles import Role
from include.store.urls import admin_url, database_url, owner_url

__all__ = ["address_in", "drop_database", "drop_left_over", "make_closed", "open_database"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
UNFINISHED = "amanah: closed until it is complete"
OPENED = "amanah: restored and opened"
TEMPORARY = (Role.INTAKE, Role.DUTIES)
"""Who works with temporary tables: a right on the database itself, which no dump of it holds."""


def address_in(database: str) -> str:
    """Return the owner's address of a database on the same server."""
    return make_url(owner_url()).set(database=database).render_as_string(hide_password=False)


def make_closed(database: str) -> None:
    """Make an empty database that no login of a process may enter. One that was left unfinished is made anew.

    Raises NeverRetry for a name that cannot be one, or that another database bears.
    """
    if not NAME.fullmatch(database):
        raise NeverRetry("name the database with small letters, digits and underscores; it begins with a letter")
    owner, app = _login(owner_url()), _login(database_url())
    if owner == app:
        raise NeverRetry(
            "nothing can be kept closed to the login that owns it: let AMANAH_OWNER_DATABASE_URL name another login "
            "than AMANAH_DATABASE_URL"
        )
    with _administrator() as connection:
        found = _mark(connection, database)
        if found is not None and found != UNFINISHED:
            raise NeverRetry(f"there is a database {database} already; name one that is still to be made")
        name = sql.Identifier(database)
        _drop(connection, database)
        try:
            made = sql.SQL("create database {} owner {} template template0 connection limit 0")
            connection.execute(made.format(name, sql.Identifier(owner)))
        except psycopg.errors.InsufficientPrivilege:
            raise NeverRetry(
                "this login may not make databases: name one with CREATEDB in AMANAH_ADMIN_DATABASE_URL"
            ) from None
        connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(UNFINISHED)))
        connection.execute(sql.SQL("revoke all on database {} from public, {}").format(name, sql.Identifier(app)))
        roles = sql.SQL(", ").join(map(sql.Identifier, TEMPORARY))
        connection.execute(sql.SQL("grant temporary on database {} to {}").format(name, roles))
        connection.execute(sql.SQL("alter database {} connection limit -1").format(name))


def open_database(database: str) -> None:
    """Let the login of every process in."""
    with _administrator() as connection:
        name, app = sql.Identifier(database), sql.Identifier(_login(database_url()))
        connection.execute(sql.SQL("grant connect on database {} to {}").format(name, app))
        connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(OPENED)))


def drop_database(database: str) -> None:
    """Take away a database that was never opened. Raises NeverRetry for any other; does nothing where there is none."""
    with _administrator() as connection:
        if _mark(connection, database) not in (None, UNFINISHED):
            raise NeverRetry(f"the database {database} is not one that was kept closed; nothing was dropped")
        _drop(connection, database)


def drop_left_over(prefix: str) -> None:
    """Take away what an earlier, killed process left of databases of this name that were never opened."""
    with _administrator() as connection:
        names = connection.execute("select datname from pg_database where starts_with(datname, %s)", (prefix,))
        for (name,) in names.fetchall():
            if _mark(connection, name) == UNFINISHED:
                _drop(connection, name)


def _drop(connection: psycopg.Connection, database: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))


def _mark(connection: psycopg.Connection, database: str) -> str | None:
    """Return what we wrote beside a database: empty for a stranger's, None where there is no such database.

    One that nobody may enter and that bears no word is ours: its making was cut short.
    """
    asked = """
        select coalesce(shobj_description(oid, 'pg_database'), case when datconnlimit = 0 then %s else '' end)
          from pg_database where datname = %s
    """
    found = connection.execute(asked, (UNFINISHED, database)).fetchone()
    return str(found[0]) if found else None


def _login(address: str) -> str:
    return make_url(address).username or ""


@contextmanager
def _administrator() -> Iterator[psycopg.Connection]:
    address = make_url(admin_url()).set(drivername="postgresql").render_as_string(hide_password=False)
    with without_values(), psycopg.connect(address, autocommit=True) as connection:
        yield connection
