"""No role can do another's work."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from include.store import Role, StoreRefused, begin, engine
from include.store.migration import SCHEMAS
from include.store.server import ServerInfo

MAY_READ = {
    Role.INTAKE: {"landing", "register", "suppression"},
    Role.DUTIES: {"landing", "register", "suppression", "channels", "duties", "portal"},
    Role.RELAY: {"channels", "suppression", "duties"},
    Role.LEDGER: set(),
    Role.AUDITOR: {"register", "duties"},
    Role.PORTAL: {"register", "duties", "portal"},
    Role.API: {"register", "suppression", "duties"},
    Role.MAILER: {"duties"},
    Role.CONSOLE: set(),
}
"""Rooms beside the ledger's own, in which a role sees at least one table."""
HOLDERS = {"register.identity", "register.listing", "register.contact_point", "channels.message"}
"""Tables that hold what was said by and about persons."""


ALLOWED = text(
    """select nspname || '.' || relname from pg_class join pg_namespace on relnamespace = pg_namespace.oid
    where nspname = any(:schemas) and relkind in ('r', 'p', 'v', 'm')
    and has_schema_privilege(cast(:role as name), relnamespace, 'usage')
    and has_table_privilege(cast(:role as name), pg_class.oid, :privilege)"""
)


def may(role: str, privilege: str) -> set[str]:
    """The tables on which a role, or a login by itself, has a privilege."""
    with engine().connect() as connection:
        values = {"role": str(role), "privilege": privilege, "schemas": list(SCHEMAS)}
        return set(connection.execute(ALLOWED, values).scalars())


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_its_own_rooms_only(database: str, role: Role) -> None:
    seen = {name.partition(".")[0] for name in may(role, "select")} - {"evidence"}
    assert seen == MAY_READ[role]


@pytest.mark.parametrize("role", [Role.RELAY, Role.LEDGER, Role.AUDITOR])
def test_neither_relay_nor_ledger_nor_auditor_reads_what_the_register_holds_of_persons(
    database: str, role: Role
) -> None:
    assert {name for name in may(role, "select") & HOLDERS if name.startswith("register")} == set()
    with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
        connection.execute(text("select value from register.contact_point"))


def test_the_auditor_reads_and_writes_nothing(database: str) -> None:
    assert may(Role.AUDITOR, "insert") | may(Role.AUDITOR, "update") | may(Role.AUDITOR, "delete") == set()


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_or_removes_what_the_ledger_or_the_suppression_holds(database: str, role: Role) -> None:
    for privilege in ("update", "delete", "truncate"):
        assert {name for name in may(role, privilege) if name.startswith(("evidence.", "suppression."))} == set()


@pytest.mark.parametrize("role", Role)
def test_no_role_makes_tables_in_a_room(database: str, role: Role) -> None:
    for schema in (*SCHEMAS, "public"):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text(f"create table {schema}.mine (id int)"))


def test_the_mailer_sees_what_was_handed_out_as_a_table_and_nothing_else(database: str) -> None:
    assert may(Role.MAILER, "select") == {"duties.mailing_list"}
    assert [may(Role.MAILER, privilege) for privilege in ("insert", "update", "delete")] == [set()] * 3


@pytest.mark.parametrize(("login", "own"), [("amanah_portal_login", Role.PORTAL), ("amanah_api_login", Role.API)])
def test_a_login_that_strangers_speak_to_takes_on_its_own_role_and_no_other(
    database: str, server: ServerInfo, login: str, own: Role
) -> None:
    assert [may(login, privilege) for privilege in ("select", "insert", "update", "delete")] == [set()] * 4
    address = server.url(login, database.rpartition("/")[2]).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        for role in [*Role, "amanah_app", "amanah_owner", "postgres"]:
            if role == own:
                connection.execute(f"set role {role}")
                connection.execute("reset role")
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"set role {role}")


@pytest.mark.parametrize("role", [Role.PORTAL, Role.API])
def test_a_notice_may_be_answered_by_page_and_api_and_not_changed_otherwise(database: str, role: Role) -> None:
    assert "duties.notice" not in may(role, "update")
    for column in ("state", "outcome", "closed_at"):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text(f"update duties.notice set {column} = default"))


def test_the_login_without_a_role_sees_no_table_at_all(database: str) -> None:
    assert [may("amanah_app", privilege) for privilege in ("select", "insert", "update", "delete")] == [set()] * 4


def test_the_login_cannot_become_the_owner(database: str) -> None:
    with engine().connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("set role amanah_owner"))


def test_no_role_can_log_in(database: str) -> None:
    with engine().connect() as connection:
        asked = text("select rolname from pg_roles where rolname = any(:names) and (rolcanlogin or rolsuper)")
        assert connection.execute(asked, {"names": [*Role]}).all() == []


def test_airflows_login_cannot_enter_our_database(server: object, database: str) -> None:
    """The databases of one server are closed to each other's logins (the clone of a test is open by default)."""
    with engine().connect() as connection:
        allowed = text(
            "select datname from pg_database where has_database_privilege('airflow', datname, 'connect')"
            " and datname in ('amanah', 'airflow')"
        )
        assert connection.execute(allowed).scalars().all() == ["airflow"]
