"""The demo follows its runs through Airflow's REST API, here spoken by a small server of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from include.commands.demo.rest import Airflow, AirflowAnswered
from include.commands.demo.runs import DagRunFailed, Runs, TooSlow
from include.errors import NeverRetry

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@dataclass
class Told:
    """What the server answers, and what it was asked to do. A triggered run ends at once, in `outcome`."""

    dags: list[str] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    import_errors: list[dict[str, str]] = field(default_factory=list)
    outcome: str = "success"
    retrying: list[str] = field(default_factory=list)
    triggered: list[str] = field(default_factory=list)
    unpaused: list[str] = field(default_factory=list)
    clock: datetime = NOW

    def run(self, dag: str, run: str, state: str) -> dict[str, Any]:
        begun = self.clock
        self.clock += timedelta(seconds=10)
        return {
            "dag_id": dag,
            "dag_run_id": run,
            "state": state,
            "start_date": begun.isoformat(),
            "end_date": (begun + timedelta(seconds=5)).isoformat(),
        }

    def answer(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        parts = path.partition("?")[0].strip("/").split("/")
        match method, parts:
            case "GET", ["api", "v2", "dags"]:
                return {"dags": [{"dag_id": dag} for dag in self.dags]}
            case "GET", ["api", "v2", "importErrors"]:
                return {"import_errors": self.import_errors}
            case "GET", ["api", "v2", "dags", "~", "dagRuns"]:
                return {"dag_runs": list(reversed(self.runs))}
            case "POST", ["api", "v2", "dags", dag, "dagRuns"]:
                self.triggered.append(dag)
                self.runs.append(self.run(dag, body["dag_run_id"], self.outcome))
                return {}
            case "PATCH", ["api", "v2", "dags", dag]:
                self.unpaused.append(dag)
                return {}
            case "GET", ["api", "v2", "dags", dag, "dagRuns", run, "taskInstances"]:
                task = {"dag_id": dag, "dag_run_id": run, "map_index": -1, "try_number": 2}
                failed = ["land"] if "state=failed" in path else self.retrying
                return {"task_instances": [{**task, "task_id": name} for name in failed]}
        raise AssertionError(path)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def airflow(told: Told) -> Iterator[Airflow]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            answer = json.dumps(told.answer(self.command, self.path, body)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Airflow(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.fixture
def runs(airflow: Airflow) -> Runs:
    return Runs(airflow, NOW, Path("/logs"), lambda _: None, lambda: None, pause=0.01)


def test_what_assets_set_off_is_not_started_again(runs: Runs, told: Told) -> None:
    told.runs = [told.run("notify_subjects", "asset__1", "success"), told.run("relay_outbox", "asset__2", "success")]
    runs.complete(["notify_subjects", "relay_outbox"], {}, "demo__1")
    assert told.triggered == []
    assert told.unpaused == ["notify_subjects", "relay_outbox"]


def test_what_did_not_run_after_its_forerunner_is_started(runs: Runs, told: Told) -> None:
    told.runs = [told.run("relay_outbox", "scheduled__1", "success"), told.run("notify_subjects", "a__1", "success")]
    runs.complete(["notify_subjects", "relay_outbox", "seal_evidence"], {}, "demo__1")
    assert told.triggered == ["relay_outbox", "seal_evidence"]


def test_a_failed_run_is_told_with_its_task_its_log_and_what_to_do(runs: Runs, told: Told) -> None:
    told.outcome = "failed"
    with pytest.raises(DagRunFailed) as failure:
        runs.run({"collect_a": {"reason": "new_file"}}, "demo__1")
    assert "/logs/dag_id=collect_a/run_id=demo__1/task_id=land/attempt=2.log" in str(failure.value)
    assert "run the demo again" in str(failure.value)


def test_a_task_that_is_tried_again_is_told_once(runs: Runs, told: Told) -> None:
    said: list[str] = []
    runs.say, told.retrying = said.append, ["prepare"]
    runs.settle()
    assert len(said) == 1
    assert "prepare failed and is tried again" in said[0]
    assert said[0].endswith("attempt=2.log says why")


def test_a_broken_dag_file_ends_the_waiting(runs: Runs, told: Told) -> None:
    told.import_errors = [{"filename": "collect.py", "stack_trace": "Traceback\nImportError: no pandas"}]
    with pytest.raises(NeverRetry, match=r"collect\.py: ImportError: no pandas"):
        runs.wait_for_dags(["collect_a"])


def test_waiting_has_an_end_and_says_for_what(runs: Runs) -> None:
    runs.patience = 0.05
    with pytest.raises(TooSlow, match="collect_a"):
        runs.wait_for_dags(["collect_a"])


def test_a_part_that_died_is_told_at_once(runs: Runs) -> None:
    def check() -> None:
        raise RuntimeError("the scheduler ended")

    runs.check = check
    with pytest.raises(RuntimeError, match="scheduler"):
        runs.wait_for_dags(["collect_a"])


def test_an_airflow_that_is_not_there_is_not_healthy() -> None:
    nobody = Airflow("http://127.0.0.1:9")
    assert not nobody.healthy()
    with pytest.raises(AirflowAnswered, match="dags"):
        nobody.dags()
