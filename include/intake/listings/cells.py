"""The cells of many rows, and the contact points in them, column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import polars as pl

from include.intake.contracts import Contract, Field
from include.intake.normalise.columns import READINGS, filled, read_cells
from include.intake.normalise.countries import country_of
from include.intake.points import PLACES

__all__ = ["POINT", "Cells", "read_as_persons", "read_points"]

CONTACTS = ("phone", "email", "website", "person", "address")
POINT: dict[str, Any] = {"row": pl.UInt32, "column": pl.String} | {k: v for k, v in READINGS.items() if k != "cell"}
"""A contact point, as columns: the place of its row, its column in the source, and its reading."""


class Cells:
    """The cells of many rows under their contract, and which of them say something."""

    def __init__(self, frame: pl.DataFrame, contract: Contract) -> None:
        self.contract = contract
        self.height = frame.height
        self._texts = {name: frame[name] for name in contract.columns}
        self.filled = {name: filled(cells) for name, cells in self._texts.items()}
        self._said = {name: cells.set(~self.filled[name], None) for name, cells in self._texts.items()}
        self.regions = self._regions()

    def column(self, name: str) -> pl.Series:
        """Give the texts of a column; null where it says nothing."""
        return self._said[name]

    def _regions(self) -> pl.Series:
        """Say whose numbering plan each row follows: its own country's where it names one, else its contract's."""
        region = pl.repeat(None, self.height, dtype=pl.String, eager=True)
        for name in self.contract.named(Field.COUNTRY):
            cells = self._texts[name]
            known = {cell: country_of(cell) for cell in cells.unique()}
            named = cells.replace_strict(list(known), list(known.values()), return_dtype=pl.String)
            region = region.zip_with(region.is_not_null(), named)
        return region.fill_null(self.contract.region) if self.contract.region else region


def read_points(cells: Cells, fields: Collection[str] = CONTACTS) -> pl.DataFrame:
    """Read every contact point of the rows, in the order of rows and of the contract's columns; addresses come last.

    Of fewer `fields`, where only those are asked for.
    """
    contract = cells.contract
    parts = [pl.DataFrame(schema=POINT)]
    for name, mapping in contract.columns.items():
        if mapping.field.value in fields and mapping.field.value != "address":
            texts = cells.column(name)
            texts = texts.str.replace_all(mapping.separator, "\n", literal=True) if mapping.separator else texts
            terms = {"means": mapping.means, "at_sign": mapping.at_sign, "language": mapping.language}
            parts.append(_read(cells, mapping.field.value, texts, pl.lit(name), **terms))
    if "address" in fields:
        parts.extend(_places(cells))
    return pl.concat(parts).sort("row", maintain_order=True)


def _places(cells: Cells) -> Iterator[pl.DataFrame]:
    """Read the parts of a row's address as one, with the column of the first of them; a country alone is none."""
    mapped = cells.contract.columns
    given = {name: cells.column(name) for name, mapping in mapped.items() if mapping.field.value in PLACES}
    within = [name for name in given if mapped[name].field != Field.COUNTRY]
    if not within:
        return
    parts = pl.DataFrame(given)
    first = pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in given)
    whole = pl.concat_str(list(given), separator=", ", ignore_nulls=True)
    somewhere = pl.any_horizontal(pl.col(name).is_not_null() for name in within)
    texts = parts.select(whole=pl.when(somewhere).then(whole), first=first)
    yield _read(cells, "address", texts["whole"], texts["first"])


def read_as_persons(cells: Cells, rows: Iterable[int], column: str) -> pl.DataFrame:
    """Read a column of names as those of persons, in these rows only; what cannot be one is left out."""
    texts = cells.column(column)
    places = pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
    chosen = places.is_in(pl.Series(rows, dtype=pl.UInt32).implode())
    language = cells.contract.columns[column].language
    found = _read(cells, "person", texts.set(~chosen, None), pl.lit(column), language=language)
    return found.filter(pl.col("unparsed").is_null())


def _read(cells: Cells, field: str, texts: pl.Series, column: pl.Series | pl.Expr, **terms: str | None) -> pl.DataFrame:
    """Read a column of texts, each of them once for each numbering plan."""
    given = pl.DataFrame({"text": texts, "region": cells.regions}).with_columns(column=column).with_row_index("row")
    given = given.filter(pl.col("text").is_not_null())
    found = [pl.DataFrame(schema=POINT | {"place": pl.UInt32})]
    for (region,), some in given.group_by("region", maintain_order=True):
        distinct = pl.DataFrame({"text": some["text"].unique(maintain_order=True)}).with_row_index("cell")
        readings = read_cells(field, distinct["text"], region, **terms).with_row_index("place")
        placed = some.join(distinct, on="text").join(readings, on="cell")
        found.append(placed.select(*POINT, "place"))
    return pl.concat(found).sort("row", "place").drop("place")
