"""What was decided again, into the tables from which a delivery is taken in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa
from sqlalchemy import Connection

from include.intake.preparing import POINTS
from include.intake.registering.forms import FORM, Forms
from include.intake.registering.loading import FORM_OF_ROW, KNOWN, NUMBER, ONCE, OWN_OF_POINT, OWN_OF_ROW
from include.store import copy_tables
from include.store.sql import Steps

__all__ = ["load_decided"]

STEPS = Steps("include.intake.registering", "load.sql")


def load_decided(connection: Connection, parts: Iterable[tuple[pa.Table, pa.Table]]) -> None:
    """Copy the parts into `incoming_row` and `incoming_point`, with the forms that they have, one part at a time."""
    STEPS.run(connection, "incoming")
    rows = Forms(FORM_OF_ROW)
    points = Forms([name for name in POINTS.names if name not in OWN_OF_POINT])
    before = 0
    for listings, found in parts:
        copy_tables(connection, "incoming_row", (*OWN_OF_ROW, FORM), [rows.named_in(_frame(listings).drop(KNOWN))])
        once = _frame(found).unique(ONCE, keep="first", maintain_order=True)
        numbered = points.named_in(once).with_row_index(NUMBER, before + 1)
        copy_tables(connection, "incoming_point", (NUMBER, *OWN_OF_POINT, FORM), [numbered])
        before += once.height
    for table, forms in (("row_form", rows), ("point_form", points)):
        copy_tables(connection, table, (FORM, *forms.columns), forms.all())
    STEPS.run(connection, "loaded")


def _frame(table: pa.Table) -> pl.DataFrame:
    frame: Any = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
