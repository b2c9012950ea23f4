"""The whole way in, step by step: what the DAGs run as tasks, the command line runs in one go."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from include.intake.checking import check
from include.intake.contracts import Contract, contract_hash
from include.intake.landing.actions import land, rows_landed
from include.intake.progress import Progress
from include.intake.receiving import receive
from include.intake.registering.actions import register
from include.intake.side_by_side import prepare_all
from include.intake.starting import note_start
from include.intake.turns import in_turn
from include.store import Role, begin

__all__ = ["take_in", "take_in_by_hand"]

BY_HAND = "command_line"
PATIENCE = timedelta(hours=1)
"""So long a run by hand waits for another run over its source."""


def take_in(contract: Contract, path: Path, *, at: datetime, run: str, reason: str) -> tuple[UUID, dict[str, Any]]:
    """Receive, land, check, prepare and register one file; return its receipt and the counts of its rows."""
    receipt = receive(contract, path, at=at, run=run, reason=reason)
    shards = land(receipt.id, contract, at=at)
    check(receipt.id, contract, at=at)
    prepare_all(receipt.id, shards, contract, Progress(f"classifying {contract.key}", rows_landed(receipt.id)))
    return receipt.id, register(receipt.id, contract, at=at)


def take_in_by_hand(contract: Contract, path: Path, *, at: datetime, reason: str) -> tuple[UUID, dict[str, Any]]:
    """Take in one file in a run without a name, or go on with one that was cut short over the same bytes and contract.

    Runs over a source wait for each other: so one by hand that is unfinished when its successor begins is dead. Who
    started it is written down, by the name that the machine knows them by. Raises NotYetOurTurn where another run has
    the source for longer than `PATIENCE`.
    """
    turn, began = f"{BY_HAND}:{uuid4()}", time.monotonic()
    with in_turn(contract.key, turn, patience=PATIENCE):
        at += timedelta(seconds=time.monotonic() - began)
        run = _unfinished(contract, path) or turn
        note_start(run, kind=BY_HAND, reason=reason, started_by=getuser(), at=at)
        return take_in(contract, path, at=at, run=run, reason=reason)


def _unfinished(contract: Contract, path: Path) -> str | None:
    with begin(Role.INTAKE) as connection:
        cut_short = connection.execute(
            text("""
                select receipt.run, delivery.sha256
                  from register.receipt
                  join register.delivery on delivery.id = receipt.delivery_id
                  join register.source on source.key = receipt.source_key
                 where source.key = :source and source.contract_hash = :contract
                   and receipt.state in ('received', 'landed', 'checked') and starts_with(receipt.run, :by_hand)
                 order by receipt.received_at desc
            """),
            {"source": contract.key, "contract": contract_hash(contract), "by_hand": f"{BY_HAND}:"},
        ).all()
    if not cut_short:
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return next((run for run, sha256 in cut_short if bytes(sha256) == digest), None)
