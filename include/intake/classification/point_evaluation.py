"""Decide labelled contact points, those of each source by weights of names that were learned without that source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from include.intake.classification.figures import Outcome
from include.intake.classification.labels import LabelledNames, LabelledPoint, LabelledPoints, names_beside
from include.intake.classification.listing import Standing, named, standing, standing_of
from include.intake.classification.model import Decision, ListingFacts
from include.intake.classification.name_model import model
from include.intake.classification.names import decided_by
from include.intake.classification.point_truth import STRATA, stratum_of
from include.intake.classification.points import point_evidence
from include.intake.classification.rules import decision_of
from include.intake.normalise import Reading, read_cell

__all__ = ["GOALS", "goals", "point_outcomes", "trained_beside"]

GOALS = ("role mailbox at a domain of its own", "other number of an organisation")
"""What has to stay business, whatever is done for persons."""
Standings = Callable[[str], Standing]


def trained_beside(path: Path) -> LabelledNames | None:
    """Give the labelled names that the shipped weights were learned from, where they lie beside a file of points."""
    return names_beside(path, str(model().about.get("labels")))


def point_outcomes(
    labels: LabelledPoints, names: LabelledNames | None, sources: Iterable[str] | None = None
) -> list[Outcome]:
    """Decide every row as the only contact point of a listing that is called as its owner.

    With `names`, the points of each source (or each of `sources`) are decided by weights that were learned from the
    names of all others; without, by the shipped ones.
    """
    wanted = set(sources) if sources is not None else {point.groups["source"] for point in labels.points}
    by_source: dict[str, list[LabelledPoint]] = {source: [] for source in sorted(wanted)}
    for point in labels.points:
        if point.groups["source"] in by_source:
            by_source[point.groups["source"]].append(point)
    known = _without(names) if names else None
    outcomes = [
        outcome
        for source, points in by_source.items()
        for outcome in _outcomes(points, known(source) if known else _shipped)
    ]
    return sorted(outcomes, key=lambda outcome: outcome.row)


def _without(names: LabelledNames) -> Callable[[str], Standings]:
    """Learn from all but one source. Of a source without names there the shipped weights saw nothing."""
    from include.intake.classification.name_training import learner  # here: only training needs its solver

    learning, persons = learner(names.names), np.array(names.persons, dtype=bool)
    source = np.array(names.groups["source"])

    def known(left_out: str) -> Standings:
        theirs = source == left_out
        if not theirs.any():
            return _shipped
        weights = learning.fit(~theirs, persons, {})
        return lambda owner: standing_of([named(owner, decided_by(weights, owner))], (), directory=True)

    return known


def _shipped(owner: str) -> Standing:
    return standing(ListingFacts(organisations=(owner,)))


def _outcomes(points: Iterable[LabelledPoint], known: Standings) -> Iterable[Outcome]:
    for point in points:
        readings = read_cell(point.means_field, point.value, point.region or None, point.means)
        about = known(point.owner) if point.owner.strip() else standing(ListingFacts())
        stratum = stratum_of(point.means_field, point.label, readings, point.reviewed)
        groups = {**point.groups, "stratum": stratum}
        said = max(_decided(readings, about), key=lambda decision: decision.score, default=None)
        # A cell in which nothing is found is decided by nobody: a miss, and not a row less.
        klass, score = (str(said.klass), said.score) if said else ("undetermined", 0.5)
        yield Outcome(point.row, STRATA[stratum], klass, score, groups)


def _decided(readings: Iterable[Reading], about: Standing) -> Iterable[Decision]:
    readings = tuple(readings)
    sites = {r.normalised for r in readings if r.kind == "website" and "own_site" in r.traits and r.normalised}
    for reading in readings:
        yield decision_of(point_evidence(reading, about, frozenset(sites)))


def goals(outcomes: Iterable[Outcome], figured: Mapping[str, Any]) -> dict[str, Any]:
    """Give the two figures that stand against each other: persons taken for business, and business that is known."""
    confusion, personal = figured["overall"]["confusion"], figured["overall"]["personal"]["n"]
    kept = [outcome for outcome in outcomes if outcome.groups["stratum"] in GOALS]
    right = sum(outcome.said == "business" for outcome in kept)
    return {
        "wrong_business": round(confusion.get("personal as business", 0) / personal, 4) if personal else None,
        "business_recall": round(right / len(kept), 4) if kept else None,
        "business_n": len(kept),
    }
