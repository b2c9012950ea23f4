"""The prepared shards of a receipt into tables of the one transaction that takes them in."""

from __future__ import annotations

from collections.abc import Iterator

import polars
from sqlalchemy import Connection

from include.intake.contracts import Contract
from include.intake.landing.actions import shards_of
from include.intake.landing.files import landing_folder, shard_file
from include.intake.preparing import LISTINGS, POINTS
from include.intake.receiving import Receipt
from include.intake.registering.forms import FORM, Forms
from include.store import copy_tables
from include.store.sql import Steps

__all__ = ["load"]

STEPS = Steps("include.intake.registering", "load.sql")
OWN_OF_ROW = ("row_number", "row_key", "fingerprint", "known", "fields")
OWN_OF_POINT = ("row_number", "key", "value", "normalised", "subject_key")
ONCE = ("row_number", "kind", "key", "source_column")
"""A contact point is held once for a listing and column, as its reading came first."""
NUMBER = "number"


def load(connection: Connection, receipt: Receipt, contract: Contract) -> None:
    """Copy what was prepared into `incoming_row` and `incoming_point`, and the forms that it has beside them."""
    STEPS.run(connection, "incoming")
    rows = Forms([name for name in LISTINGS.names if name not in OWN_OF_ROW])
    points = Forms([name for name in POINTS.names if name not in OWN_OF_POINT])
    listings = (rows.named_in(frame) for frame in _frames(receipt, contract, "listings"))
    copy_tables(connection, "incoming_row", (*OWN_OF_ROW, FORM), listings)
    copy_tables(connection, "incoming_point", (NUMBER, *OWN_OF_POINT, FORM), _points(receipt, contract, points))
    for table, forms in (("row_form", rows), ("point_form", points)):
        copy_tables(connection, table, (FORM, *forms.columns), forms.all())
    STEPS.run(connection, "loaded")


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
