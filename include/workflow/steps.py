"""Tasks as Airflow sees them: what a retry cannot help fails at once, and no exception carries a value into a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from include.errors import MayBeRetried, NeverRetry, place_of

__all__ = ["DEFAULTS", "REASON", "reason_of", "run_of", "step"]

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("amanah.workflow")

DEFAULTS: dict[str, Any] = {
    "owner": "amanah",
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
}

REASON = Param(
    "",
    type="string",
    title="Reason",
    description="Why this run is started by hand. It goes into the evidence; a scheduled run needs none.",
    enum=["", "new_file", "audit", "correction", "drill", "retry"],
    values_display={
        "": "choose one",
        "new_file": "A new file has come",
        "audit": "An audit asks for it",
        "correction": "A contract or setting was corrected",
        "drill": "A drill",
        "retry": "An earlier run failed",
    },
)


def step(**options: Any) -> Callable[[Callable[P, R]], Any]:
    """Make a function a task whose failures are told by place and kind, never with what a row said."""

    def decorate(function: Callable[P, R]) -> Any:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except NeverRetry as error:
                told: AirflowException = AirflowFailException(str(error))
            except MayBeRetried as error:
                told = AirflowException(str(error))
            except OSError as error:  # a disk, a socket: time may help
                told = AirflowException(place_of(error))
            except Exception as error:
                told = AirflowFailException(place_of(error))
            raise told

        return task(show_return_value_in_logs=False, **options)(guarded)

    return decorate


def run_of() -> str:
    """Name the current run for receipts: one run is one receipt, however often its tasks are tried or cleared."""
    run = get_current_context()["dag_run"]
    return f"{run.dag_id}:{run.run_id}"


def reason_of() -> str:
    """Read the reason code of the current run; a run by hand must have one. Raises NeverRetry without."""
    context = get_current_context()
    kind = str(getattr(context["dag_run"].run_type, "value", context["dag_run"].run_type))
    reason = str(context["params"].get("reason") or "")
    if not reason and kind == "manual":
        raise NeverRetry(
            "a run by hand needs a reason: trigger it again with the field Reason (conf key `reason`) filled in"
        )
    return reason or ("backfill" if kind == "backfill" else "scheduled")
