"""Decide every contact point of many listings at once: of those of which the same is known, one for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from include.intake.classification.mailbox_columns import MAILBOX, mailboxes_of
from include.intake.classification.mailboxes import Mailbox, mailbox_codes
from include.intake.classification.many_names import decide_names
from include.intake.classification.model import Decision, NameKind
from include.intake.classification.points import DECLARED, person_code, point_evidence
from include.intake.classification.rules import BY_LIKENESS, decision_alike, decision_of
from include.intake.classification.standings import Standings
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


def decide_points(points: pl.DataFrame, standings: Standings, decisions: Decisions) -> pl.Series:
    """Decide the class of each point, as `decide` does in its listing; return the numbers of the decisions.

    `points` has the columns of READINGS, and `row`: the listing's place in `standings`.
    """
    points = points.with_row_index("at")
    sites = points.filter(
        (pl.col("kind") == "website") & pl.col("normalised").is_not_null() & pl.col("traits").str.contains("own_site")
    ).select("row", "normalised")
    bare, read = pl.col("beside").is_null(), pl.col("normalised").is_not_null()
    alike = pl.col("kind").is_in(sorted(BY_LIKENESS)) & bare
    mailbox = (pl.col("kind") == "email") & bare & read
    person = pl.col("kind") == "person"
    parts = [
        _alike(points.filter(alike), standings, decisions),
        _mailboxes(points.filter(mailbox), standings, sites, decisions),
        _persons(points.filter(person), decisions),
        _each(points.filter(~(alike | mailbox | person)), standings, sites, decisions),
    ]
    return pl.concat(parts).sort("at")["decision"]


def _alike(points: pl.DataFrame, standings: Standings, decisions: Decisions) -> pl.DataFrame:
    def decided(kind: str, about: int, named: bool, number_type: str | None, traits: str, *rest: Any) -> Decision:
        return decision_alike(kind, standings.codes[about], named, number_type, traits_of(traits), *rest)

    known = points.with_columns(
        about=standings.about.gather(points["row"]),
        named=points["row"].is_in(standings.among("people")["row"].implode()),
        detailed=pl.col("detail").is_not_null(),
    )
    return _decided(known.select("at", *KNOWN), decided, decisions)


def _mailboxes(points: pl.DataFrame, standings: Standings, sites: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    def decided(about: int, traits: str, *rest: bool) -> Decision:
        marks = traits_of(traits)
        codes = mailbox_codes(Mailbox(marks, *rest))
        return decision_of(standings.codes[about].union(codes, marks & DECLARED))

    known = mailboxes_of(points, standings, sites).with_columns(about=standings.about.gather(points["row"]))
    return _decided(known.select("at", "about", *MAILBOX), decided, decisions)


def _persons(points: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    texts = points["value"].unique()
    kinds = decide_names(texts).frame().select(value=texts, organisation=pl.col("kind") == NameKind.ORGANISATION.value)
    known = points.select("at", "value", "unparsed").join(kinds, on="value")
    named = known.select("at", named=pl.col("unparsed").is_null() & ~pl.col("organisation"))
    return _decided(named, lambda named: decision_of(frozenset({person_code(named)})), decisions)


def _decided(points: pl.DataFrame, decide: Callable[..., Decision], decisions: Decisions) -> pl.DataFrame:
    """Decide once what is the same of several points: all columns but `at`."""
    known = points.select(pl.exclude("at")).unique()
    numbers = [decisions.number(decide(*one)) for one in known.iter_rows()]
    told = known.with_columns(decision=pl.Series(numbers, dtype=pl.UInt32))
    return points.join(told, on=known.columns, nulls_equal=True).select("at", "decision")


def _each(points: pl.DataFrame, standings: Standings, sites: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    """Decide the points of which the text counts: one by one."""
    listings = standings.of(points["row"])
    domains = {row: frozenset(own) for row, own in sites.group_by("row").agg("normalised").iter_rows()}
    numbers = []
    for point in points.iter_rows(named=True):
        codes = point_evidence(reading_of(point), listings[point["row"]], domains.get(point["row"], NOTHING))
        numbers.append(decisions.number(decision_of(codes)))
    return points.select("at", decision=pl.Series(numbers, dtype=pl.UInt32))
