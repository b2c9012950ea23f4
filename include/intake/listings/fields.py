"""What is kept of a listing beside its contact points: its fields as given, and which column gave each."""

from __future__ import annotations

import json

import polars as pl

from include.intake.listings.cells import Cells

__all__ = ["fields_of", "provenance_of"]

KEPT = ("organisation", "role", "company_size", "activity", "language", "updated_on", "row_id")
ESCAPED = r'[\x00-\x1f"\\]'
"""What a text of JSON cannot hold as it is (RFC 8259, section 7)."""


def fields_of(cells: Cells) -> pl.Series:
    """Give for each row, as JSON, the fields that are kept; several columns of one field, one to a line."""
    columns = _columns(cells)
    texts = pl.DataFrame(
        {field: _lines([cells.column(name) for name in columns[field]]) for field in KEPT if field in columns}
    )
    return _objects(texts, cells.height)


def provenance_of(cells: Cells) -> pl.Series:
    """Give for each row, as JSON, the first column of each field that has something."""
    first = {}
    for field, names in _columns(cells).items():
        said = [pl.when(cells.filled[name]).then(pl.lit(name)) for name in names]
        first[field] = pl.select(pl.coalesce(said)).to_series()
    return _objects(pl.DataFrame(first), cells.height)


def _columns(cells: Cells) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for name, mapping in cells.contract.columns.items():
        columns.setdefault(mapping.field.value, []).append(name)
    return columns


def _lines(texts: list[pl.Series]) -> pl.Series:
    if len(texts) == 1:
        return texts[0]
    given = pl.DataFrame(texts)
    lines = pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)
    return given.select(pl.when(~pl.all_horizontal(pl.all().is_null())).then(lines)).to_series()


def _objects(texts: pl.DataFrame, height: int) -> pl.Series:
    """Write the columns of each row as a JSON object, without those that are null."""
    if not texts.width:
        return pl.repeat("{}", height, dtype=pl.String, eager=True)
    members = [pl.lit(f'"{name}": ') + _quoted(texts[name]) for name in texts.columns]
    joined = pl.concat_str(members, separator=", ", ignore_nulls=True)
    return pl.select(pl.lit("{") + joined + pl.lit("}")).to_series()


def _quoted(texts: pl.Series) -> pl.Series:
    special = texts.str.contains(ESCAPED).fill_null(False)
    quoted = '"' + texts + '"'
    if special.any():
        others = [json.dumps(text, ensure_ascii=False) for text in texts.filter(special)]
        quoted = quoted.scatter(special.arg_true(), others)
    return quoted
