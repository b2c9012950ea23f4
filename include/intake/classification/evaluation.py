"""Measure the classifier on labelled files: names by folds that leave out one source each, contact points as such."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from include.intake.classification.figures import Outcome, figures_by, worst
from include.intake.classification.labels import LabelledNames, LabelledPoints, read_labels
from include.intake.classification.many_names import classify_names
from include.intake.classification.model import NameDecision
from include.intake.classification.name_model import model
from include.intake.classification.names import decided_by
from include.intake.classification.point_evaluation import goals, point_outcomes, trained_beside
from include.intake.classification.point_truth import POINT_CLASSES
from include.intake.classification.rules import RULES

__all__ = ["evaluated"]

CLASSES = ("person", "organisation")
FOLDS = "folds by source"
COLUMNS = ("lang", "source", "has_org_word", "kind")


def evaluated(path: Path, folds: bool = False, sources: Iterable[str] | None = None) -> dict[str, Any]:
    """Measure on a file of labelled names or contact points.

    Names on which the weights were trained are always measured by folds: for each source (or each of `sources`), other
    weights are learned from all the rest. So are contact points where those names lie in the same folder, as their
    owners are among them. Raises LabelsUnreadable.
    """
    labels = read_labels(path)
    if isinstance(labels, LabelledPoints):
        return _of_points(path, labels, sources)
    trained_on_it = model().about.get("labels") == labels.hash
    if not (folds or trained_on_it):
        return _report(
            _outcomes(labels, enumerate(classify_names(labels.names))), CLASSES, labels.hash, "shipped weights"
        )
    found = _report(_folds(labels, sources), CLASSES, labels.hash, FOLDS)
    if trained_on_it and not folds:
        found["note"] = (
            "the shipped weights were trained on this file: each source is measured by weights that never saw it"
        )
    return found


def _of_points(path: Path, labels: LabelledPoints, sources: Iterable[str] | None) -> dict[str, Any]:
    names = trained_beside(path)
    outcomes = point_outcomes(labels, names, sources)
    found = _report(outcomes, POINT_CLASSES, labels.hash, FOLDS if names else "shipped weights", (*COLUMNS, "stratum"))
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


def _folds(labels: LabelledNames, sources: Iterable[str] | None) -> list[Outcome]:
    from include.intake.classification.name_training import learner  # here: only training needs its solver

    learning, persons = learner(labels.names), np.array(labels.persons, dtype=bool)
    source = np.array(labels.groups["source"])
    outcomes: list[Outcome] = []
    for left_out in sorted(set(source.tolist()) if sources is None else sources):
        weights = learning.fit(source != left_out, persons, {})
        rows = np.flatnonzero(source == left_out).tolist()
        outcomes += _outcomes(labels, ((at, decided_by(weights, labels.names[at])) for at in rows))
    return sorted(outcomes, key=lambda outcome: outcome.row)
