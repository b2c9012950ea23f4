"""Start an Airflow component that runs tasks, with what the tasks import already loaded.

    python -m include.workflow.warm_start scheduler
    python -m include.workflow.warm_start celery worker

Each task runs in a fork of the executor's process and inherits what that has imported: seconds for every task. What is
loaded here is as it was when the component started, so a changed module of ours needs a restart (a DAG file doesn't).
"""

from __future__ import annotations

import importlib
import logging
import os

__all__ = ["main"]

LOADED = (
    "include.law.edition",  # first: pydantic looks for docstrings in every module that is there
    "include.duties.destruction.actions",
    "include.duties.notice.actions",
    "include.duties.raising",
    "include.duties.relaying",
    "include.duties.watch",
    "include.intake.checking",
    "include.intake.landing.actions",
    "include.intake.preparing",
    "include.intake.registering.actions",
    "include.intake.rereading",
    "include.intake.starting",
    "great_expectations",
    "include.workflow.collect",
    "include.workflow.duties",
)


def main() -> None:
    """Load what tasks need, then be the Airflow command that the arguments name."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    for name in LOADED:
        importlib.import_module(name)
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
