"""Count what a delivery holds, shard by shard, so that memory stays bounded and no value leaves its shard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.intake.contracts import Column, Contract
from include.intake.quality.folding import DIGIT

__all__ = ["Profile", "add_shard", "batches", "missing_in"]

BATCH = 20_000
_PHONE_SHAPE = f"(?:{DIGIT}[^0-9٠-٩۰-۹０-９]*){{5}}"
"""Five digits, in any script: shorter ones are an extension, a dash or a note."""


@dataclass(slots=True)
class Profile:
    """Counts over all shards so far, by field: rows with something in them, and rows in which it looks right."""

    rows: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    shaped: Counter[str] = field(default_factory=Counter)

    def filled_share(self, name: str) -> float:
        """Return the share of rows in which at least one column of the field is not blank."""
        return self.filled[name] / self.rows

    def shaped_share(self, name: str) -> float:
        """Return how many of the rows in which the field is filled hold something of its shape."""
        return self.shaped[name] / self.filled[name]


def batches(shards: Iterable[pd.DataFrame | Path], size: int = BATCH) -> Iterator[pa.Table]:
    """Yield tables of at most `size` rows from frames and Parquet files, one in memory at a time."""
    for shard in shards:
        if isinstance(shard, pd.DataFrame):
            for start in range(0, len(shard), size):
                yield pa.Table.from_pandas(shard.iloc[start : start + size], preserve_index=False)
            continue
        with pq.ParquetFile(shard) as file:
            yield from (pa.Table.from_batches([batch]) for batch in file.iter_batches(size))


def missing_in(table: pa.Table) -> dict[str, str | None]:
    """Sum up a shard as one row: a cell is missing in it where any cell of its column is."""
    return {name: None if table.column(name).null_count else "" for name in table.column_names}


def add_shard(profile: Profile, table: pa.Table, contract: Contract) -> None:
    """Add the counts of one shard."""
    profile.rows += table.num_rows
    filled: dict[str, pa.BooleanArray] = {}
    shaped: dict[str, pa.BooleanArray] = {}
    for name, column in contract.columns.items():
        if name not in table.column_names:
            continue
        cells = table.column(name).cast(pa.large_string())
        not_blank = pc.not_equal(pc.utf8_trim_whitespace(cells), "").fill_null(False)
        filled[column.field] = _either(filled.get(column.field), not_blank)
        if pattern := _shape(column):
            of_shape = pc.match_substring_regex(cells, pattern).fill_null(False)
            shaped[column.field] = _either(shaped.get(column.field), pc.and_(not_blank, of_shape))
    profile.filled.update({name: pc.sum(mask).as_py() or 0 for name, mask in filled.items()})
    profile.shaped.update({name: pc.sum(mask).as_py() or 0 for name, mask in shaped.items()})


def _either(known: pa.BooleanArray | None, more: pa.BooleanArray) -> pa.BooleanArray:
    return more if known is None else pc.or_(known, more)


def _shape(column: Column) -> str | None:
    if column.field == "phone":
        return _PHONE_SHAPE
    if column.field == "email":
        signs = "|".join(re.escape(sign) for sign in ("@", "＠", column.at_sign) if sign)
        return rf"[^\s@](?:{signs})[^\s@]+\.[^\s@]"
    return None
