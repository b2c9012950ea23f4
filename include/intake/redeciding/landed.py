"""The rows that are held as they were landed, read and decided again, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from include.intake.contracts import Contract
from include.intake.landing.files import landing_folders
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.intake.preparing import PART, decided_rows
from include.intake.progress import Progress

__all__ = ["decided_again"]


def decided_again(contract: Contract, prints: set[bytes], progress: Progress) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield listings and points, as `prepare` writes them, of every landed row whose fingerprint is held.

    Rows are numbered through. What the landing files say no more (a listing that its source withdrew, a cell that was
    destroyed) is not read. `prints` loses the fingerprints that were met: the same row is read once.
    """
    number = 0
    for folder in landing_folders(contract.key):
        for file in sorted(folder.glob("rows-*.parquet")):
            rows = _held(pq.read_table(file), contract, prints)
            for start in range(0, rows.num_rows, PART):
                part = rows.slice(start, PART)
                places = pa.array(np.arange(number, number + part.num_rows))
                yield decided_rows(part.set_column(part.column_names.index(ROW), ROW, places), contract)
                number += part.num_rows
                progress.add(part.num_rows)


def _held(rows: pa.Table, contract: Contract, prints: set[bytes]) -> pa.Table:
    """Keep the rows that are held and not met yet; a file from before a change of columns may lack some."""
    wanted = []
    for fingerprint in rows.column(FINGERPRINT).to_pylist():
        wanted.append(fingerprint in prints)
        prints.discard(fingerprint)
    kept = rows.filter(pa.array(wanted, pa.bool_()))
    for name in contract.columns:
        if name not in kept.column_names:
            kept = kept.append_column(name, pa.repeat("", kept.num_rows))
    return kept.select([ROW, KEY, FINGERPRINT, *contract.columns])
