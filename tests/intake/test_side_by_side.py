"""A delivery of many shards is prepared on several cores, and comes out as if on one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from benchmarks.deliveries import CONTRACT, deliver
from builders import START

from include.intake.checking import check
from include.intake.landing.actions import land, rows_landed
from include.intake.landing.files import landing_folder, read_shard, shard_file, write_shard
from include.intake.preparing import prepare
from include.intake.progress import Progress
from include.intake.receiving import receive
from include.intake.registering.actions import register
from include.intake.side_by_side import prepare_all

ROWS = 400


def landed(folder: Path, run: str, changed: float = 0) -> tuple[UUID, list[int]]:
    file = deliver(folder / "guide.csv", ROWS, changed=changed)
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


def test_the_few_rows_that_changed_in_several_shards_are_decided_together_as_if_each_alone(
    database: str, tmp_path: Path
) -> None:
    receipt, shards = landed(tmp_path, "run:1")
    check(receipt, CONTRACT, at=START)
    prepare(receipt, shards, CONTRACT)
    register(receipt, CONTRACT, at=START)
    later, shards = landed(tmp_path, "run:2", changed=0.1)
    emptied = shard_file(landing_folder(CONTRACT.key, later), "rows", shards[1])
    write_shard(emptied, read_shard(emptied)[:0])  # as it is left where all of its rows are suppressed
    prepare_all(later, shards, CONTRACT, Progress("classifying"))
    together = prepared(later, shards)
    counts = [prepare(later, shard, CONTRACT) for shard in shards]
    assert together == prepared(later, shards)
    assert 0 < sum(row.get("known") is False for row in together) < ROWS // 4
    assert prepare(later, shards, CONTRACT) == {name: sum(each[name] for each in counts) for name in counts[0]}
    assert sum(each["rows"] for each in counts) == ROWS - 80
