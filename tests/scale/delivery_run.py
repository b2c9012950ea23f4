"""One generated delivery through the shape of production: started by REST, followed, and told as a table."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import yaml
from benchmarks.deliveries import CONTRACT, deliver
from live_airflow import LiveAirflow
from sampling import MACHINE, POSTGRES, TASKS, Sampler, Window

from include.commands.demo.booting import require_alive

__all__ = ["DAG", "STAGES", "Stage", "parts_of", "run_delivery", "settings_of", "stages_of", "table_of", "tasks_of"]

DAG = f"collect_{CONTRACT.key}"
STAGES = ("receive", "land", "check", "prepare", "register", "publish")
PAGE = 100
MB = 1_000_000


def settings_of(folder: Path, rows: int, shard_rows: int) -> dict[str, str]:
    """Write the delivery and its contract, and return the settings by which Amanah finds them."""
    contract = folder / "sources" / CONTRACT.key / "contract.yml"
    contract.parent.mkdir(parents=True)
    # Only our own run takes it in: a nightly one of its own would, when it is unpaused after its slot.
    said = CONTRACT.model_dump(mode="json", exclude_defaults=True) | {"refresh": "manual"}
    contract.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    deliver(folder / "inbox" / "benchmark.csv", rows)
    return {
        "AMANAH_SOURCES": str(folder / "sources"),
        "AMANAH_INBOX": str(folder / "inbox"),
        "AMANAH_SHARD_ROWS": str(shard_rows),
    }


@dataclass(frozen=True)
class Stage:
    """What became of one stage: its tasks on each worker, and when it began and ended."""

    name: str
    tasks: list[dict[str, Any]]

    @property
    def window(self) -> Window:
        begun = min(_instant(task["start_date"]) for task in self.tasks)
        return Window(begun, max(_instant(task["end_date"]) for task in self.tasks))

    @property
    def seconds(self) -> float:
        """From the first beginning to the last end."""
        return self.window.ends - self.window.begins

    @property
    def workers(self) -> Counter[str]:
        """Tasks on each worker."""
        return Counter(task["hostname"] for task in self.tasks)


def run_delivery(airflow: LiveAirflow, run: str, *, say: Callable[[str], None], every: float, patience: float) -> None:
    """Start the run by REST and follow it to its end. Raises AssertionError where it fails or takes too long."""
    airflow.api.unpause(DAG)
    airflow.api.trigger(DAG, run, {"reason": "drill"})
    begun = told = time.monotonic()
    while (state := airflow.api.ask("GET", f"{_path(run)}")["state"]) not in ("success", "failed"):
        require_alive(airflow.processes)
        if time.monotonic() - told >= every:
            told = time.monotonic()
            say(_progress(airflow, run))
        assert time.monotonic() - begun < patience, f"not ended after {patience:.0f} s"
        time.sleep(1)
    failed = [task["task_id"] for task in tasks_of(airflow, run) if task["state"] == "failed"]
    assert state == "success", f"the run failed in {failed}; the logs are in {airflow.place.logs}"


def parts_of(airflow: LiveAirflow) -> tuple[dict[str, int], int]:
    """Return the process that leads each part of Airflow, and the one that leads PostgreSQL's."""
    with airflow.administrator(airflow.ours) as connection:
        found = connection.execute("select pg_backend_pid()").fetchone()
        assert found is not None
        postmaster = psutil.Process(found[0]).ppid()
    return {name: process.pid for name, process in airflow.processes.started.items()}, postmaster


def tasks_of(airflow: LiveAirflow, run: str) -> list[dict[str, Any]]:
    """Return every task of the run as it stands."""
    found: list[dict[str, Any]] = []
    while True:
        page = airflow.api.ask("GET", f"{_path(run)}/taskInstances?limit={PAGE}&offset={len(found)}&order_by=id")
        found += page["task_instances"]
        if not page["task_instances"] or len(found) >= page["total_entries"]:
            return found


def stages_of(tasks: Sequence[dict[str, Any]]) -> list[Stage]:
    """Gather the tasks that ran by stage, in the order of the way."""
    ran = [task for task in tasks if task["state"] == "success" and task["start_date"]]
    gathered = [Stage(name, [task for task in ran if task["task_id"] == name]) for name in STAGES]
    return [stage for stage in gathered if stage.tasks]


def table_of(tasks: Sequence[dict[str, Any]], rows: int, sampler: Sampler) -> list[str]:
    """Tell the run as Markdown: time, tasks on each worker, memory and cores, stage by stage; then by process."""
    lines = ["| stage | s | rows/s | tasks (each worker) | largest task | cores busy: tasks, PostgreSQL |"]
    lines.append("|---|--:|--:|---|--:|--:|")
    for stage in stages_of(tasks):
        cores = sampler.cores(stage.window)
        on = " + ".join(str(stage.workers[name]) for name in sorted(stage.workers))
        peak = sampler.memory_of(task["pid"] for task in stage.tasks) / MB
        busy = f"{cores.get(TASKS, 0):.2f}, {cores.get(POSTGRES, 0):.2f}" if cores else "–"
        rate = rows / max(stage.seconds, 0.001)
        lines.append(f"| {stage.name} | {stage.seconds:,.1f} | {rate:,.0f} | {on} | {peak:,.0f} MB | {busy} |")
    lines += ["", "| process | largest one | all of the kind, shared memory once |", "|---|--:|--:|"]
    for kind, peak in sorted(sampler.peak_of_kind.items(), key=lambda each: -each[1]):
        lines.append(f"| {kind} | {peak / MB:,.0f} MB | {sampler.peak_together[kind] / MB:,.0f} MB |")
    return [*lines, "", _limit(stages_of(tasks), sampler)]


def _limit(stages: Sequence[Stage], sampler: Sampler) -> str:
    longest = max(stages, key=lambda stage: stage.seconds)
    cores = sampler.cores(longest.window)
    if not cores:
        return f"The longest stage is {longest.name}; it was too short to say what was busy."
    machine = cores.pop(MACHINE)
    busiest, ours = max(cores, key=lambda kind: cores[kind]), sum(cores.values())
    return (
        f"The limit is {longest.name}: {longest.seconds:,.0f} s, in which we kept {ours:.1f} of {os.cpu_count()} cores "
        f"busy, {cores[busiest]:.1f} of them {busiest}; other programs on this machine kept {machine - ours:.1f} busy."
    )


def _progress(airflow: LiveAirflow, run: str) -> str:
    def number(**which: str) -> int:
        asked = "&".join(f"{name}={quote(value)}" for name, value in which.items())
        return int(airflow.api.ask("GET", f"{_path(run)}/taskInstances?limit=1&{asked}")["total_entries"])

    going = airflow.api.tasks(state="running", dag=DAG, run=run)
    names = ", ".join(sorted({task["task_id"] for task in going})) or "between two stages"
    mapped, done = number(task_id="prepare"), number(task_id="prepare", state="success")
    return f"{names}: {done} of {mapped} shards prepared" if mapped > 1 else names


def _path(run: str) -> str:
    return f"/api/v2/dags/{DAG}/dagRuns/{quote(run)}"


def _instant(said: str) -> float:
    return datetime.fromisoformat(said).timestamp()
