"""What the listings of one file say of each other's contact points, as the register weighs it over all sources."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from include.intake.classification.model import Shared
from include.intake.classification.sharing import beside_others, called, personal_codes
from include.intake.listings.read import ListingsRead
from include.intake.normalise.columns import key_texts

__all__ = ["decided_beside"]

KINDS = ("phone", "email", "website")
KEY = ("kind", "key")


def decided_beside(parts: Sequence[ListingsRead]) -> list[pl.DataFrame]:
    """Give the points of each part, decided with what all parts say of them."""
    points = [part.points.with_columns(key=key_texts(part.points), part=pl.lit(at)) for at, part in enumerate(parts)]
    if not points:
        return []
    whole = pl.concat(points).with_row_index("at")
    changed = _changed(whole, _organisations(parts))
    decided = whole.join(changed, on="at", how="left", suffix="_beside", maintain_order="left").with_columns(
        pl.coalesce(f"{name}_beside", name).alias(name) for name in ("class", "score", "reasons")
    )
    return [decided.filter(pl.col("part") == at).select(part.points.columns) for at, part in enumerate(parts)]


def _organisations(parts: Sequence[ListingsRead]) -> pl.DataFrame:
    """Give for each listing of an organisation, that is nobody's own, by what it is known."""
    named = []
    for at, part in enumerate(parts):
        names = part.listings["fields"].str.json_path_match("$.organisation")
        counts = (part.listings["name_class"] == "organisation") & ~part.listings["name_holds_person"]
        known = [called(name) if name and count else "" for name, count in zip(names, counts, strict=True)]
        named.append(pl.DataFrame({"called": known}).with_row_index("row").with_columns(part=pl.lit(at)))
    return pl.concat(named).filter(pl.col("called") != "")


def _changed(points: pl.DataFrame, organisations: pl.DataFrame) -> pl.DataFrame:
    """Decide again the points that stand more than once in the file, where others say anything of them."""
    own = pl.col("reasons").str.split(",")
    told = points.filter(pl.col("kind").is_in(KINDS) & pl.col("normalised").is_not_null())
    told = told.filter(pl.len().over(KEY) > 1).join(organisations, on=("part", "row"), how="left")
    told = told.with_columns(strong=own.list.set_intersection(list(personal_codes())).list.len() > 0)
    told = told.with_columns(
        others=pl.col("called").drop_nulls().n_unique().over(KEY) - pl.col("called").is_not_null().cast(pl.Int64),
        elsewhere=pl.col("strong").sum().over(KEY) > pl.col("strong").cast(pl.Int64),
    )
    rows = []
    for at, reasons, score, others, elsewhere in told.select(
        "at", "reasons", "score", "others", "elsewhere"
    ).iter_rows():
        if codes := Shared(others=others, personal=elsewhere).codes:
            said = beside_others(reasons.split(","), codes, score)
            rows.append((at, said.klass.value, said.score, ",".join(said.reasons)))
    schema = {"at": pl.UInt32, "class": pl.String, "score": pl.Float64, "reasons": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
