"""Airflow's own logins and roles in production: what the engineer, the officer and the auditor may do, and may not."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from include.commands.demo.airflow import airflow_place
from include.commands.demo.processes import Processes
from include.commands.demo.rest import Airflow, AirflowAnswered
from include.store import private_folder
from include.store.server import ServerInfo
from include.workflow.people import PEOPLE

pytestmark = pytest.mark.journey

DAG = "watch_promises"
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
PASSWORDS = {person.setting: secrets.token_urlsafe(16) for person in PEOPLE}
NOBODY = "/api/v2/dags/watch_promises/dagRuns/none/taskInstances/watch/-1/hitlDetails"


@dataclass
class Office:
    """An API server with real logins, and what its processes are told."""

    url: str
    environment: dict[str, str]

    def prepare_people(self, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run the command that the preparation runs."""
        command = [sys.executable, "-m", "include.workflow.people"]
        return subprocess.run(
            command, env=self.environment | PASSWORDS | changed, capture_output=True, text=True, timeout=300
        )

    def logged_in(self, login: str) -> Airflow:
        """Log in with the first password."""
        airflow = Airflow(self.url)
        airflow.log_in(login, next(PASSWORDS[person.setting] for person in PEOPLE if person.login == login))
        return airflow


@pytest.fixture(scope="module")
def office(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Boot the API server with FAB's logins on a fresh database that has our DAGs and people."""
    database = f"airflow_{secrets.token_hex(6)}"
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        names = sql.Identifier(database), sql.Identifier("airflow")
        connection.execute(sql.SQL("create database {} template template0 owner {}").format(*names))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AMANAH_HOME", str(tmp_path_factory.mktemp("office")))
            patch.setenv("AMANAH_AIRFLOW_DATABASE_URL", server.url("airflow", database, "psycopg2"))
            place = airflow_place({"AIRFLOW__CORE__AUTH_MANAGER": FAB}, port=0)
            processes = Processes(private_folder("demo") / "processes.json", place.logs)
        office = Office(place.url, dict(place.environment))
        try:
            for command in (("db", "migrate"), ("dags", "reserialize")):
                _run(office, "-m", "airflow", *command)
            made = office.prepare_people()
            assert made.returncode == 0, made.stderr[-2000:]
            assert made.stdout.splitlines()[-1] == "users made: admin, engineer, officer, auditor"
            processes.start("api-server", ("-m", "airflow", "api-server"), place.environment)
            _wait(processes, place.url)
            yield office
        finally:
            processes.stop()
            connection.execute(sql.SQL("drop database {} with (force)").format(names[0]))


def _run(office: Office, *argv: str) -> None:
    done = subprocess.run([sys.executable, *argv], env=office.environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def _wait(processes: Processes, url: str) -> None:
    end = time.monotonic() + 240
    while True:
        try:
            Airflow(url).ask("GET", "/api/v2/version")
        except AirflowAnswered:
            log = Path(processes.log("api-server"))
            assert processes.ended() is None, log.read_text("utf-8")[-2000:]
            assert time.monotonic() < end
            time.sleep(0.5)
        else:
            return


def allowed(airflow: Airflow, method: str, path: str, body: dict[str, object] | None = None) -> bool:
    """Say whether a request is let through; that there is no such thing, or that it is badly put, comes after."""
    try:
        airflow.ask(method, path, body)
    except AirflowAnswered as answer:
        if answer.status in (403, 404, 422):
            return answer.status != 403
        raise
    return True


LOOKING = ("/dags", f"/dags/{DAG}/details", f"/dags/{DAG}/dagRuns", "/eventLogs", "/importErrors", f"/dagSources/{DAG}")
SECRETS = ("/connections", "/variables", "/config")
RUN = {"logical_date": None, "conf": {"reason": "audit"}}
ANSWER = {"chosen_options": ["Approve"], "params_input": {}}
MIND = {"is_paused": True}
REPEAT = {"dag_id": DAG, "from_date": "2026-01-01T00:00:00Z", "to_date": "2026-01-02T00:00:00Z"}


@pytest.mark.parametrize("login", ["engineer", "officer", "auditor"])
def test_all_three_may_look_at_everything_but_where_secrets_are(office: Office, login: str) -> None:
    airflow = office.logged_in(login)
    assert [path for path in LOOKING if not allowed(airflow, "GET", f"/api/v2{path}")] == []
    assert [path for path in SECRETS if allowed(airflow, "GET", f"/api/v2{path}")] == []
    assert not allowed(airflow, "POST", "/api/v2/connections", {"connection_id": "mine", "conn_type": "smtp"})
    assert not allowed(airflow, "DELETE", f"/api/v2/dags/{DAG}")
    assert not allowed(airflow, "DELETE", f"/api/v2/dags/{DAG}/dagRuns/none")


@pytest.mark.parametrize(
    ("login", "runs", "clears", "answers"),
    [("engineer", True, True, False), ("officer", True, False, True), ("auditor", False, False, False)],
)
def test_each_may_do_what_the_role_is_for(office: Office, login: str, runs: bool, clears: bool, answers: bool) -> None:
    airflow = office.logged_in(login)
    assert allowed(airflow, "POST", f"/api/v2/dags/{DAG}/dagRuns", RUN) == runs
    assert allowed(airflow, "PATCH", f"/api/v2/dags/{DAG}", MIND) == runs
    assert allowed(airflow, "POST", "/api/v2/backfills/dry_run", REPEAT) == runs
    assert allowed(airflow, "POST", f"/api/v2/dags/{DAG}/clearTaskInstances", {"dry_run": True}) == clears
    assert allowed(airflow, "PATCH", NOBODY, ANSWER) == answers


def test_the_administrator_alone_sees_connections(office: Office) -> None:
    assert allowed(office.logged_in("admin"), "GET", "/api/v2/connections")


@pytest.mark.parametrize(
    ("login", "evidence"), [("admin", False), ("engineer", False), ("officer", True), ("auditor", True)]
)
def test_all_see_the_console_and_each_what_their_office_may_see_there(
    office: Office, login: str, evidence: bool
) -> None:
    airflow = office.logged_in(login)
    views = [view["url_route"] for plugin in airflow.ask("GET", "/api/v2/plugins")["plugins"]
             for view in plugin["external_views"]]  # fmt: skip
    assert "amanah" in views
    with httpx.Client(
        base_url=office.url, cookies={"_token": str(airflow._token)}, trust_env=False, timeout=60
    ) as client:
        assert client.get("/amanah/law").status_code == 200
        assert client.get("/amanah/evidence/none").status_code == (404 if evidence else 403)


def test_nobody_comes_in_without_a_login_or_with_another_password(office: Office) -> None:
    with pytest.raises(AirflowAnswered, match="401"):
        Airflow(office.url).ask("GET", "/api/v2/dags")
    with pytest.raises(AirflowAnswered, match="401"):
        Airflow(office.url).log_in("auditor", "another password")


def test_making_people_again_changes_no_password_and_takes_back_what_a_role_was_given_beside(office: Office) -> None:
    _run(office, "-m", "airflow", "roles", "add-perms", "Auditor", "--action", "can_read", "--resource", "Connections")
    again = office.prepare_people(AUDITOR_PASSWORD="another password")
    assert again.stdout.splitlines()[-1] == "users made: none, all are there"
    assert not allowed(office.logged_in("auditor"), "GET", "/api/v2/connections")


def test_a_short_first_password_is_refused_by_its_name_and_not_shown(office: Office) -> None:
    refused = office.prepare_people(OFFICER_PASSWORD="short-one")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1] == (
        "OFFICER_PASSWORD, the first password of officer, needs 12 characters or more"
    )
