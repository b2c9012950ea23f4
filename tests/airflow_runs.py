"""Run the project's real DAGs in this process, task by task, as Airflow's own `dag.test()` does."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any
from unittest.mock import patch

__all__ = ["dag_as_read", "dag_named", "dag_states", "officer_says", "run_dag"]


@cache
def _initialised() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from airflow.utils import db

        db.initdb()


def run_dag(dag_id: str, *, begins: datetime | None = None, **conf: Any) -> Any:
    """Run a DAG of the dags folder by hand and return its run. A reason is given unless `reason=None`.

    `begins` is when the run's interval does; without it, that is now.
    """
    _initialised()
    with warnings.catch_warnings(), _read_once():
        warnings.simplefilter("ignore")
        interval = {} if begins is None else {"logical_date": begins}
        return dag_named(dag_id).test(**interval, run_conf={"reason": "drill"} | conf)


@contextmanager
def _read_once() -> Iterator[None]:
    """Let `dag.test()` read the dags folder, and tell Airflow's database of it, once for the same sources.

    It would do both for each run, in which nothing of it changes.
    """
    from airflow.dag_processing import dagbag

    read, tell, sources = dagbag.BundleDagBag, dagbag.sync_bag_to_db, os.environ.get("AMANAH_SOURCES", "")

    def reading(**given: Any) -> Any:
        if sources not in _told:
            _told.clear()
            _told[sources] = [read(**given)]
        return _told[sources][0]

    def telling(*given: Any) -> None:
        if len(_told[sources]) == 1:
            tell(*given)
            _told[sources].append("told")

    with patch.object(dagbag, "BundleDagBag", reading), patch.object(dagbag, "sync_bag_to_db", telling):
        yield


_told: dict[str, list[Any]] = {}
"""What was read of the sources that were read last, and whether Airflow's database knows of it."""


def dag_named(dag_id: str) -> Any:
    """Give a DAG of the dags folder."""
    return _dag(dag_id, os.environ.get("AMANAH_SOURCES", ""))


@cache
def _dag(dag_id: str, _sources: str) -> Any:
    dag = dag_as_read(dag_id)
    dag.deadline = None  # `dag.test()` cannot prune a deadline; Airflow's own scheduler can
    return dag


def dag_as_read(dag_id: str) -> Any:
    """Read the dags folder anew and give a DAG of it, with its deadlines."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag()
    assert not bag.import_errors, bag.import_errors
    return bag.dags[dag_id]


def dag_states(run: Any) -> dict[str, str]:
    """Return the state of each task of a run."""
    return {task.task_id: str(task.state) for task in run.get_task_instances()}


@contextmanager
def officer_says(option: str, *, login: str = "dpo", **form: Any) -> Iterator[list[tuple[str, str]]]:
    """Answer whatever a run shows while the block lasts, as an officer would; yields what was shown.

    The id of who answers is a number, as with FAB.
    """
    _initialised()
    shown, ended = list[tuple[str, str]](), threading.Event()

    def look() -> None:
        while not ended.is_set():
            shown.extend(_answered(option, form, login))
            time.sleep(0.2)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        ended.set()
        thread.join(timeout=20)


def _answered(option: str, form: dict[str, Any], login: str) -> list[tuple[str, str]]:
    from airflow._shared.timezones import timezone
    from airflow.models.hitl import HITLUser
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    told = list[tuple[str, str]]()
    with create_session() as session:
        waiting = select(TaskInstance).where(TaskInstance.state == TaskInstanceState.AWAITING_INPUT)
        for task in session.scalars(waiting.options(joinedload(TaskInstance.hitl_detail))).all():
            detail = task.hitl_detail
            if detail is None or detail.responded_at is not None:
                continue
            detail.chosen_options, detail.params_input = [option], {"code": ""} | form
            detail.responded_at, detail.responded_by = timezone.utcnow(), HITLUser(id="7", name=login)
            told.append((str(detail.subject), str(detail.body)))
            handle_event_submit(TriggerEvent(detail.as_resume_event_payload()), task_instance=task, session=session)
    return told
