"""What a backfill does: a past delivery is read, decided and compared again, and the register stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
from sqlalchemy import Connection

from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.intake.classification import RULES
from include.intake.classification.sharing import SHARING
from include.intake.contracts import Contract, contract_hash
from include.intake.contracts.slots import next_slot
from include.intake.landing.files import landing_folders, read_shard
from include.intake.landing.minimise import FINGERPRINT, KEY
from include.intake.landing.past import KEPT, past_rows
from include.intake.listings import read_listings
from include.intake.normalise.columns import key_texts
from include.intake.progress import Progress
from include.law import Edition, edition_for
from include.store import Role, begin, copy_into, keying
from include.store.sql import Steps

__all__ = ["NothingThen", "PastForgotten", "reread"]

STEPS = Steps("include.intake.rereading", "reread.sql")
PAST_ROW = ("row_number", "row_key", "fingerprint")
READ_POINT = ("row_key", "kind", "key", "source_column", "class")
FATES = ("unchanged", "changed_since", "withdrawn_since", "destroyed_since")
BATCH = 5_000


class PastForgotten(NeverRetry):
    """A delivery came that day, and what was kept of it to be read again is destroyed by now."""


@dataclass(frozen=True, slots=True)
class NothingThen:
    """No delivery of the source was registered in the span of time that was asked for."""

    source_key: str
    begin: datetime
    end: datetime

    @property
    def message(self) -> str:
        """Say so, and what can be done, for the operator."""
        span = f"{self.begin:%Y-%m-%d %H:%M} and {self.end:%Y-%m-%d %H:%M} UTC"
        return (
            f"source {self.source_key}: no delivery was registered between {span}, so there is nothing to read again. "
            "A file that has come since is taken in by a run by hand, and its clocks start then"
        )


def reread(contract: Contract, slot: datetime, *, at: datetime, run: str) -> dict[str, int] | NothingThen:
    """Read again what the source delivered from `slot` until its next expected delivery; return counts.

    The edition is the one that was in force when that delivery was received. Its rows that are held as they were are
    read and decided anew and compared with the decisions that are held; of the others it is counted what became of
    them. Nothing is registered, no clock starts, nobody is told. What was found is written down once for each run, and
    again where it is something else. Raises PastForgotten where too long ago.
    """
    zone = edition_for(contract.jurisdiction, slot).zone
    end = next_slot(contract.cron or "", zone, slot) if contract.cron else None
    end = min(end or at, at)
    with begin(Role.INTAKE) as connection:
        found = STEPS.rows(connection, "delivered", {"source": contract.key, "begin": slot, "end": end})
        if not found:
            return NothingThen(contract.key, slot, end)
        (then,) = found
        edition = edition_for(contract.jurisdiction, then.received_at)
        counts = _fates(connection, contract, then)
        counts |= _decide_again(connection, contract, counts["unchanged"])
        _note(connection, contract, then, edition, counts, at=at, run=run)
    return counts


def _fates(connection: Connection, contract: Contract, then: Any) -> dict[str, int]:
    rows = past_rows(contract.key, then.landing)
    if rows is None:
        raise PastForgotten(
            f"source {contract.key}: the rows of the delivery of {then.received_at:%Y-%m-%d %H:%M} UTC were kept for "
            f"{KEPT.days} days after it last stood, and are destroyed. What came in, and how it was decided, is in the "
            f"evidence under receipt {then.id}: `python -m include evidence export FILE`"
        )
    STEPS.run(connection, "past")
    known = copy_into(connection, "past_row", PAST_ROW, rows)
    STEPS.run(connection, "fates", {"source": contract.key})
    fates = {row.fate: int(row.rows) for row in STEPS.rows(connection, "counts")}
    counts = {name: int(then.counts[name]) for name in ("received", "suppressed", "quarantined")}
    counts |= {name: fates.get(name, 0) for name in FATES}
    landed = counts["received"] - counts["suppressed"] - counts["quarantined"]
    counts["destroyed_since"] += max(landed - known, 0)  # nothing is kept of them, not even a hash
    return counts


def _decide_again(connection: Connection, contract: Contract, rows: int) -> dict[str, int]:
    """Read and decide every row that is held as it was; return its contact points by class, and how many as before."""
    held = np.fromiter((_short(row.fingerprint) for row in STEPS.rows(connection, "held")), np.uint64)
    progress = Progress(f"reading {contract.key} again", rows)
    for frame in _frames(contract, held):
        copy_into(connection, "read_point", READ_POINT, _points(frame, contract))
        progress.add(len(frame))
    found = STEPS.rows(connection, "compared", {"source": contract.key, "sharing": list(SHARING)})
    points, alike = sum(row.points for row in found), sum(row.alike for row in found)
    classes = {"business": 0, "personal": 0, "undetermined": 0} | {row._mapping["class"]: row.points for row in found}
    return classes | {"decided_alike": alike, "decided_otherwise": points - alike}


def _short(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint[:8], "big")


def _frames(contract: Contract, held: np.ndarray[Any, np.dtype[np.uint64]]) -> Iterator[pd.DataFrame]:
    """Find the content of rows that are held in the landing files that stand, each row once, some thousands at a time.

    The same content in another row has another fingerprint: the row's own name is part of it.
    """
    left = np.unique(held)
    for folder in landing_folders(contract.key):
        for file in sorted(folder.glob("rows-*.parquet")):
            frame = read_shard(file).drop_duplicates(FINGERPRINT)
            short = np.fromiter((_short(value) for value in frame[FINGERPRINT]), np.uint64, len(frame))
            wanted = np.isin(short, left)
            left = np.setdiff1d(left, short[wanted], assume_unique=True)
            frame = frame[wanted]
            for first in range(0, len(frame), BATCH):
                yield frame.iloc[first : first + BATCH]


def _points(frame: pd.DataFrame, contract: Contract) -> Iterator[tuple[bytes, str, bytes, str, str]]:
    points = read_listings(pl.from_pandas(frame[list(contract.columns)]), contract).points
    row_keys, hashed = [bytes(key) for key in frame[KEY]], keying()
    columns = (points["row"], points["kind"], key_texts(points), points["column"], points["class"])
    for row, kind, text, column, klass in zip(*columns, strict=True):
        yield row_keys[row], kind, hashed(kind, text), column, klass


def _note(
    connection: Connection,
    contract: Contract,
    then: Any,
    edition: Edition,
    counts: dict[str, int],
    *,
    at: datetime,
    run: str,
) -> None:
    receipt: UUID = then.id
    values = {"run": run, "source": contract.key, "receipt": receipt, "edition": edition.name, "rules": RULES, "at": at}
    if STEPS.run(connection, "noted", values | {"counts": json.dumps(counts)}):
        learn(connection, RULES)
        record(
            connection,
            Kind.DELIVERY_REREAD,
            at=at,
            edition=edition.name,
            refs={"receipt": receipt, "delivery": then.delivery_id},
            codes={"source": contract.key, "rules": RULES},
            counts=counts,
            hashes={"contract": contract_hash(contract)},
            times={"received_at": then.received_at},
        )
