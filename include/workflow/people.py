"""Who may do what in Airflow: three roles beside its own, and a first user for each.

    python -m include.workflow.people

makes what is missing and sets each of the three roles to what is written here. A user who is there keeps the password.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from include.errors import NeverRetry

__all__ = ["PEOPLE", "ROLES", "Person", "main", "prepare_people"]

LOOK = (
    "Assets", "Asset Aliases", "Audit Logs", "Backfills", "Cluster Activity", "DAG Code", "DAG Dependencies",
    "DAG Runs", "DAG Versions", "DAG Warnings", "DAGs", "HITL Detail", "ImportError", "Jobs", "Plugins", "Pools",
    "Task Instances", "Task Logs", "Website", "XComs",
)  # fmt: skip
MENUS = (
    "Assets", "Audit Logs", "Browse", "Cluster Activity", "DAG Dependencies", "DAG Runs", "DAGs", "Docs", "HITL Detail",
    "Jobs", "Task Instances",
)  # fmt: skip
READ, EDIT, CREATE, MENU = "can_read", "can_edit", "can_create", "menu_access"

ONE_OF_THEM = frozenset(
    {(READ, what) for what in LOOK}
    | {(MENU, what) for what in MENUS}
    | {(how, own) for how in (READ, EDIT) for own in ("My Password", "My Profile")}
)
"""What all three may: read everything but connections, variables and settings, where secrets are; mind one's own login.

Nothing of it shows a person's details: none is in Airflow's database or logs.
"""
RUN = frozenset({(EDIT, "DAGs"), (CREATE, "DAG Runs")})

ROLES: Mapping[str, frozenset[tuple[str, str]]] = {
    "Auditor": ONE_OF_THEM,
    "Data Protection Officer": ONE_OF_THEM | RUN | {(EDIT, "HITL Detail")},
    "Engineer": ONE_OF_THEM
    | RUN
    | {(EDIT, "DAG Runs"), (CREATE, "Task Instances"), (EDIT, "Task Instances"), (CREATE, "Assets")}
    | {(READ, "Providers")},
}
"""Auditors read. The officer also starts runs, and backfills, and answers what waits for a person. Engineers start and
clear them, but answer for nobody. None of them deletes a run: that would be a trace less.
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A first user: login, role, and the setting that has the first password."""

    login: str
    role: str
    setting: str


PEOPLE = (
    Person("admin", "Admin", "ADMIN_PASSWORD"),
    Person("engineer", "Engineer", "ENGINEER_PASSWORD"),
    Person("officer", "Data Protection Officer", "OFFICER_PASSWORD"),
    Person("auditor", "Auditor", "AUDITOR_PASSWORD"),
)
SHORTEST = 12


def prepare_people(passwords: Mapping[str, str]) -> list[str]:
    """Set the roles, make the users that are missing, and return their logins.

    `passwords` has each first password by its setting's name. Raises NeverRetry where one is missing or short.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.utils.providers_configuration_loader import providers_configuration_loaded

    for person in PEOPLE:
        if len(passwords.get(person.setting, "")) < SHORTEST:
            raise NeverRetry(
                f"{person.setting}, the first password of {person.login}, needs {SHORTEST} characters or more"
            )

    @providers_configuration_loaded
    def prepared() -> list[str]:
        with get_application_builder() as builder:
            for name, allowed in ROLES.items():
                _set_role(builder.sm, name, allowed)
            return [person.login for person in PEOPLE if _make(builder.sm, person, passwords[person.setting])]

    return prepared()


def _set_role(security: Any, name: str, allowed: frozenset[tuple[str, str]]) -> None:
    role = security.find_role(name) or security.add_role(name)
    for permission in list(role.permissions):
        if (permission.action.name, permission.resource.name) not in allowed:
            security.remove_permission_from_role(role, permission)
    for action, resource in sorted(allowed):
        security.add_permission_to_role(role, security.create_permission(action, resource))


def _make(security: Any, person: Person, password: str) -> bool:
    """Make a user unless it is there; say whether it was made."""
    if security.find_user(username=person.login):
        return False
    role, title = security.find_role(person.role), person.role
    made = security.add_user(person.login, "Amanah", title, f"{person.login}@amanah.invalid", role, password)
    if not made:
        raise NeverRetry(f"the user {person.login} could not be made; Airflow's log says why")
    return True


def main() -> int:
    """Prepare roles and users from the environment; say who is new."""
    try:
        made = prepare_people(os.environ)
    except NeverRetry as error:
        print(error, file=sys.stderr)
        return 2
    print(f"users made: {', '.join(made) or 'none, all are there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
