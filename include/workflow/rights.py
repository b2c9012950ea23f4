"""The steps of answering people: what is begun, destroyed, answered, and what an officer decides of each request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, get_current_context, task_group

from include.workflow.assets import OUTBOX
from include.workflow.retention import officer_of
from include.workflow.steps import skip, started, step

__all__ = ["answer", "ask", "begin", "decide", "one_request", "retire", "settle"]

LEAVE = "Leave"
OPTIONS = ["Answer", "Extend", "Refuse", LEAVE]
CODES = {
    "": "choose one",
    "unusual_effort": "Extend: unexpected or unusual extra effort",
    "several_requests": "Extend: several requests of the same person",
    "repeated": "Refuse: repeated without justification",
    "extraordinary_effort": "Refuse: extraordinary effort",
    "harm": "Refuse: harm to the person or somebody else",
    "security_or_investigation": "Refuse: security, an investigation or a case",
    "others_data": "Refuse: somebody else's data cannot be told apart",
    "trade_secret": "Refuse: a trade secret or intellectual property",
    "kept_by_law": "Refuse: a law requires the data to be kept",
    "kept_for_case": "Refuse: the data is needed in a case",
}
"""The codes of `include/duties/rights/grounds.yml`, as the form shows them."""
PATIENCE = timedelta(days=3)
"""So long an officer is waited for; then the request is shown again, and `watch_promises` minds its clock."""
ASKING, DOING = "one_request.officer", "one_request.decide"
ENDED = ("success", "failed", "skipped", "removed", "upstream_failed", None)
"""States of a task that does nothing more by itself; one that there is no more has none."""
CODE = Param("", type="string", enum=list(CODES), values_display=CODES, title="Reason, to extend or refuse")


@step()
def begin() -> dict[str, int]:
    """Let hold and end what was told in time, and begin what waits for nobody; return counts."""
    from include.duties.rights.answering import begin_due
    from include.law import now
    from include.workflow.connections import carrier_settings

    started()
    return begin_due(now(), carrier_settings())


@step()
def answer() -> dict[str, Any]:
    """Answer what is done; return counts, and what waits for an officer: ids, codes and days."""
    from include.duties.rights.answering import answer_due
    from include.law import load_controller, now
    from include.workflow.connections import carrier_settings, with_systems

    done = answer_due(now(), load_controller(), with_systems(carrier_settings()))
    return {"counts": done.counts, "waiting": list(done.waiting), "troubles": list(done.troubles)}


@step()
def settle(answered: dict[str, Any]) -> dict[str, int]:
    """Fail where a request could not be answered, and say why; the others were."""
    from include.errors import NeverRetry

    if answered["troubles"]:
        raise NeverRetry("\n".join(answered["troubles"]))
    counts: dict[str, int] = answered["counts"]
    return counts


@step()
def retire() -> int:
    """Let packages go whose time is over; return how many."""
    from include.duties.packages import retire as let_go
    from include.law import now

    return let_go(now())


@step()
def ask(answered: dict[str, Any]) -> list[dict[str, str]]:
    """Put into words what waits for the officer and is not asked already. Skipped where nothing does."""
    from include.duties.rights.showing import runs_that_ask, to_show
    from include.law import now

    run = get_current_context()["dag_run"].run_id
    shown = to_show(answered["waiting"], now(), PATIENCE, run=run, asking=_asking(runs_that_ask()))
    if not shown:
        skip("no request waits for an officer", noted=False)
    return shown


def _asking(runs: Sequence[str]) -> set[tuple[str, int]]:
    """Say which tasks of these runs still wait for an officer, or do what one said: by run and place in it."""
    if not runs:
        return set()
    task = get_current_context()["ti"]
    states = task.get_task_states(task.dag_id, task_ids=[ASKING, DOING], run_ids=list(runs))
    named = ((run, *name.rpartition("_")[::2], state) for run, tasks in states.items() for name, state in tasks.items())
    return {(run, int(place)) for run, _, place, state in named if place.isdecimal() and state not in ENDED}


@step(outlets=[OUTBOX])
def decide(asked: dict[str, str], said: dict[str, Any]) -> str:
    """Do with one request what the officer said of it, and of no other; return what became of it.

    Fails where no officer said it. To leave it decides nothing: that may be the end of its time, which nobody chose.
    """
    from include.duties.rights.showing import decided
    from include.law import load_controller, now
    from include.workflow.connections import carrier_settings, with_systems

    context = get_current_context()
    asked_in = (context["dag_run"].run_id, context["ti"].map_index)
    (chosen,), code = said["chosen_options"], str((said.get("params_input") or {}).get("code") or "")
    by = "unknown" if chosen == LEAVE else officer_of(said)
    return decided(
        asked["id"], chosen, code, load_controller(), asked_in=asked_in, by=by, at=now(),
        settings=with_systems(carrier_settings()),
    )  # fmt: skip


@task_group
def one_request(asked: dict[str, str]) -> None:
    """Show one request to the officer, by ids, codes and counts, and do what they say."""
    shown = HITLOperator(
        task_id="officer",
        subject="{{ ti.xcom_pull(task_ids='ask')[ti.map_index]['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='ask')[ti.map_index]['body'] }}",
        options=OPTIONS,
        defaults=[LEAVE],
        params={"code": CODE},
        response_timeout=PATIENCE,
        retries=0,
    )
    decide(asked, shown.output)
