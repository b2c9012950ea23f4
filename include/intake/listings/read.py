"""Read and decide many landing rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from include.intake.classification.columns import DECISIONS, Decisions, decide_points
from include.intake.contracts import Contract
from include.intake.listings.cells import POINT, Cells, read_as_persons, read_points
from include.intake.listings.fields import fields_of, provenance_of
from include.intake.listings.names import Names, listed_names, names_of

__all__ = ["LISTINGS", "POINTS", "ListingsRead", "read_listings"]

LISTINGS: dict[str, Any] = {
    "name_class": pl.String,
    "name_holds_person": pl.Boolean,
    "fields": pl.String,
    "provenance": pl.String,
    "country": pl.String,
}
POINTS: dict[str, Any] = POINT | {name: kind for name, kind in DECISIONS.items() if name != "decision"}
DECIDED = POINT | {"decision": pl.UInt32}


@dataclass(frozen=True, slots=True)
class ListingsRead:
    """Rows as they were read and decided.

    `listings` has the columns of LISTINGS, one row each in the order given; `points` those of POINTS, in the order of
    the rows (`row` is a place among them) and of their columns; `names` says who is behind each name.
    """

    listings: pl.DataFrame = field(repr=False)
    points: pl.DataFrame = field(repr=False)
    names: Names = field(repr=False)


def read_listings(rows: pl.DataFrame, contract: Contract) -> ListingsRead:
    """Read and decide minimised rows: every column of the contract, as text."""
    cells = Cells(rows, contract)
    points = read_points(cells)
    names = names_of(cells, points)
    decisions = Decisions()
    points = points.with_columns(decision=decide_points(points, names.standings, decisions))
    points = _with_names(cells, names, points, decisions)
    points = points.join(decisions.frame(), on="decision", how="left", maintain_order="left").select(list(POINTS))
    return ListingsRead(_listings(cells, names), points, names)


def _with_names(cells: Cells, names: Names, points: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    classes = decisions.frame()["class"].gather(points["decision"])
    parts = [points]
    for column, found in listed_names(cells, names, points, classes):
        if found:
            decided = pl.DataFrame(
                {"row": list(found), "decision": [decisions.number(decision) for decision in found.values()]},
                schema={"row": pl.UInt32, "decision": pl.UInt32},
            )
            persons = read_as_persons(cells, list(found), column)
            parts.append(persons.join(decided, on="row", maintain_order="left").select(list(DECIDED)))
    return pl.concat(parts).sort("row", maintain_order=True) if len(parts) > 1 else points


def _listings(cells: Cells, names: Names) -> pl.DataFrame:
    named = names.of_listings(cells.height)
    return pl.DataFrame(
        {
            "name_class": named["kind"],
            "name_holds_person": named["holds_person"],
            "fields": fields_of(cells),
            "provenance": provenance_of(cells),
            "country": cells.regions,
        },
        schema=LISTINGS,
    )
