"""Decide many names at once: every word is weighed once, every pattern is decided once, a name is an addition.

What a name is made of is found by columns; Python looks at a word or a pattern only when it is new. The decisions are
those of `classify_name`, to the last digit.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.intake.classification.model import Form, NameDecision, NameKind
from include.intake.classification.name_model import MOST, model, probability, word_weight
from include.intake.classification.name_parts import APART, name_parts
from include.intake.classification.name_text import marked, spoken_column
from include.intake.classification.names import CLEAR, Built, built, reasons_of
from include.intake.classification.patterns import sign_of
from include.intake.classification.weighing import scale

__all__ = ["NamesDecided", "classify_names", "decide_names"]

Ints = NDArray[np.int64]
Signs = NDArray[np.uint64]
Number = TypeVar("Number", np.int64, np.uint64)
MOST_WORDS = 1 << 17
PERSON, ORGANISATION, UNDETERMINED = range(3)
MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass
class _Words:
    """The words met so far: the number of each, its sign, and what it adds at each place and by its letters."""

    numbers: dict[str, int] = field(default_factory=dict, repr=False)
    signs: dict[Hashable, int] = field(default_factory=dict, repr=False)
    sign: list[int] = field(default_factory=list, repr=False)
    marks: list[tuple[int, ...]] = field(default_factory=list, repr=False)
    letters: list[int] = field(default_factory=list, repr=False)

    def number(self, spoken: str) -> int:
        """Give the number of a word, which is weighed if it is new."""
        found = self.numbers.get(spoken)
        if found is None:
            weight = word_weight(spoken)
            found = self.numbers[spoken] = len(self.sign)
            self.sign.append(self.signs.setdefault(sign_of(spoken), len(self.signs)))
            self.marks.append((*weight.marks, 0))
            self.letters.append(weight.letters)
        return found


@dataclass(frozen=True, slots=True)
class NamesDecided:
    """The decisions on names in their order, as columns.

    `kind`, `form` and `reason` say which of `KINDS`, `FORMS` and `reasons` is each name's.
    """

    kind: NDArray[np.int8]
    score: NDArray[np.float64]
    holds_person: NDArray[np.bool_]
    form: NDArray[np.int8]
    reason: Ints
    reasons: tuple[tuple[str, ...], ...]

    def each(self) -> list[NameDecision]:
        """Give the decision of each name."""
        columns = (self.kind.tolist(), self.holds_person.tolist(), self.score.tolist(), self.reason, self.form.tolist())
        return [
            NameDecision(KINDS[kind], holds, score, self.reasons[reason], FORMS[form])
            for kind, holds, score, reason, form in zip(*columns, strict=True)
        ]


KINDS = tuple(NameKind)
FORMS: tuple[Form | None, ...] = (None, *Form)
SCORES = np.array([probability(units) for units in range(-MOST, MOST + 1)])
_words = _Words()
_patterns: dict[int, Built] = {}
_lock = Lock()


def classify_names(texts: Sequence[str]) -> list[NameDecision]:
    """Decide who is behind each of many names: the same decisions as `classify_name` takes one by one."""
    return decide_names(texts).each() if len(texts) else []


def decide_names(texts: Sequence[str]) -> NamesDecided:
    """Decide many names, best distinct ones, and give the decisions as columns."""
    with _lock:
        if len(_words.sign) > MOST_WORDS:
            _words.__init__()  # type: ignore[misc]
            _patterns.clear()
        return _decided(pl.Series(texts, dtype=pl.String))


def _decided(texts: pl.Series) -> NamesDecided:
    spoken = spoken_column(texts)
    lengths = spoken.list.len().to_numpy().astype(np.int64)
    numbers = _numbers(spoken.explode(empty_as_null=False))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(lengths) else lengths
    place = np.arange(len(numbers)) - np.repeat(starts, lengths)
    signs = np.array(_words.sign, dtype=np.uint64)[numbers]
    keys = _summed(_mixed(signs + np.uint64(1), place.astype(np.uint64)), starts, lengths)
    keys = keys ^ _mixed(marked(texts).astype(np.uint64), np.uint64(99))
    distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
    about = [_built(int(key), texts[int(at)]) for key, at in zip(distinct, first, strict=True)]
    return _added(about, which.astype(np.int64), numbers, starts, lengths, place)


def _added(about: list[Built], which: Ints, numbers: Ints, starts: Ints, lengths: Ints, place: Ints) -> NamesDecided:
    offsets = np.cumsum([0, *(len(one.places) for one in about)])[:-1]
    places = np.array([at for one in about for at in one.places], dtype=np.int64)
    stands = places[np.repeat(offsets[which], lengths) + place]
    marks = np.array(_words.marks, dtype=np.int64).reshape(-1, APART + 1)[numbers, stands]
    letters = np.where(stands == APART, 0, np.array(_words.letters, dtype=np.int64)[numbers])
    return _told(about, which, _summed(marks, starts, lengths), _summed(letters, starts, lengths))


def _told(about: list[Built], which: Ints, marks: Ints, letters: Ints) -> NamesDecided:
    known = scale("names")
    slope, shift, units = np.array([(one.slope, one.shift, one.units) for one in about], dtype=np.int64).T[:, which]
    units = (units + marks + letters) * slope // 100 + shift
    floors = np.array([known.floor(one.codes) for one in about])[which]
    lettered = np.array([one.lettered for one in about], dtype=bool)[which]
    score = np.where(lettered, np.maximum(SCORES[np.clip(units, -MOST, MOST) + MOST], floors), 0.5)
    kind = np.where(score >= known.high, PERSON, np.where(score <= known.low, ORGANISATION, UNDETERMINED))
    kind = np.where(lettered, kind, UNDETERMINED)
    holds = np.array([one.holds for one in about], dtype=bool)[which] & (kind == ORGANISATION)
    forms = np.array([FORMS.index(one.form) if one.lettered else 0 for one in about], dtype=np.int8)[which]
    reason, reasons = _reasons(about, which, kind, _sides(marks), _sides(letters))
    return NamesDecided(kind.astype(np.int8), score, holds, forms, reason, reasons)


def _reasons(
    about: list[Built], which: Ints, kind: Ints, marks: Ints, letters: Ints
) -> tuple[Ints, tuple[tuple[str, ...], ...]]:
    """Give the reasons once for all names that have the same."""
    keys, reason = np.unique(((which * 3 + kind) * 3 + marks + 1) * 3 + letters + 1, return_inverse=True)
    told = []
    for key in keys.tolist():
        pattern, rest = divmod(key, 27)
        told.append(reasons_of(about[pattern], KINDS[rest // 9], rest // 3 % 3 - 1, rest % 3 - 1))
    return reason.astype(np.int64), tuple(told)


def _sides(units: Ints) -> Ints:
    return (units >= CLEAR).astype(np.int64) - (units <= -CLEAR)


def _numbers(spoken: pl.Series) -> Ints:
    """Give the number of every word of all names."""
    distinct = spoken.unique()
    known = pl.Series([_words.number(word) for word in distinct.to_list()], dtype=pl.Int64)
    return spoken.replace_strict(distinct, known, return_dtype=pl.Int64).to_numpy().astype(np.int64)


def _mixed(value: Signs, at: Signs | np.uint64) -> Signs:
    with np.errstate(over="ignore"):
        mixed: Signs = (value * MIX) ^ ((at + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9))
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(mixed ^ (mixed >> np.uint64(32)))


def _summed(values: NDArray[Number], starts: Ints, lengths: Ints) -> NDArray[Number]:
    """Add up the values of each name's words; a name without words has nothing."""
    total = np.zeros(len(lengths), dtype=values.dtype)
    full = lengths > 0
    if full.any():
        total[full] = np.add.reduceat(values, starts[full])
    return total


def _built(key: int, text: str) -> Built:
    found = _patterns.get(key)
    if found is None:
        found = _patterns[key] = built(name_parts(text), model())
    return found
