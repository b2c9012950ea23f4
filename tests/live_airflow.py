"""A real Airflow for journeys: its own processes, scheduler and executor, on databases of the tests' server."""

from __future__ import annotations

import secrets
import shutil
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from beginnings import clone
from journeys_house import CONTROLLER, Mailbox
from psycopg import sql

from include.commands.demo.airflow import AirflowPlace, airflow_place
from include.commands.demo.booting import boot, migrating, require_alive
from include.commands.demo.processes import Processes
from include.commands.demo.rest import Airflow
from include.commands.demo.runs import Runs
from include.law import now
from include.store import private_folder
from include.store.server import ServerInfo

__all__ = ["LiveAirflow", "airflow_runs_on", "choosy_mail_server"]

PATIENCE = 900.0
"""Seconds for one step on a busy machine."""
MAIL = "amanah_smtp"
"""The connection by which the relay finds its mail server, where no setting names one."""

CLOCKLESS = """
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable
from airflow.sdk.definitions.timetables.assets import AssetTriggeredTimetable
from airflow.sdk.definitions.timetables.simple import NullTimetable


def dag_policy(dag):
    match dag.timetable:
        case AssetOrTimeSchedule(asset_condition=assets):
            dag.timetable = AssetTriggeredTimetable(assets)
        case CronTriggerTimetable() if not dag.dag_id.startswith("collect_"):
            dag.timetable = NullTimetable()
"""
"""Airflow's own way to change DAGs as it reads them. A DAG that is switched on within a tenth of its period after its
hour begins at once, whatever `run_immediately` says: a journey would depend on the time of day at which it is made."""

_migrated: dict[str, str] = {}
"""The database that Airflow made ready on a server, by the server's address."""


@dataclass
class LiveAirflow:
    """A booted Airflow, with what its processes are told and where they write."""

    settings: Mapping[str, str] = field(repr=False)
    server: ServerInfo
    ours: str
    """The name of our database."""
    theirs: str
    """The name of Airflow's."""
    temporary: Path
    """Where its processes put what is temporary."""
    place: AirflowPlace
    processes: Processes
    api: Airflow

    def runs(self) -> Runs:
        """Follow what begins from now on; a run that fails ends the test."""
        check = lambda: require_alive(self.processes)  # noqa: E731
        return Runs(self.api, now(), self.place.logs, lambda _: None, check, patience=PATIENCE)

    def outcomes(self, dags: Iterable[str], run: str) -> dict[str, str]:
        """Run DAGs side by side, however they end, and return the state in which each did."""
        since, waiting, states = now(), set(dags), dict[str, str]()
        for dag in waiting:
            self.api.unpause(dag)
            self.api.trigger(dag, run, {"reason": "drill"})
        while waiting:
            require_alive(self.processes)
            assert (now() - since).total_seconds() < PATIENCE, f"still not ended: {sorted(waiting)}"
            time.sleep(1)
            ended = [one for one in self.api.runs(since) if one["state"] in ("success", "failed")]
            states |= {one["dag_id"]: one["state"] for one in ended if one["dag_run_id"] == run}
            waiting -= set(states)
        return states

    def pause(self, *dags: str) -> None:
        """Let no run of these DAGs start."""
        for dag in dags:
            self.api.ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": True})

    @contextmanager
    def mail_goes_to(self, port: int) -> Iterator[None]:
        """Give the relay a mail server on this machine while the block runs; without it there is none."""
        connection = {"connection_id": MAIL, "conn_type": "smtp", "host": "127.0.0.1", "port": port}
        self.api.ask("POST", "/api/v2/connections", connection)
        yield
        self.api.ask("DELETE", f"/api/v2/connections/{MAIL}")

    def log_of(self, dag: str, run: str, task: str) -> str:
        """Return what a task that is not mapped wrote in its last try."""
        logs = sorted(self.place.logs.glob(f"dag_id={dag}/run_id={run}/task_id={task}/attempt=*.log"))
        return logs[-1].read_text("utf-8")

    def administrator(self, database: str) -> psycopg.Connection[Any]:
        """Log in to a database as the server's administrator."""
        return psycopg.connect(self.server.url("postgres", database).replace("+psycopg", ""), autocommit=True)


@contextmanager
def airflow_runs_on(
    server: ServerInfo, folder: Path, extra: Mapping[str, str], shape: Mapping[str, str] | None = None
) -> Iterator[LiveAirflow]:
    """Boot an Airflow with these settings (`shape`: Airflow's own), and take everything down when the block ends.

    No duty begins by the clock: the journey starts what nothing sets off. Collections keep their hour.
    """
    mark = secrets.token_hex(6)
    ours, theirs = f"live_{mark}", f"airflow_{mark}"
    settings = {
        "AMANAH_HOME": str(folder / "home"),
        "AMANAH_KEY": f"dev:{secrets.token_hex(32)}",
        "AMANAH_DATABASE_URL": server.url("amanah_app", ours),
        "AMANAH_OWNER_DATABASE_URL": server.url("amanah_owner", ours),
        "AMANAH_AIRFLOW_DATABASE_URL": server.url("airflow", theirs, "psycopg2"),
        "AMANAH_CONTROLLER": str(CONTROLLER),
        "AMANAH_SENDING_WINDOW": "always",
    } | dict(extra)
    temporary = folder / "temporary"
    temporary.mkdir()
    with _databases(server, ours, theirs):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            place = airflow_place({"TMPDIR": str(temporary), **(shape or {})}, port=0)
            processes = Processes(private_folder("demo") / "processes.json", place.logs)
        (place.home / "config").mkdir()
        (place.home / "config/airflow_local_settings.py").write_text(CLOCKLESS, "utf-8")
        try:
            _make_ready(server, theirs, place, processes)
            api = boot(place, processes)
            yield LiveAirflow(settings, server, ours, theirs, temporary, place, processes, api)
        finally:
            processes.patience = 2.0  # what they would still write, nobody reads
            processes.stop()
            for rows in ("landing", "staging"):  # nothing of a real directory outlives the test; the logs may be wanted
                shutil.rmtree(folder / "home" / rows, ignore_errors=True)


def _make_ready(server: ServerInfo, theirs: str, place: AirflowPlace, processes: Processes) -> None:
    """Let Airflow migrate its database, the first time on a server; afterwards there is one to copy."""
    if server.superuser_url in _migrated:
        return
    with migrating(place, processes):
        pass
    clone(server, f"{theirs}_made", theirs, "airflow")
    _migrated[server.superuser_url] = f"{theirs}_made"


@contextmanager
def _databases(server: ServerInfo, ours: str, theirs: str) -> Iterator[None]:
    made = _migrated.get(server.superuser_url, "template0")
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        clone(server, ours)
        clone(server, theirs, made, "airflow")
        yield
        for database in (ours, theirs):
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))


class Choosy(Mailbox):
    """Keeps every message but those to one recipient, whom it refuses by name, as many servers do."""

    def __init__(self, refused: str) -> None:
        super().__init__()
        self.refused = refused
        self.refusals = 0

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address == self.refused:
            self.refusals += 1
            return f"550 5.1.1 <{address}>: no {address} here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextmanager
def choosy_mail_server(refused: str) -> Iterator[tuple[Choosy, int]]:
    """Run a mail server that sends nothing on; give its mailbox and its port."""
    box = Choosy(refused)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()
