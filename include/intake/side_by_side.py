"""The shards of a delivery prepared side by side on the cores of one machine, where nobody else spreads them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context, parent_process
from uuid import UUID

from include.intake.contracts import Contract
from include.intake.preparing import prepare
from include.intake.progress import Progress

__all__ = ["prepare_all"]

WORTH_IT = 4
"""From so many shards on, processes of their own are sooner done than they are started (about two seconds each)."""


def prepare_all(receipt_id: UUID, shards: Sequence[int], contract: Contract, progress: Progress) -> None:
    """Prepare every shard, one process a core; `progress` hears of each shard that is done.

    The processes are started afresh, since a copy of one with threads may never wake, and end with the one that asked.
    """
    for rows in _prepared(receipt_id, shards, contract):
        progress.add(rows)


def _prepared(receipt_id: UUID, shards: Sequence[int], contract: Contract) -> Iterator[int]:
    cores = len(os.sched_getaffinity(0))
    if cores < 2 or len(shards) < WORTH_IT:
        yield from (prepare(receipt_id, shard, contract)["rows"] for shard in shards)
        return
    with ProcessPoolExecutor(min(cores, len(shards)), get_context("spawn"), _end_with_parent) as pool:
        yield from pool.map(partial(_rows_of, receipt_id, contract), shards)


def _rows_of(receipt_id: UUID, contract: Contract, shard: int) -> int:
    return prepare(receipt_id, shard, contract)["rows"]


def _end_with_parent() -> None:
    threading.Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
