"""The factory of the collect DAGs: one for each contract, and one that says what is wrong with a broken contract."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from airflow.sdk import DAG, CronTriggerTimetable

from include.errors import NeverRetry
from include.intake.contracts import BrokenContract, Contract
from include.workflow.assets import REGISTER
from include.workflow.steps import DEFAULTS, REASON, reason_of, run_of, step

__all__ = ["broken_dag", "collect_dag"]

ZONE = "Asia/Riyadh"


def collect_dag(contract: Contract, doc: str) -> DAG:
    """Wire receive → land → check → prepare (mapped over shards) → register → publish for one source."""
    schedule = CronTriggerTimetable(contract.cron, timezone=ZONE) if contract.cron else None
    with DAG(
        f"collect_{contract.key}",
        doc_md=f"# {contract.title.en}\n{doc}",
        schedule=schedule,
        catchup=False,
        max_active_runs=1,
        params={"reason": REASON},
        default_args=DEFAULTS,
        tags=["amanah", "collect", contract.kind],
    ) as dag:
        key = contract.key
        receipt = receive(key)
        shards = land(key, receipt)
        prepared = prepare.partial(key=key, receipt=receipt).expand(shard=shards)
        registered = register(key, receipt)
        shards >> check(key, receipt) >> prepared >> registered >> publish(receipt)
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


@step()
def receive(key: str) -> str:
    """Stage and hash the source's file; return the receipt's id."""
    from include.intake.contracts import contract_named, file_of
    from include.intake.receiving import receive as begin_receipt
    from include.law import now

    contract = contract_named(key)
    return str(begin_receipt(contract, file_of(contract), at=now(), run=run_of(), reason=reason_of()).id)


@step()
def land(key: str, receipt: str) -> list[int]:
    """Write the minimised, suppression-filtered rows; return the shard numbers."""
    from include.intake.contracts import contract_named
    from include.intake.landing.actions import land as land_rows
    from include.law import now

    return land_rows(UUID(receipt), contract_named(key), at=now())


@step()
def check(key: str, receipt: str) -> None:
    """Hold the delivery against the contract's floors and ceilings and publish the Data Docs."""
    from include.intake.checking import check as check_quality
    from include.intake.contracts import contract_named
    from include.law import now

    check_quality(UUID(receipt), contract_named(key), at=now())


@step()
def prepare(key: str, receipt: str, shard: int) -> dict[str, int]:
    """Normalise and classify one shard; return counts."""
    from include.intake.contracts import contract_named
    from include.intake.preparing import prepare as prepare_shard

    return prepare_shard(UUID(receipt), shard, contract_named(key))


@step(trigger_rule="none_failed")
def register(key: str, receipt: str) -> dict[str, Any]:
    """Take the prepared shards into the register, whole or not at all; return counts."""
    from include.intake.contracts import contract_named
    from include.intake.registering.actions import register as take_in
    from include.law import now

    return take_in(UUID(receipt), contract_named(key), at=now())


@step(outlets=[REGISTER], trigger_rule="none_failed")
def publish(receipt: str) -> dict[str, int]:
    """Open the duties that the delivery raises, and tell the DAGs that wait for the register."""
    from include.duties.raising import open_for_receipt
    from include.law import now

    return open_for_receipt(UUID(receipt), now())
