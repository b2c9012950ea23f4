"""Decide every contact point of many listings at once: of those of which the same is known, one for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from include.intake.classification.listing import Standing
from include.intake.classification.model import Decision
from include.intake.classification.points import DECLARED, mailbox_evidence, point_evidence
from include.intake.classification.rules import BY_LIKENESS, decision_alike, decision_of
from include.intake.normalise.columns import reading_of, traits_of

__all__ = ["DECISIONS", "Decisions", "decide_points"]

DECISIONS = {"decision": pl.UInt32, "class": pl.String, "score": pl.Float64, "reasons": pl.String}
"""What a decision says, as columns: its number, its class, the probability of a person, its reasons with commas."""
KNOWN = ("kind", "about", "named", "number_type", "traits", "unparsed", "detailed")
"""All that is known of a telephone number or an address beside its listing: no text of theirs is looked at."""
NOTHING: frozenset[str] = frozenset()


class Decisions:
    """Decisions by number, each once: what many points share is written down once."""

    def __init__(self) -> None:
        self._numbers: dict[Decision, int] = {}

    def number(self, decision: Decision) -> int:
        """Return the number of a decision."""
        return self._numbers.setdefault(decision, len(self._numbers))

    def frame(self) -> pl.DataFrame:
        """Lay them out as DECISIONS, in the order of their numbers."""
        rows = [(at, said.klass.value, said.score, ",".join(said.reasons)) for said, at in self._numbers.items()]
        return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def decide_points(points: pl.DataFrame, standings: Sequence[Standing], decisions: Decisions) -> pl.Series:
    """Decide the class of each point, as `decide` does in its listing; return the numbers of the decisions.

    `points` has the columns of READINGS, and `row`: the place of the listing's standing in `standings`.
    """
    numbered = points.with_row_index("at")
    alike = pl.col("kind").is_in(sorted(BY_LIKENESS)) & pl.col("beside").is_null()
    by_likeness = _alike(numbered.filter(alike), standings, decisions)
    by_text = numbered.filter(~alike)
    numbers = [decisions.number(decision) for decision in _each(by_text, standings, _sites(points))]
    one_by_one = by_text.select("at", decision=pl.Series(numbers, dtype=pl.UInt32))
    return pl.concat([by_likeness, one_by_one]).sort("at")["decision"]


def _alike(points: pl.DataFrame, standings: Sequence[Standing], decisions: Decisions) -> pl.DataFrame:
    codes: dict[frozenset[str], int] = {}
    about = pl.Series([codes.setdefault(standing.codes, len(codes)) for standing in standings], dtype=pl.UInt32)
    named = pl.Series([bool(standing.people) for standing in standings], dtype=pl.Boolean)
    rows = points["row"]
    points = points.with_columns(
        about=about.gather(rows), named=named.gather(rows), detailed=pl.col("detail").is_not_null()
    ).select("at", *KNOWN)
    groups, said = points.select(list(KNOWN)).unique(), list(codes)
    found = [
        decisions.number(decision_alike(kind, said[about], named, number_type, traits_of(traits), unparsed, detailed))
        for kind, about, named, number_type, traits, unparsed, detailed in groups.iter_rows()
    ]
    groups = groups.with_columns(decision=pl.Series(found, dtype=pl.UInt32))
    return points.join(groups, on=KNOWN, nulls_equal=True).select("at", "decision")


def _sites(points: pl.DataFrame) -> Mapping[int, frozenset[str]]:
    """Give for each listing that names a site of its own the domains of those."""
    own = points.filter(
        (pl.col("kind") == "website") & pl.col("normalised").is_not_null() & pl.col("traits").str.contains("own_site")
    )
    named = own.group_by("row").agg(pl.col("normalised"))
    return {row: frozenset(domains) for row, domains in named.iter_rows()}


def _each(
    points: pl.DataFrame, standings: Sequence[Standing], sites: Mapping[int, frozenset[str]]
) -> Iterator[Decision]:
    columns = points.select("row", "kind", "normalised", "traits", "beside")
    for at, (row, kind, address, traits, beside) in enumerate(columns.iter_rows()):
        about, domains = standings[row], sites.get(row, NOTHING)
        if kind == "email" and address is not None and beside is None:
            marks = traits_of(traits)
            codes = frozenset(mailbox_evidence(address, marks, about, domains))
            yield decision_of(about.codes.union(codes, marks & DECLARED))
        else:
            reading = reading_of(points.row(at, named=True))
            yield decision_of(point_evidence(reading, about, domains))
