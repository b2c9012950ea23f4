"""The prepared shards of a receipt into tables of the one transaction that takes them in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection

from include.intake.contracts import Contract
from include.intake.held import LISTINGS
from include.intake.landing.actions import shards_of
from include.intake.landing.files import landing_folder, shard_file
from include.intake.preparing import POINTS
from include.intake.receiving import Receipt
from include.intake.registering.forms import FORM, Forms
from include.store import copy_fixed, copy_tables
from include.store.sql import Steps

__all__ = ["load"]

STEPS = Steps("include.intake.registering", "load.sql")
NAMES_OF_ROW = ("row_number", "row_key", "fingerprint")
OWN_OF_ROW = (*NAMES_OF_ROW, "fields")
KNOWN = "known"
FORM_OF_ROW = tuple(name for name in LISTINGS.names if name not in (*OWN_OF_ROW, KNOWN))
OWN_OF_POINT = ("row_number", "key", "value", "normalised", "subject_key")
ONCE = ("row_number", "kind", "key", "source_column")
"""A contact point is held once for a listing and column, as its reading came first."""
NUMBER = "number"
HASH = 32
"""Bytes of a row key and of a fingerprint."""


def load(connection: Connection, receipt: Receipt, contract: Contract) -> bool:
    """Copy what was prepared into `incoming_row` and `incoming_point`, and the forms that it has beside them.

    Rows that are held as they are come into `known_row`, with nothing but what they are recognised by. Returns whether
    a row key may come twice.
    """
    for step in ("incoming", "known"):
        STEPS.run(connection, step)
    keys: list[np.ndarray] = []
    copy_fixed(connection, "known_row", NAMES_OF_ROW, _known(receipt, contract, keys))
    rows = Forms(FORM_OF_ROW)
    points = Forms([name for name in POINTS.names if name not in OWN_OF_POINT])
    listings = (rows.named_in(frame) for frame in _unknown(receipt, contract))
    copy_tables(connection, "incoming_row", (*OWN_OF_ROW, FORM), listings)
    copy_tables(connection, "incoming_point", (NUMBER, *OWN_OF_POINT, FORM), _points(receipt, contract, points))
    for table, forms in (("row_form", rows), ("point_form", points)):
        copy_tables(connection, table, (FORM, *forms.columns), forms.all())
    for step in ("loaded", "known_loaded"):
        STEPS.run(connection, step)
    return _may_repeat(keys)


def _known(receipt: Receipt, contract: Contract, keys: list[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Yield row number, key and fingerprint of what was held as it is; note how the key of every row begins."""
    for shard in shards_of(receipt.id):
        file = shard_file(landing_folder(contract.key, receipt.id), "listings", shard)
        table = pq.read_table(file, columns=[*NAMES_OF_ROW, KNOWN])
        numbers, row_keys, prints = (_fixed(table.column(name)) for name in NAMES_OF_ROW)
        keys.append(row_keys.view("u8")[:: HASH // 8].copy())
        known = table.column(KNOWN).to_numpy()
        yield [numbers[known], row_keys[known], prints[known]]


def _fixed(column: pa.ChunkedArray) -> np.ndarray:
    """Give a column of numbers or of hashes as an array; of hashes no part is looked at."""
    if pa.types.is_integer(column.type):
        numbers: np.ndarray = column.to_numpy()
        return numbers
    return np.frombuffer(b"".join(column.to_pylist()), f"V{HASH}")


def _may_repeat(keys: list[np.ndarray]) -> bool:
    """Say whether two row keys begin alike: of two that are alike, both do."""
    begin = np.sort(np.concatenate(keys)) if keys else np.empty(0)
    return bool((begin[1:] == begin[:-1]).any())


def _unknown(receipt: Receipt, contract: Contract) -> Iterator[polars.DataFrame]:
    for frame in _frames(receipt, contract, "listings"):
        yield frame.filter(~polars.col(KNOWN)).drop(KNOWN)


def _points(receipt: Receipt, contract: Contract, forms: Forms) -> Iterator[polars.DataFrame]:
    """Yield the contact points, numbered through, each once for its listing."""
    before = 0
    for frame in _frames(receipt, contract, "points"):
        once = frame.unique(ONCE, keep="first", maintain_order=True)
        yield forms.named_in(once).with_row_index(NUMBER, before + 1)
        before += once.height


def _frames(receipt: Receipt, contract: Contract, kind: str) -> Iterator[polars.DataFrame]:
    folder = landing_folder(contract.key, receipt.id)
    for shard in shards_of(receipt.id):
        yield polars.read_parquet(shard_file(folder, kind, shard))
