"""How work is dealt out to tasks: a delivery's shards, and the relays that run side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence

from include.errors import NeverRetry

__all__ = ["MOST_TASKS", "dealt", "relays", "shard_rows"]

MOST_TASKS = 1_000
"""Tasks that prepare one delivery at most: Airflow maps over no more than 1,024 (`core.max_map_length`)."""
SHARD_ROWS = 20_000
MOST_RELAYS = 64


def dealt(shards: Sequence[int], tasks: int = MOST_TASKS) -> list[list[int]]:
    """Deal shards out in order: one a task, and several a task where there are more shards than tasks."""
    size = -(-len(shards) // tasks)
    return [list(shards[at : at + size]) for at in range(0, len(shards), size)] if shards else []


def shard_rows() -> int:
    """Return how many rows a landing file holds (`AMANAH_SHARD_ROWS`, 20,000)."""
    return _number("AMANAH_SHARD_ROWS", SHARD_ROWS, 1, 1_000_000)


def relays() -> int:
    """Return how many relays work side by side (`AMANAH_RELAYS`, 1)."""
    return _number("AMANAH_RELAYS", 1, 1, MOST_RELAYS)


def _number(setting: str, otherwise: int, least: int, most: int) -> int:
    given = os.environ.get(setting) or str(otherwise)
    if not given.isdecimal() or not least <= int(given) <= most:
        raise NeverRetry(f"{setting} has to be a whole number from {least:,} to {most:,}")
    return int(given)
