"""The weights that were learned from labelled names, and what a word adds to a name by them.

A name's score is a sum over its words, so that each word is weighed once and a name is only an addition. All of it is
whole numbers: the same name has the same score on every machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from include.intake.classification.name_parts import FIRST, INSIDE, LAST, ONLY, NameParts
from include.intake.classification.weighing import KNOWLEDGE
from include.intake.classification.word_marks import letter_runs, word_marks

__all__ = [
    "MODEL",
    "MOST",
    "UNIT",
    "NameModel",
    "WordWeight",
    "model",
    "name_features",
    "probability",
    "read_model",
    "script_of",
    "weigh_word",
    "word_features",
    "word_weight",
]

MODEL = KNOWLEDGE / "name_model.npz"
UNIT = 256
"""So many units are one in log-odds."""
FINE = 1 << 12
PLACES = {FIRST: "first", INSIDE: "inside", LAST: "last", ONLY: "only"}
MOST_WORDS = 7


class WordWeight(NamedTuple):
    """What a word adds to a name: by its marks, for each place where it can stand, and by its letters."""

    marks: tuple[int, int, int, int]
    letters: int


@dataclass(frozen=True)
class NameModel:
    """Weights by feature, in units of log-odds of a person, and what they were learned from."""

    weights: Mapping[str, int] = field(repr=False)
    about: Mapping[str, Any]

    def weight(self, features: Iterable[str]) -> int:
        """Add up the weights of features; one that was not learned adds nothing."""
        return sum(self.weights.get(feature, 0) for feature in features)

    @cached_property
    def by_mark(self) -> dict[str, tuple[int, int, int, int]]:
        """The weight of each mark of a word at each of the places."""
        found: dict[str, tuple[int, int, int, int]] = {}
        for mark in {feature.partition(":")[2] for feature in self.weights if not feature.startswith(("#", "code:"))}:
            everywhere = self.weights.get(f"word:{mark}", 0)
            first, inside, last, only = (everywhere + self.weights.get(f"{PLACES[at]}:{mark}", 0) for at in PLACES)
            found[mark] = (first, inside, last, only)
        return found

    def marked(self, marks: tuple[str, ...]) -> tuple[int, int, int, int]:
        """Add up the weights of the marks of a word at each of the places; many words have the same marks."""
        found = self._together.get(marks)
        if found is None:
            known = [self.by_mark[mark] for mark in marks if mark in self.by_mark]
            first, inside, last, only = map(sum, zip(*known, strict=True)) if known else (0, 0, 0, 0)
            found = self._together[marks] = (first, inside, last, only)
        return found

    @cached_property
    def _together(self) -> dict[tuple[str, ...], tuple[int, int, int, int]]:
        return {}

    @cached_property
    def by_run(self) -> dict[str, int]:
        """The weight of each run of letters."""
        return {feature[1:]: weight for feature, weight in self.weights.items() if feature.startswith("#")}


def word_features(text: str, place: int) -> tuple[str, ...]:
    """Give the features of a word at its place."""
    marks = word_marks(text)
    return (*(f"{PLACES[place]}:{mark}" for mark in marks), *(f"word:{mark}" for mark in marks))


def name_features(parts: NameParts, codes: Iterable[str]) -> tuple[str, ...]:
    """Give the features of a name as a whole: its evidence, and how many words it has."""
    return (*(f"code:{code}" for code in codes), f"words:{min(len(parts.core), MOST_WORDS)} {script_of(parts)}")


def script_of(parts: NameParts) -> str:
    """Say in which script a name is: Latin where every word is."""
    return "latin" if all(text.isascii() for text in parts.core) else "arabic"


def read_model(path: Path) -> NameModel:
    """Read weights from a file without running anything in it."""
    with np.load(path, allow_pickle=False) as stored:
        names = bytes(stored["features"]).decode().split("\n")
        about = json.loads(bytes(stored["about"]).decode())
        return NameModel(dict(zip(names, stored["weights"].tolist(), strict=True)), about)


@cache
def model() -> NameModel:
    """Read the weights of this edition once."""
    return read_model(MODEL)


def weigh_word(weights: NameModel, text: str) -> WordWeight:
    """Say what a word adds by these weights."""
    runs = letter_runs(text)
    letters = sum(map(weights.by_run.get, runs, repeat(0))) * share_of(len(runs)) // FINE
    return WordWeight(weights.marked(word_marks(text)), letters)


@cache
def share_of(runs: int) -> int:
    """Give the part of a run's weight that counts in a word of so many runs, in fine units: a long word is one word."""
    return round(FINE / math.sqrt(runs)) if runs else 0


@lru_cache(maxsize=1 << 14)
def word_weight(text: str) -> WordWeight:
    """Say what a word adds to a name by the weights of this edition."""
    return weigh_word(model(), text)


MOST = 12 * UNIT


def probability(units: int) -> float:
    """Give the probability of a person for a calibrated sum of weights."""
    return round(1 / (1 + math.exp(-max(-MOST, min(MOST, units)) / UNIT)), 4)
