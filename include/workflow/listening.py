"""What the scheduler tells us of runs: it writes their notes, and whom Airflow knows to have asked for a backfill."""

from __future__ import annotations

from typing import Any

from airflow.listeners import hookimpl

from include.workflow.notes import BACKFILL, SAID, note_of, summed, written

__all__ = ["on_dag_run_failed", "on_dag_run_running", "on_dag_run_success"]

OURS = (
    "answer_requests",
    "back_up",
    "audit",
    "check_coverage",
    "collect_",
    "destroy_due",
    "drill_restore",
    "enforce_retention",
    "notify_subjects",
    "read_returns",
    "redecide_held",
    "refresh_audience",
    "relay_outbox",
    "seal_evidence",
    "tell_recipients",
    "watch_promises",
)
SPOKEN = ("failed", "skipped")
"""States of tasks whose sentence belongs into the note."""


@hookimpl
def on_dag_run_running(dag_run: Any, msg: str) -> None:
    """Let a run that a backfill begins, or begins again, bear the name of whoever asked for the backfill."""
    del msg
    if dag_run.dag_id.startswith(OURS) and dag_run.backfill_id is not None:
        dag_run.triggering_user_name = dag_run.backfill.triggering_user_name
        if dag_run.dag_id == "audit":  # whose runs bear the number of each backfill that asked for them
            dag_run.conf = {**(dag_run.conf or {}), BACKFILL: dag_run.backfill_id}


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Write the note of a run that succeeded."""
    del msg
    _write_note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Write the note of a run that failed: as far as it came, and why."""
    del msg
    _write_note(dag_run)


def _write_note(dag_run: Any) -> None:
    if not dag_run.dag_id.startswith(OURS):
        return
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import or_, select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        return
    with session.no_autoflush:
        tasks = select(TaskInstance.task_id, TaskInstance.state).where(
            TaskInstance.dag_id == dag_run.dag_id, TaskInstance.run_id == dag_run.run_id
        )
        states = {task: str(state) for task, state in session.execute(tasks)}
        left = select(XComModel.task_id, XComModel.key, XComModel.value).where(
            XComModel.dag_id == dag_run.dag_id,
            XComModel.run_id == dag_run.run_id,
            XComModel.key.in_(("return_value", SAID)),
            or_(XComModel.map_index == -1, XComModel.task_id == "relay"),
        )
        values: dict[tuple[str, str], Any] = {}
        for row in session.execute(left):
            at, value = (row.task_id, row.key), XComModel.deserialize_value(row)
            values[at] = summed(values[at], value) if at in values and row.key != SAID else value
        returned = {task: value for (task, key), value in values.items() if key != SAID}
        said = {task: str(value) for (task, key), value in values.items() if key == SAID and states[task] in SPOKEN}
        dag_run.note = written(dag_run.note, note_of(states, returned, said))
