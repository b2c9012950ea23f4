"""The factory of the collect DAGs: one for each contract, and one that says what is wrong with a broken contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from airflow.sdk import DAG, CronTriggerTimetable, get_current_context

from include.errors import NeverRetry
from include.intake.contracts import BrokenContract, Contract
from include.law import edition_for, now
from include.workflow.assets import REGISTER
from include.workflow.shards import dealt, shard_rows
from include.workflow.steps import DEFAULTS, REASON, run_of, skip, started, step

__all__ = ["broken_dag", "collect_dag"]

P = ParamSpec("P")
R = TypeVar("R")

REACHED = "none_failed_min_one_success"
"""What runs although a step before it had nothing to do, but not in a run in which none had."""


def collect_dag(contract: Contract, doc: str) -> DAG:
    """Wire receive → land → check → prepare (mapped over shards) → register → publish for one source.

    In a backfill `reread` runs instead of all of these: the past is read again, and nothing is taken in.
    """
    zone = edition_for(contract.jurisdiction, now()).time_zone
    schedule = CronTriggerTimetable(contract.cron, timezone=zone) if contract.cron else None
    with DAG(
        f"collect_{contract.key}",
        doc_md=f"# {contract.title.en}\n{doc}",
        schedule=schedule,
        catchup=False,
        max_active_runs=1,
        params={"reason": REASON},
        default_args=DEFAULTS,
        on_failure_callback=partial(let_go, contract.key),
        tags=["amanah", "collect", contract.kind],
    ) as dag:
        key = contract.key
        reread(key)
        receipt = receive(key)
        shards = land(key, receipt)
        prepared = prepare.partial(key=key, receipt=receipt).expand(shards=shards)
        registered = register(key, receipt)
        shards >> check(key, receipt) >> prepared >> registered >> publish(receipt, registered)
    return dag


def broken_dag(fault: BrokenContract) -> DAG:
    """Show a contract that cannot be read where its DAG would stand, with the line and field that are wrong."""
    with DAG(
        f"collect_{fault.key}",
        doc_md=f"# This source cannot run: its contract is broken\n```\n{fault.message}\n```",
        schedule=None,
        default_args={**DEFAULTS, "retries": 0},
        tags=["amanah", "collect", "broken"],
    ) as dag:
        explain(fault.message)
    return dag


@step()
def explain(message: str) -> None:
    """Fail with what is wrong with the contract."""
    raise NeverRetry(message)


def let_go(key: str, context: Mapping[str, Any]) -> None:
    """End the turn of a run that failed for good, so that the next one need not wait."""
    from include.intake.turns import end_turn

    end_turn(key, f"{context['dag'].dag_id}:{context['run_id']}")


def in_its_turn(function: Callable[P, R]) -> Callable[P, R]:
    """Let the task work on its source (the argument `key`) only while it is its run's turn."""

    @wraps(function)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        from include.intake.turns import BETWEEN_TASKS, in_turn

        with in_turn(str(kwargs.get("key") or args[0]), run_of(), rests=BETWEEN_TASKS):
            return function(*args, **kwargs)

    return waiting


@step()
def reread(key: str) -> dict[str, int]:
    """In a backfill, read again what was delivered then; return counts. Any other run skips this."""
    start = started()
    if start.kind != "backfill":
        skip("only a backfill reads a past delivery again", noted=False)
    from include.intake.contracts import contract_named
    from include.intake.rereading import NothingThen
    from include.intake.rereading import reread as read_again
    from include.intake.turns import in_turn

    slot = get_current_context()["dag_run"].logical_date
    if slot is None:
        raise NeverRetry("a backfill reads the delivery of a date, and this run has none: create it with dates")
    with in_turn(key, start.run):
        found = read_again(contract_named(key), slot, at=now(), run=start.run)
    if isinstance(found, NothingThen):
        skip(found.message)
    return found


@step()
def receive(key: str) -> str:
    """Fetch, stage and hash the source's file; return the receipt's id."""
    start = started()
    if start.kind == "backfill":  # which takes no turn either: `reread` does
        skip("a backfill takes nothing in: what was delivered then is read again", noted=False)
    from include.intake.contracts import contract_named
    from include.intake.fetching import place_of
    from include.intake.receiving import receive as begin_receipt
    from include.intake.turns import BETWEEN_TASKS, in_turn
    from include.workflow.places import AirflowConnections

    contract = contract_named(key)
    with in_turn(key, start.run, rests=BETWEEN_TASKS):
        place = place_of(contract, AirflowConnections())
        return str(begin_receipt(contract, place, at=now(), run=start.run, reason=start.reason).id)


@step()
@in_its_turn
def land(key: str, receipt: str) -> list[list[int]]:
    """Write the minimised, suppression-filtered rows; return the shard numbers, dealt out to the tasks that prepare."""
    from include.intake.contracts import contract_named
    from include.intake.landing.actions import land as land_rows
    from include.intake.receiving import receipt_of

    if receipt_of(UUID(receipt)).state == "registered":
        skip("nothing is new in this delivery: it stands already as it is", noted=False)
    return dealt(land_rows(UUID(receipt), contract_named(key), at=now(), chunk_rows=shard_rows()))


@step()
@in_its_turn
def check(key: str, receipt: str) -> None:
    """Hold the delivery against the contract's floors and ceilings and publish the Data Docs."""
    from include.intake.checking import check as check_quality
    from include.intake.contracts import contract_named

    check_quality(UUID(receipt), contract_named(key), at=now())


@step()
@in_its_turn
def prepare(key: str, receipt: str, shards: list[int]) -> dict[str, int]:
    """Normalise and classify shards; return counts."""
    from include.intake.contracts import contract_named
    from include.intake.landing.actions import rows_landed
    from include.intake.preparing import prepare as prepare_shards
    from include.intake.progress import Progress

    contract = contract_named(key)
    progress = Progress(f"classifying {key}", rows_landed(UUID(receipt), shards))
    return prepare_shards(UUID(receipt), shards, contract, progress=progress)


@step(trigger_rule=REACHED)
@in_its_turn
def register(key: str, receipt: str) -> dict[str, Any]:
    """Take the prepared shards into the register, whole or not at all; return counts."""
    from include.intake.contracts import contract_named
    from include.intake.registering.actions import register as take_in
    from include.intake.turns import end_turn

    counts = take_in(UUID(receipt), contract_named(key), at=now())
    end_turn(key, run_of())
    return counts


@step(outlets=[REGISTER], trigger_rule=REACHED)
def publish(receipt: str, registered: dict[str, Any]) -> dict[str, int]:
    """Open the duties that the delivery raises, and tell the DAGs that wait for the register what is new in it."""
    from include.duties.raising import came_of, open_for_receipt
    from include.intake.progress import stages

    with stages("opening the duties of the delivery"):
        opened = open_for_receipt(UUID(receipt), now())
    with stages("counting what came of the delivery"):
        came = came_of(UUID(receipt))
    if not (registered["new"] or registered["changed"] or came["withdrawn"]):
        skip("the register is as it was, so there is nothing to tell", noted=False)
    return opened | came
