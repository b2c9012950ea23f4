"""Drive the DAGs through Airflow's REST API: start the collections, follow what they set off, report what failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from include.commands.demo.rest import Airflow
from include.errors import MayBeRetried, NeverRetry

__all__ = ["DagRunFailed", "Runs", "TooSlow"]

QUIET = 3
"""Looks in a row at which nothing is queued or running: the scheduler needs a moment to turn an asset into a run."""

Run = Mapping[str, Any]


class DagRunFailed(NeverRetry):
    """A DAG run of the demo failed."""


class TooSlow(MayBeRetried):
    """Something did not happen in time."""


@dataclass(slots=True)
class Runs:
    """The runs since the demo began. `say` gets a line for whatever is worth knowing, `check` raises if a part died."""

    airflow: Airflow
    since: datetime
    logs: Path
    say: Callable[[str], None]
    check: Callable[[], None]
    pause: float = 1.0
    patience: float = 480.0
    """Seconds for one step."""
    told: dict[tuple[str, str], str] = field(default_factory=dict)

    def wait_for_dags(self, wanted: Iterable[str]) -> None:
        """Wait until Airflow has read all of these DAGs. Raises NeverRetry where a file is broken."""
        missing = set(wanted)

        def all_read() -> bool:
            missing.difference_update(self.airflow.dags())
            if missing and (broken := self.airflow.import_errors()):
                raise NeverRetry(f"Airflow could not read a DAG file: {'; '.join(broken)}")
            return not missing

        self._until(all_read, lambda: f"Airflow has not found {', '.join(sorted(missing))} in the DAGs folder")

    def run(self, confs: Mapping[str, Mapping[str, Any]], name: str) -> None:
        """Start these DAGs side by side, each with its conf, and wait until all have succeeded."""
        for dag, conf in confs.items():
            self.airflow.unpause(dag)
            self.airflow.trigger(dag, name, conf)
        self.wait_for(confs, name)

    def wait_for(self, dags: Iterable[str], name: str) -> None:
        """Wait until the runs of this name of all these DAGs have succeeded, whoever starts them."""
        wanted = set(dags)
        self._until(
            lambda: {run["dag_id"] for run in self._look() if run["dag_run_id"] == name and _done(run)} >= wanted,
            self._unfinished,
        )

    def settle(self) -> None:
        """Wait until nothing is queued or running any more."""
        quiet = 0

        def still() -> bool:
            nonlocal quiet
            quiet = 0 if [run for run in self._look() if not _done(run)] else quiet + 1
            return quiet >= QUIET

        self._until(still, self._unfinished)

    def complete(self, chain: Sequence[str], confs: Mapping[str, Mapping[str, Any]], name: str) -> None:
        """See to it that each DAG of the chain has run after the one before it; start those that were not set off."""
        before = ""
        for dag in chain:
            self.airflow.unpause(dag)
            self.settle()
            begun = [run["start_date"] for run in self._look() if run["dag_id"] == dag and _done(run)]
            if not begun or max(begun) < before:
                self.run({dag: confs.get(dag, {})}, name)
                self.settle()
            ended = [run["end_date"] for run in self._look() if run["dag_id"] == dag and _done(run)]
            before = max(ended)

    def _look(self) -> list[Run]:
        runs: list[Run] = list(self.airflow.runs(self.since))
        for run in reversed(runs):
            key, state = (run["dag_id"], run["dag_run_id"]), str(run["state"])
            if self.told.get(key) != state and state in ("running", "success", "failed"):
                self.told[key] = state
                self.say(_line(run))
            if state == "failed":
                raise DagRunFailed(self._why(run))
        self._tell_of_retries()
        return runs

    def _tell_of_retries(self) -> None:
        for task in self.airflow.tasks(state="up_for_retry"):
            log = str(self._log(task))
            if ("retry", log) not in self.told:
                self.told["retry", log] = "told"
                self.say(f"{task['dag_id']}.{task['task_id']} failed and is tried again; {log} says why")

    def _log(self, task: Mapping[str, Any]) -> Path:
        mapped = f"/map_index={task['map_index']}" if task["map_index"] >= 0 else ""
        run = f"dag_id={task['dag_id']}/run_id={task['dag_run_id']}"
        return self.logs / f"{run}/task_id={task['task_id']}{mapped}/attempt={task['try_number']}.log"

    def _why(self, run: Run) -> str:
        dag, run_id = run["dag_id"], run["dag_run_id"]
        lines = [f"{dag} failed."]
        for task in self.airflow.tasks(state="failed", dag=dag, run=run_id):
            lines.append(f"Task {task['task_id']} says why in {self._log(task)}")
        lines.append("Mend what it names and run the demo again: nothing that was done is done twice.")
        return "\n".join(lines)

    def _unfinished(self) -> str:
        waiting = [f"{task['dag_id']}.{task['task_id']}" for task in self.airflow.tasks(state="up_for_retry")]
        going = [f"{run['dag_id']} ({run['state']})" for run in self._look() if not _done(run)]
        retries = f"; waiting to try again: {', '.join(waiting)}" if waiting else ""
        return f"not finished: {', '.join(going) or 'nothing'}{retries}; the logs are in {self.logs}"

    def _until(self, reached: Callable[[], bool], otherwise: Callable[[], str]) -> None:
        end = time.monotonic() + self.patience
        while not reached():
            self.check()
            if time.monotonic() > end:
                raise TooSlow(f"After {self.patience:.0f} seconds {otherwise()}")
            time.sleep(self.pause)


def _done(run: Run) -> bool:
    return run["state"] in ("success", "failed")


def _line(run: Run) -> str:
    if run["state"] == "running":
        return f"{run['dag_id']} runs"
    took = datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])
    return f"{run['dag_id']}: {run['state']} after {took.total_seconds():.0f} s"
