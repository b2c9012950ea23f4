"""The production shape on one machine: Redis, Airflow with the CeleryExecutor, and workers of which each has a name."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from live_airflow import LiveAirflow, airflow_runs_on

from include.commands.demo.processes import Processes
from include.errors import MayBeRetried
from include.store.home import write_private
from include.store.server import ServerInfo

__all__ = ["WORKERS", "celery_runs_on", "name_of_worker", "redis_server"]

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("one", "two")
NAME = "AMANAH_SCALE_WORKER"
PATIENCE = 120.0


def redis_server() -> str | None:
    """Return where Redis is installed, or None."""
    return shutil.which("redis-server")


def name_of_worker() -> str:
    """Return the name by which Airflow remembers where a task ran: both workers are on one machine."""
    return os.environ.get(NAME) or socket.gethostname()


@contextmanager
def celery_runs_on(server: ServerInfo, folder: Path, extra: Mapping[str, str]) -> Iterator[LiveAirflow]:
    """Boot Airflow on Redis with two workers, and take everything down when the block ends."""
    with _redis(folder) as broker:
        shape = {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "celery_shape.name_of_worker",
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "scale"))),
        }
        with airflow_runs_on(server, folder, extra, shape) as airflow:
            for name in WORKERS:
                _start_worker(airflow, name)
            _wait_for_workers(airflow)
            yield airflow


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    home = folder / "redis"
    home.mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    password = secrets.token_hex(24)
    settings = {"bind": "127.0.0.1", "port": port, "dir": home, "requirepass": password, "save": '""'}
    written = "".join(f"{name} {value}\n" for name, value in settings.items())
    write_private(home / "redis.conf", written)
    processes = Processes(home / "processes.json", home)
    become = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"
    processes.start("redis", ("-c", become, str(redis_server()), str(home / "redis.conf")), os.environ)
    try:
        yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:
        processes.stop()


def _start_worker(airflow: LiveAirflow, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **airflow.place.environment,
        NAME: name,
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(port),
    }
    # As in docker-compose.yaml, but for the name: there each worker is its own host.
    argv = ("-m", "include.workflow.warm_start", "celery", "worker", "--celery-hostname", f"{name}@scale")
    argv += ("--pid", str(airflow.temporary / f"worker-{name}.pid"))
    airflow.processes.start(f"worker-{name}", argv, environment)


def _wait_for_workers(airflow: LiveAirflow) -> None:
    end = time.monotonic() + PATIENCE
    logs = {name: airflow.processes.log(f"worker-{name}") for name in WORKERS}
    while waiting := [name for name, log in logs.items() if "ready." not in log.read_text("utf-8", "replace")]:
        if ended := airflow.processes.ended():
            raise MayBeRetried(f"{ended} ended by itself; {airflow.processes.log(ended)} says why")
        if time.monotonic() > end:
            raise MayBeRetried(f"workers did not come up: {waiting}; {logs[waiting[0]]} says why")
        time.sleep(0.5)
