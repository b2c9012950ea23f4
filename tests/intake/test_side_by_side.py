"""A delivery of many shards is prepared on several cores, and comes out as if on one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from benchmarks.deliveries import CONTRACT, deliver
from builders import START

from include.intake.landing.actions import land, rows_landed
from include.intake.landing.files import landing_folder, shard_file
from include.intake.preparing import prepare
from include.intake.progress import Progress
from include.intake.receiving import receive
from include.intake.side_by_side import prepare_all

ROWS = 400


def landed(folder: Path, run: str) -> tuple[UUID, list[int]]:
    file = deliver(folder / "guide.csv", ROWS)
    receipt = receive(CONTRACT, file, at=START, run=run, reason="drill")
    return receipt.id, land(receipt.id, CONTRACT, at=START, chunk_rows=80)


def prepared(receipt: UUID, shards: list[int]) -> list[dict[str, Any]]:
    folder = landing_folder(CONTRACT.key, receipt)
    files = [shard_file(folder, kind, shard) for kind in ("listings", "points") for shard in shards]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def test_what_is_prepared_side_by_side_is_what_one_process_prepares(database: str, tmp_path: Path) -> None:
    receipt, shards = landed(tmp_path, "run:1")
    progress = Progress("classifying")
    prepare_all(receipt, shards, CONTRACT, progress, worth_it=ROWS // 2)
    together = prepared(receipt, shards)
    for shard in shards:
        prepare(receipt, shard, CONTRACT)
    assert len(shards) == 5
    assert progress.done == rows_landed(receipt) == ROWS
    assert rows_landed(receipt, shards[:2]) == 160
    assert together == prepared(receipt, shards)
    assert sum(row.get("fingerprint") is not None for row in together) == ROWS
