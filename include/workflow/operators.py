"""Who is signed in to Airflow, as the console asks it, and how the last run of each workflow ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep

from include.law import now

__all__ = ["OFFICES", "LastRun", "Operator", "last_runs", "signed_in"]

OFFICES: Mapping[str, str] = {
    "Data Protection Officer": "officer",
    "Engineer": "engineer",
    "Auditor": "auditor",
    "Admin": "engineer",
    "op": "officer",
    "user": "engineer",
    "viewer": "auditor",
    "admin": "engineer",
}
"""A role in Airflow, and what it is in the console: the roles of `people` with FAB, the words of the simple logins.

Who administers Airflow minds the machine; that alone lets nobody read what is about people. Other roles are no office.
"""
TAG = "amanah"
RECENT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is signed in, and their offices."""

    login: str
    offices: frozenset[str]


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a workflow."""

    workflow: str
    state: str
    at: datetime


def signed_in(user: GetUserDep) -> Operator:
    """Say who sends a request, from Airflow's own cookie or token; without one Airflow answers 401."""
    return Operator(str(user.get_name()), frozenset(OFFICES[role] for role in _roles(user) if role in OFFICES))


def last_runs() -> tuple[LastRun, ...]:
    """Give the last run of each of our workflows within some days, from Airflow's own database."""
    from airflow.models import DagRun
    from airflow.models.dag import DagTag
    from airflow.utils.session import create_session
    from sqlalchemy import select

    ours = select(DagTag.dag_id).where(DagTag.name == TAG)
    asked = (
        select(DagRun.dag_id, DagRun.state, DagRun.run_after)
        .where(DagRun.dag_id.in_(ours), DagRun.run_after >= now() - RECENT)
        .order_by(DagRun.run_after)
    )
    with create_session() as session:
        last = {row.dag_id: LastRun(row.dag_id, str(row.state), row.run_after) for row in session.execute(asked)}
    return tuple(last[name] for name in sorted(last))


def _roles(user: Any) -> list[str]:
    """Give the names of somebody's roles: the simple logins have one, FAB's have several."""
    roles = getattr(user, "roles", None)
    return [str(role.name) for role in roles] if roles is not None else [str(user.role)]
