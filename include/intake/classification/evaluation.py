"""Measure the classifier on labelled files: names by folds that leave out one source each, contact points as such."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.intake.classification.figures import Outcome, figures_by, worst
from include.intake.classification.labels import LabelledNames, LabelledPoints, read_labels
from include.intake.classification.many_names import classify_names
from include.intake.classification.model import NameDecision
from include.intake.classification.name_rows import learned_rows, sources_of
from include.intake.classification.names import decided_by
from include.intake.classification.point_evaluation import goals, point_outcomes, trained_beside
from include.intake.classification.point_truth import POINT_CLASSES
from include.intake.classification.rules import RULES

__all__ = ["evaluated"]

CLASSES = ("person", "organisation")
FOLDS = "folds by source"
SHIPPED = "shipped weights"
BY_ROW = attrgetter("row")
COLUMNS = ("lang", "source", "has_org_word", "kind")


def evaluated(path: Path, folds: bool = False, sources: Iterable[str] | None = None) -> dict[str, Any]:
    """Measure on a file of labelled names or contact points.

    Names on which the weights were trained are always measured by folds: for each source (or each of `sources`), other
    weights are learned from all the rest. So are contact points where those names lie in the same folder, as their
    owners are among them. Where the names that the weights were trained on do not lie there, those of them that are in
    the file are left out, and the note says how many. Raises LabelsUnreadable, RowsUnknown.
    """
    labels = read_labels(path)
    if isinstance(labels, LabelledPoints):
        return _of_points(path, labels, sources)
    if folds:
        every = np.ones(len(labels.names), dtype=bool)
        return _report(_folds(labels, labels, every, sources), CLASSES, labels.hash, FOLDS)
    return _of_names(path, labels, sources)


def _of_names(path: Path, labels: LabelledNames, sources: Iterable[str] | None) -> dict[str, Any]:
    learned = learned_rows(labels)
    told = f"{int(learned.sum()):,} of {len(learned):,} rows"
    fresh = np.flatnonzero(~learned).tolist()
    outcomes = _outcomes(labels, zip(fresh, classify_names([labels.names[at] for at in fresh]), strict=True))
    if not learned.any():
        return _report(outcomes, CLASSES, labels.hash, SHIPPED)
    trained = trained_beside(path)
    if trained is None:
        note = f"left out: the shipped weights were trained on {told}, and the file of those is not beside this one"
        return _report(outcomes, CLASSES, labels.hash, SHIPPED) | {"note": note}
    outcomes += _folds(labels, trained, learned, sources)
    note = f"the shipped weights were trained on {told}: of these, each source is measured by weights that never saw it"
    method = FOLDS if learned.all() else f"{SHIPPED}, {FOLDS} where they were trained"
    return _report(sorted(outcomes, key=BY_ROW), CLASSES, labels.hash, method) | {"note": note}


def _of_points(path: Path, labels: LabelledPoints, sources: Iterable[str] | None) -> dict[str, Any]:
    names = trained_beside(path)
    outcomes = point_outcomes(labels, names, sources)
    found = _report(outcomes, POINT_CLASSES, labels.hash, FOLDS if names else SHIPPED, (*COLUMNS, "stratum"))
    if not names:
        found["note"] = "the names that the weights were learned from are not beside this file: no source was left out"
    return found | {"goals": goals(outcomes, found)}


def _report(
    outcomes: list[Outcome], classes: tuple[str, ...], file: str, method: str, columns: tuple[str, ...] = COLUMNS
) -> dict[str, Any]:
    figured = figures_by(outcomes, classes, columns)
    return {"method": method, "edition": RULES, "file": file, **figured, "worst": worst(outcomes, classes)}


def _outcomes(labels: LabelledNames, decisions: Iterable[tuple[int, NameDecision]]) -> list[Outcome]:
    return [
        Outcome(at + 2, CLASSES[0] if labels.persons[at] else CLASSES[1], str(said.kind), said.score, labels.group(at))
        for at, said in decisions
    ]


def _folds(
    labels: LabelledNames, trained: LabelledNames, measured: NDArray[np.bool_], sources: Iterable[str] | None
) -> list[Outcome]:
    """Decide the measured rows, those of each source by weights that were learned from all other trained rows."""
    from include.intake.classification.name_training import learner  # here: only training needs its solver

    learning, persons = learner(trained.names), np.array(trained.persons, dtype=bool)
    taught, source = np.array(trained.groups["source"]), np.array(sources_of(labels, trained))
    outcomes: list[Outcome] = []
    for left_out in sorted(set(source[measured].tolist()) if sources is None else sources):
        weights = learning.fit(taught != left_out, persons, {})
        rows = np.flatnonzero(measured & (source == left_out)).tolist()
        outcomes += _outcomes(labels, ((at, decided_by(weights, labels.names[at])) for at in rows))
    return sorted(outcomes, key=BY_ROW)
