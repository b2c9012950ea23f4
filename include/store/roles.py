"""The database roles of the rooms: each unit of work takes on one, and none can do another's work."""

from __future__ import annotations

import enum
from typing import Protocol

from sqlalchemy import Connection, text

from include.errors import NeverRetry

__all__ = ["Role", "grant"]


class Role(enum.StrEnum):
    """A group role: nobody logs in as it; a unit of work sets it until it ends."""

    INTAKE = "amanah_intake"
    DUTIES = "amanah_duties"
    RELAY = "amanah_relay"
    LEDGER = "amanah_ledger"
    AUDITOR = "amanah_auditor"


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
    """Create the roles that the cluster lacks and let the current login act as each.

    Roles belong to the whole cluster: another database's migration may be making them at this moment.
    """
    for role in Role:
        connection.execute(
            text(
                f"""do $$ begin
                    if not exists (select from pg_roles where rolname = '{role}') then
                        create role {role} nologin;
                    end if;
                exception when duplicate_object or unique_violation then null; end $$"""
            )
        )
    admit(connection, None)


def admit(connection: Connection, login: str | None) -> None:
    """Let a login (None: the current one) take on every role. Does nothing where it already can."""
    for role in Role:
        if _may_become(connection, login, role):
            continue
        quoted = "current_user" if login is None else connection.dialect.identifier_preparer.quote(login)
        savepoint = connection.begin_nested()
        try:
            connection.execute(text(f"grant {role} to {quoted}"))
            savepoint.commit()
        except Exception:
            savepoint.rollback()
            if not _may_become(connection, login, role):  # else another session was faster
                raise NeverRetry(
                    f"The database login may not take on the role {role}: let an administrator run "
                    f"`GRANT {role} TO {login or 'the login of AMANAH_OWNER_DATABASE_URL'}`."
                ) from None


def _may_become(connection: Connection, login: str | None, role: Role) -> bool:
    way = "SET" if (connection.dialect.server_version_info or (15,)) >= (16,) else "MEMBER"
    who = "current_user" if login is None else "cast(:login as name)"
    asked = connection.execute(text(f"select pg_has_role({who}, '{role}', '{way}')"), {"login": login} if login else {})
    return bool(asked.scalar_one())
