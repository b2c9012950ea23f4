"""The database roles of the rooms: each unit of work takes on one, and none can do another's work."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from include.errors import NeverRetry

__all__ = ["Role", "grant"]


class Role(enum.StrEnum):
    """A group role: nobody logs in as it; a unit of work sets it until it ends."""

    INTAKE = "amanah_intake"
    DUTIES = "amanah_duties"
    RELAY = "amanah_relay"
    LEDGER = "amanah_ledger"
    AUDITOR = "amanah_auditor"
    PORTAL = "amanah_portal"
    """What the pages for the people concerned may do."""
    API = "amanah_api"
    """What other systems of the company may ask for."""
    MAILER = "amanah_mailer"
    """Whoever reads the audiences that are handed out as a table, and nothing else: a login of the mailer's is its
    member. No unit of work of ours takes it on."""
    CONSOLE = "amanah_console"
    """What the operators' pages show: no value and no name of anybody, and nothing is written."""


class Operations(Protocol):
    """What of Alembic's `op` is needed here."""

    def execute(self, sqltext: str) -> None:
        """Run one statement of a migration."""


def grant(op: Operations, privileges: str, target: str, *roles: Role) -> None:
    """Grant privileges within a migration: `grant(op, "select, insert", "register.listing", Role.INTAKE)`.

    The target may also be `all tables in schema …`, `function …` or `schema …`.
    """
    op.execute(f"grant {privileges} on {target} to {', '.join(roles)}")


def create_missing(connection: Connection) -> None:
    """Create the roles that the cluster lacks and let the current login take on each.

    Roles belong to the whole cluster: another database's migration may be making them at this moment.
    """
    for role in Role:
        _bring_about(connection, f"create role {role} nologin", partial(_exists, connection, role))
    admit(connection, None)


def admit(connection: Connection, login: str | None, roles: Collection[Role] = tuple(Role)) -> None:
    """Let a login (None: the current one) take on every role, or those named. Does nothing where it already can."""
    name = login or str(connection.execute(text("select current_user")).scalar_one())
    quoted = connection.dialect.identifier_preparer.quote(name)
    for role in roles:
        _bring_about(connection, f"grant {role} to {quoted}", partial(_may_become, connection, name, role))


def _bring_about(connection: Connection, statement: str, holds: Callable[[], bool]) -> None:
    """Run a statement where its effect is missing; it may fail where another session was faster."""
    if holds():
        return
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except DBAPIError:
        if not holds():
            raise NeverRetry(
                f"The login that migrates may not do it: let the database's administrator run `{statement}`, "
                "or let AMANAH_OWNER_DATABASE_URL name a login with CREATEROLE."
            ) from None


def _exists(connection: Connection, role: Role) -> bool:
    return connection.execute(text("select to_regrole(:role)"), {"role": str(role)}).scalar_one() is not None


def _may_become(connection: Connection, login: str, role: Role) -> bool:
    way = "SET" if (connection.dialect.server_version_info or (15,)) >= (16,) else "MEMBER"
    asked = text("select pg_has_role(cast(:login as name), cast(:role as name), :way)")
    return bool(connection.execute(asked, {"login": login, "role": str(role), "way": way}).scalar_one())
