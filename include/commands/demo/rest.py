"""Airflow's REST API, as far as the demo speaks with it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from include.errors import NeverRetry

__all__ = ["Airflow", "AirflowAnswered"]

PAGE = 100
ANSWER = 120.0
"""Seconds that a busy machine may take to answer: the first request of its kind makes the server load much."""


class AirflowAnswered(NeverRetry):
    """Airflow refused a request. `status` is HTTP's; 0 where nobody answered."""

    def __init__(self, what: str, status: int, said: str) -> None:
        super().__init__(f"Airflow did not {what} ({status}): {said[:300]}")
        self.status = status


class Airflow:
    """A logged-in user of the API at `url`. No proxy is asked: Airflow runs on this machine."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token: str | None = None
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def log_in(self, user: str, password: str) -> None:
        """Obtain the token that every later request carries; it holds for a day."""
        self._token = self.ask("POST", "/auth/token", {"username": user, "password": password})["access_token"]

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and return the answer. Raises AirflowAnswered where it is refused or nobody answers."""
        request = urllib.request.Request(
            f"{self._url}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        what = f"answer {method} {path.partition('?')[0]}"
        try:
            with self._open(request, timeout=ANSWER) as answer:
                read: dict[str, Any] = json.loads(answer.read() or b"{}")
                return read
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode("utf-8", "replace")
            raise AirflowAnswered(what, error.code, said) from None
        except (OSError, ValueError) as error:
            raise AirflowAnswered(what, 0, type(error).__name__) from None

    def healthy(self) -> bool:
        """Tell whether the database, scheduler, DAG processor and triggerer all report so."""
        try:
            report = self.ask("GET", "/api/v2/monitor/health")
        except AirflowAnswered:
            return False
        parts = ("metadatabase", "scheduler", "dag_processor", "triggerer")
        return all((report.get(part) or {}).get("status") == "healthy" for part in parts)

    def dags(self) -> list[str]:
        """Return the ids of the DAGs that have been read."""
        return [dag["dag_id"] for dag in self.ask("GET", f"/api/v2/dags?limit={PAGE}&exclude_stale=true")["dags"]]

    def import_errors(self) -> list[str]:
        """Return the last line of what went wrong with each DAG file that could not be read."""
        found = self.ask("GET", f"/api/v2/importErrors?limit={PAGE}")["import_errors"]
        return [f"{one['filename']}: {one['stack_trace'].strip().splitlines()[-1]}" for one in found]

    def unpause(self, dag: str) -> None:
        """Let the DAG's runs start."""
        self.ask("PATCH", f"/api/v2/dags/{quote(dag)}", {"is_paused": False})

    def trigger(self, dag: str, run: str, conf: Mapping[str, Any]) -> None:
        """Ask for a run of this id."""
        self.ask("POST", f"/api/v2/dags/{quote(dag)}/dagRuns", {"logical_date": None, "dag_run_id": run, "conf": conf})

    def runs(self, since: datetime) -> list[dict[str, Any]]:
        """Return every run that has begun since then, the newest first, and those that still wait or go on."""
        recent = self._runs({"start_date_gte": _instant(since)})
        known = {(run["dag_id"], run["dag_run_id"]) for run in recent}
        ongoing = self._runs({"state": ["queued", "running"]})
        return recent + [run for run in ongoing if (run["dag_id"], run["dag_run_id"]) not in known]

    def tasks(self, *, state: str, dag: str = "~", run: str = "~") -> list[dict[str, Any]]:
        """Return the task instances in a state, of one run or of all."""
        path = f"/api/v2/dags/{quote(dag)}/dagRuns/{quote(run)}/taskInstances"
        found: list[dict[str, Any]] = self.ask("GET", f"{path}?{urlencode({'state': state, 'limit': PAGE})}")[
            "task_instances"
        ]
        return found

    def requests(self, dag: str) -> list[dict[str, Any]]:
        """Return what waits for a person's answer in any run of a DAG."""
        path = f"/api/v2/dags/{quote(dag)}/dagRuns/~/hitlDetails?response_received=false&limit={PAGE}"
        found: list[dict[str, Any]] = self.ask("GET", path)["hitl_details"]
        return found

    def answer(self, task: Mapping[str, Any], option: str, said: Mapping[str, Any] | None = None) -> None:
        """Answer a request, by its task instance, with one of its options and what its form asks for."""
        where = (
            f"dags/{quote(task['dag_id'])}/dagRuns/{quote(task['dag_run_id'])}/taskInstances/{quote(task['task_id'])}"
        )
        body = {"chosen_options": [option], "params_input": dict(said or {})}
        self.ask("PATCH", f"/api/v2/{where}/{task['map_index']}/hitlDetails", body)

    def _runs(self, which: Mapping[str, Any]) -> list[dict[str, Any]]:
        query = urlencode({**which, "order_by": "-start_date", "limit": PAGE}, doseq=True)
        found: list[dict[str, Any]] = self.ask("GET", f"/api/v2/dags/~/dagRuns?{query}")["dag_runs"]
        return found


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
