"""What many listings are: those whose names are decided alike stand alike, and differ only in who is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from include.intake.classification.listing import Named, Standing, standing_of
from include.intake.classification.many_names import NamesDecided

__all__ = ["ENTRIES", "Standings", "standings_of"]

ENTRIES: dict[str, Any] = {"row": pl.UInt32, "name": pl.UInt32, "beside": pl.Boolean}
"""The names of listings, row by row: which of the decided ones, and whether it is a person's beside the listing's."""
PEOPLE, PERHAPS, ORGANISATIONS = WHOSE = ("people", "perhaps", "organisations")
PARTS = {"form": pl.String, "whose": pl.String, "place": pl.Int64, "owner": pl.Boolean}


@dataclass(frozen=True, slots=True)
class Standings:
    """The standing of each listing: which of `codes` are its, and in `named` who is named in it (row, whose, text)."""

    about: pl.Series
    codes: tuple[frozenset[str], ...]
    named: pl.DataFrame = field(repr=False)

    def with_any(self, codes: Collection[str]) -> pl.Series:
        """Say of each listing whether one of these codes is its."""
        return pl.Series([not own.isdisjoint(codes) for own in self.codes], dtype=pl.Boolean).gather(self.about)

    def among(self, whose: str) -> pl.DataFrame:
        """Give the rows in which there are `people`, names that are `perhaps` theirs or `organisations`, with each."""
        return self.named.filter(pl.col("whose") == whose).select("row", "text")

    def of(self, rows: pl.Series) -> dict[int, Standing]:
        """Give the standings of some listings as those of one are."""
        named: dict[tuple[int, str], tuple[str, ...]] = {}
        chosen = self.named.filter(pl.col("row").is_in(rows.implode()))
        for row, whose, texts in chosen.group_by("row", "whose", maintain_order=True).agg("text").iter_rows():
            named[row, whose] = tuple(texts)
        return {
            row: Standing(self.codes[self.about[row]], *(named.get((row, whose), ()) for whose in WHOSE))
            for row in rows.unique().to_list()
        }


def standings_of(
    entries: pl.DataFrame, texts: pl.Series, decided: NamesDecided, *, height: int, directory: bool
) -> Standings:
    """Say what so many listings are by their ENTRIES; `decided` is what the names in `texts` are."""
    forms = _forms(entries, decided)
    numbers = {standing_of((), (), directory).codes: 0}
    about, parts = [], []
    for form, names, beside in forms.unique("form").select("form", "name", "beside").iter_rows():
        standing = standing_of(*_placed(names, beside, decided), directory)
        about.append((form, numbers.setdefault(standing.codes, len(numbers))))
        parts += [(form, *part) for part in _parts(standing)]
    codes = pl.DataFrame(about, schema={"form": pl.String, "about": pl.UInt32}, orient="row")
    rows = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    known = forms.select("row", "form").join(codes, on="form")
    known = rows.join(known, on="row", how="left", maintain_order="left")
    named = forms.select("row", "form", "name").join(pl.DataFrame(parts, schema=PARTS, orient="row"), on="form")
    name = named.select(pl.col("name").list.get(pl.col("place"))).to_series()
    text = decided.owner.gather(name).zip_with(named["owner"], texts.gather(name))
    named = named.select("row", "whose", text=text)
    return Standings(known["about"].fill_null(0), tuple(numbers), named)


def _forms(entries: pl.DataFrame, decided: NamesDecided) -> pl.DataFrame:
    """Say for each listing how its names are decided, and which they are."""
    alike = pl.Series(decided.alike()).gather(entries["name"]).cast(pl.String)
    entries = entries.with_columns(form=alike + pl.when("beside").then(pl.lit("b")).otherwise(pl.lit("")))
    several = entries["row"].is_duplicated()
    ones = entries.filter(~several).with_columns(pl.concat_list("name"), pl.concat_list("beside"))
    groups = entries.filter(several).group_by("row").agg(pl.col("form").str.join(","), "name", "beside")
    return pl.concat([ones.select(groups.columns), groups])


def _placed(names: list[int], beside: list[bool], decided: NamesDecided) -> tuple[list[Named], list[Named]]:
    """Put numbers for the texts of a listing's names and of the persons beside them: even ones, odd ones for owners."""
    placed = [Named(str(2 * at), str(2 * at + 1), decided.one(name)) for at, name in enumerate(names)]
    own = [name for name, is_beside in zip(placed, beside, strict=True) if not is_beside]
    return own, [name for name, is_beside in zip(placed, beside, strict=True) if is_beside]


def _parts(standing: Standing) -> Iterator[tuple[str, int, bool]]:
    for whose, numbers in zip(WHOSE, (standing.people, standing.perhaps, standing.organisations), strict=True):
        for number in map(int, numbers):
            yield whose, number // 2, bool(number % 2)
