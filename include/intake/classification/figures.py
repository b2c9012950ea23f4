"""Figures of a classifier: per class precision, recall, F1 and n; abstentions, calibration, confusion, worst errors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Outcome", "figures", "figures_by", "worst"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row is, what was decided, and how probable a person (or personal) was held to be."""

    row: int
    """As a spreadsheet counts it: the first row below the heading is 2."""
    truth: str
    said: str
    score: float
    groups: Mapping[str, str]


def figures(outcomes: Sequence[Outcome], classes: Sequence[str]) -> dict[str, Any]:
    """Give the figures of some rows. Recall and F1 are over all of a class: an abstention is a miss of it."""
    confusion = Counter((outcome.truth, outcome.said) for outcome in outcomes)
    found: dict[str, Any] = {}
    for name in classes:
        right = confusion[name, name]
        there = sum(count for (truth, _), count in confusion.items() if truth == name)
        said = sum(count for (_, told), count in confusion.items() if told == name)
        found[name] = {
            "precision": round(right / said, 4) if said else None,
            "recall": round(right / there, 4) if there else None,
            "f1": round(2 * right / (said + there), 4) if said + there else None,
            "n": there,
        }
    abstained = sum(outcome.said not in classes for outcome in outcomes)
    return {
        **found,
        "n": len(outcomes),
        "abstained": round(abstained / len(outcomes), 4) if outcomes else None,
        "confusion": {f"{truth} as {said}": count for (truth, said), count in sorted(confusion.items())},
        "calibration": _calibration(outcomes, classes[0]),
    }


def _calibration(outcomes: Sequence[Outcome], first: str) -> list[dict[str, Any]]:
    """Compare, for every tenth of the score, what it promised with what was there."""
    tenths: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        tenths[min(int(outcome.score * 10), 9)].append(outcome)
    return [
        {
            "from": tenth / 10,
            "n": len(there),
            "promised": round(sum(outcome.score for outcome in there) / len(there), 4),
            "found": round(sum(outcome.truth == first for outcome in there) / len(there), 4),
        }
        for tenth, there in sorted(tenths.items())
    ]


def figures_by(outcomes: Sequence[Outcome], classes: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    """Give the figures of all rows, and of each value of each column."""
    by: dict[str, Any] = {}
    for column in columns:
        groups: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            groups[outcome.groups.get(column, "")].append(outcome)
        by[column] = {value: figures(there, classes) for value, there in sorted(groups.items())}
    return {"overall": figures(outcomes, classes), "by": by}


def worst(outcomes: Sequence[Outcome], classes: Sequence[str], most: int = 20) -> list[dict[str, Any]]:
    """Give the most confident errors by row number: nobody's name is told."""
    wrong = [outcome for outcome in outcomes if outcome.said in classes and outcome.said != outcome.truth]
    wrong.sort(key=lambda outcome: (-abs(outcome.score - 0.5), outcome.row))
    return [{"row": o.row, "is": o.truth, "said": o.said, "score": o.score} for o in wrong[:most]]
