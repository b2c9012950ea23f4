"""Bring an Airflow up: its database made ready, its processes started and waited for."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from include.commands.demo.airflow import COMPONENTS, AirflowPlace
from include.commands.demo.processes import Processes
from include.commands.demo.rest import Airflow
from include.errors import MayBeRetried

__all__ = ["boot", "migrating", "require_alive"]

BOOT = 240.0
"""Seconds that Airflow may take to come up on a slow machine."""


@contextmanager
def migrating(place: AirflowPlace, processes: Processes) -> Iterator[None]:
    """Make Airflow's database ready while the block runs. Raises MayBeRetried where that fails, naming the log."""
    log = processes.log("migrate")
    with log.open("wb") as printed:
        log.chmod(0o600)
        migration = subprocess.Popen(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=dict(place.environment),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
        )
        try:
            yield
        finally:
            failed = migration.wait()
    if failed:
        raise MayBeRetried(f"Airflow's database could not be made ready; {log} says why")


def boot(place: AirflowPlace, processes: Processes) -> Airflow:
    """Start Airflow's processes, wait until all of them are healthy, and log in as its administrator."""
    for name, argv in COMPONENTS.items():
        processes.start(name, ("-m", *argv), place.environment)
    airflow = Airflow(place.url)
    end = time.monotonic() + BOOT
    while not airflow.healthy():
        require_alive(processes)
        if time.monotonic() > end:
            raise MayBeRetried(f"Airflow did not come up in {BOOT:.0f} seconds; its logs are in {place.logs}")
        time.sleep(0.5)
    airflow.log_in("admin", place.passwords["admin"])
    return airflow


def require_alive(processes: Processes) -> None:
    """Raise MayBeRetried where a process ended by itself, naming its log."""
    if name := processes.ended():
        raise MayBeRetried(f"Airflow's {name} ended by itself; {processes.log(name)} says why")
