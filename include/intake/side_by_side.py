"""The shards of a delivery prepared side by side on the cores of one machine, where nobody else spreads them."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context, parent_process
from uuid import UUID

from include.intake.contracts import Contract
from include.intake.preparing import PART, POOL, prepare
from include.intake.progress import Progress

__all__ = ["prepare_all"]

WORTH_IT = 60_000
"""From so many rows on, processes of their own are sooner done than they are started (some two seconds each)."""


def prepare_all(
    receipt_id: UUID, shards: Sequence[int], contract: Contract, progress: Progress, *, worth_it: int = WORTH_IT
) -> None:
    """Prepare every shard, one process a core where the shards so far say that so many rows are left to be read.

    `progress` hears of what is done. The processes are started afresh, since a copy of one with threads may
    never wake, and end with the one that asked.
    """
    left = list(shards)
    cores, new, together = len(os.sched_getaffinity(0)), 0, 1
    while left and (cores < 2 or new * len(left) < worth_it):
        some, left = left[:together], left[together:]
        counts = prepare(receipt_id, some, contract, progress=progress)
        new = (counts["rows"] - counts["known"]) // len(some)
        together = min(POOL, max(1, PART // max(1, new)))
    if left:
        with ProcessPoolExecutor(min(cores, len(left)), get_context("spawn"), _end_with_parent) as pool:
            for rows in pool.map(partial(_rows_of, receipt_id, contract), left):
                progress.add(rows)


def _rows_of(receipt_id: UUID, contract: Contract, shard: int) -> int:
    return prepare(receipt_id, shard, contract)["rows"]


def _end_with_parent() -> None:
    threading.Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
