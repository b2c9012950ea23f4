"""The logins and databases of the embedded server."""

from __future__ import annotations

import psycopg
from psycopg import sql

from include.store.roles import Role

__all__ = ["AIRFLOW", "AMANAH", "API", "APP", "ATTRIBUTES", "OWNER", "PORTAL", "SUPERUSER", "prepare_logins"]

SUPERUSER = "postgres"
OWNER = "amanah_owner"
"""Owns the schemas and migrates them."""
APP = "amanah_app"
"""What every process but those two logs in as: it can do nothing until it takes on a role."""
PORTAL = "amanah_portal_login"
"""What the portal logs in as: it can take on the portal's role and no other."""
API = "amanah_api_login"
"""What the API logs in as: it can take on the API's role and no other."""
AIRFLOW = "airflow"
AMANAH = "amanah"

ATTRIBUTES = {OWNER: "createrole", APP: "noinherit", PORTAL: "noinherit", API: "noinherit", AIRFLOW: ""}
MAY_BECOME: dict[str, tuple[Role, ...]] = {APP: tuple(Role), PORTAL: (Role.PORTAL,), API: (Role.API,)}
DATABASES = {AMANAH: (OWNER, (OWNER, APP, PORTAL, API)), "airflow": (AIRFLOW, (AIRFLOW,))}


def prepare_logins(superuser_dsn: str, passwords: dict[str, str]) -> None:
    """Make the roles, logins and databases that are missing. Safe to run again after it was broken off."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        present = {name for (name,) in connection.execute("select rolname from pg_roles")}
        for role in Role:
            if role not in present:
                connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
        for login, attributes in ATTRIBUTES.items():
            verb = "alter" if login in present else "create"
            connection.execute(
                sql.SQL("{} role {} login {} password {}").format(
                    sql.SQL(verb), sql.Identifier(login), sql.SQL(attributes), sql.Literal(passwords[login])
                )
            )
        roles = sql.SQL(", ").join(map(sql.Identifier, Role))
        connection.execute(sql.SQL("grant {} to {} with admin option").format(roles, sql.Identifier(OWNER)))
        for login, allowed in MAY_BECOME.items():
            group = sql.SQL(", ").join(map(sql.Identifier, allowed))
            connection.execute(sql.SQL("grant {} to {}").format(group, sql.Identifier(login)))
        _make_databases(connection)


def _make_databases(connection: psycopg.Connection) -> None:
    present = {name for (name,) in connection.execute("select datname from pg_database")}
    for name, (owner, allowed) in DATABASES.items():
        database = sql.Identifier(name)
        if name not in present:
            connection.execute(
                sql.SQL("create database {} owner {} strategy file_copy").format(database, sql.Identifier(owner))
            )
        connection.execute(sql.SQL("revoke all on database {} from public").format(database))
        logins = sql.SQL(", ").join(map(sql.Identifier, allowed))
        connection.execute(sql.SQL("grant connect on database {} to {}").format(database, logins))
