"""The whole way in, step by step: what the DAGs run as tasks, the command line runs in one go."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from include.intake.checking import check
from include.intake.contracts import Contract
from include.intake.landing.actions import land
from include.intake.preparing import prepare
from include.intake.progress import Progress
from include.intake.receiving import receive
from include.intake.registering.actions import register

__all__ = ["take_in"]


def take_in(contract: Contract, path: Path, *, at: datetime, run: str, reason: str) -> tuple[UUID, dict[str, Any]]:
    """Receive, land, check, prepare and register one file; return its receipt and the counts of its rows."""
    receipt = receive(contract, path, at=at, run=run, reason=reason)
    shards = land(receipt.id, contract, at=at)
    check(receipt.id, contract, at=at)
    progress = Progress(f"classifying {contract.key}")
    for shard in shards:
        progress.add(prepare(receipt.id, shard, contract)["rows"])
    return receipt.id, register(receipt.id, contract, at=at)
