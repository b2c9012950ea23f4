"""Tasks as Airflow sees them: what a retry cannot help fails at once, and no exception carries a value into a log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from airflow.sdk import Param, get_current_context, task, timezone
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowRescheduleException,
    AirflowSkipException,
)

from include.errors import MayBeRetried, NeverRetry, NotYet, place_of
from include.workflow.notes import BACKFILL, SAID

__all__ = ["DEFAULTS", "REASON", "Start", "run_of", "skip", "started", "step"]

P = ParamSpec("P")
R = TypeVar("R")

AGAIN = timedelta(seconds=20)
"""When a task that must wait for another run is asked again; meanwhile it takes no worker."""
PATIENCE = timedelta(hours=12)
"""So long after its start a run waits for another over the same source. Then it fails, and says for whom it waited."""
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
            except AirflowSkipException:
                raise
            except NotYet as waiting:
                told: AirflowException = _later(str(waiting))
            except NeverRetry as error:
                told = AirflowFailException(str(error))
            except MayBeRetried as error:
                told = AirflowException(str(error))
            except OSError as error:  # a disk, a socket: time may help
                told = AirflowException(place_of(error))
            except Exception as error:
                told = AirflowFailException(place_of(error))
            _say(str(told))
            raise told

        return task(show_return_value_in_logs=False, **options)(guarded)

    return decorate


def run_of() -> str:
    """Name the current run for receipts: one run is one receipt, however often its tasks are tried or cleared."""
    run = get_current_context()["dag_run"]
    return f"{run.dag_id}:{run.run_id}"


@dataclass(frozen=True, slots=True)
class Start:
    """What began the current run: `scheduled`, `manual`, `backfill`…, and the code of the reason."""

    run: str
    kind: str
    reason: str


def started() -> Start:
    """Say what began the current run, and write down once who did, and why, where it was a person.

    Raises NeverRetry where a run by hand, or a backfill, has no reason.
    """
    context = get_current_context()
    run = context["dag_run"]
    kind = str(getattr(run.run_type, "value", run.run_type))
    reason = str(context["params"].get("reason") or "")
    if kind not in BY_PEOPLE:
        return Start(run_of(), kind, reason or "scheduled")
    if not reason:
        raise NeverRetry(BY_PEOPLE[kind])
    from include.intake.starting import note_start
    from include.law import now

    asked = (run.conf or {}).get(BACKFILL) if kind == "backfill" else None
    name = run_of() if asked is None else f"{run_of()}#{asked}"  # of two backfills of a run each is written down
    note_start(name, kind=kind, reason=reason, started_by=run.triggering_user_name or "unknown", at=now())
    return Start(run_of(), kind, reason)


BY_PEOPLE = {
    "manual": "a run by hand needs a reason: trigger it again with the field Reason (conf key `reason`) filled in",
    "backfill": "a backfill needs a reason: create it again with a conf such as "
    '`--dag-run-conf \'{"reason": "audit"}\'`',
}
"""Kinds of run that a person asks for, and what to say where the reason is missing."""


def skip(why: str, *, noted: bool = True) -> NoReturn:
    """End the current task without doing anything, and say why: in its log and, where noted, in its run's note."""
    if noted:
        _say(why)
    raise AirflowSkipException(why)


def _later(waiting: str) -> AirflowException:
    begun = get_current_context()["dag_run"].start_date
    moment = timezone.utcnow()  # Airflow's own clock, not the policy's
    if begun is not None and moment - begun > PATIENCE:
        return AirflowFailException(f"{waiting}; nobody waits longer than {PATIENCE}: look what became of that run")
    return AirflowRescheduleException(moment + AGAIN)  # type: ignore[no-untyped-call]


def _say(sentence: str) -> None:
    with suppress(Exception):  # a note is a courtesy: it never becomes the reason why something fails
        get_current_context()["ti"].xcom_push(key=SAID, value=sentence[:500])
