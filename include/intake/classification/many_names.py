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
from include.intake.classification.name_parts import APART, name_parts, owner_of
from include.intake.classification.name_text import marked, spoken_column
from include.intake.classification.names import CLEAR, EVEN, Built, built, reasons_of
from include.intake.classification.patterns import sign_of
from include.intake.classification.weighing import scale

__all__ = ["NamesDecided", "classify_names", "decide_names"]

Ints = NDArray[np.int64]
Signs = NDArray[np.uint64]
Number = TypeVar("Number", np.int64, np.uint64)
MOST_WORDS = 1 << 17
PERSON, ORGANISATION, UNDETERMINED = range(3)
MIX = np.uint64(0x9E3779B97F4A7C15)


class _Words:
    """The words met so far: the number of each, its sign, and what it adds at each place and by its letters."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.signs: dict[Hashable, int] = {}
        self.sign = np.zeros(0, dtype=np.uint64)
        self.marks = np.zeros((0, APART + 1), dtype=np.int64)
        self.letters = np.zeros(0, dtype=np.int64)

    def numbered(self, spoken: Sequence[str]) -> list[int]:
        """Give the number of each word; those that are new are weighed."""
        new = [word for word in spoken if word not in self.numbers]
        if new:
            weights = [word_weight(word) for word in new]
            signs = [self.signs.setdefault(sign_of(word), len(self.signs)) for word in new]
            self.numbers.update(zip(new, range(len(self.sign), len(self.sign) + len(new)), strict=True))
            self.sign = np.concatenate((self.sign, np.array(signs, dtype=np.uint64)))
            self.marks = np.concatenate((self.marks, np.array([(*weight.marks, 0) for weight in weights])))
            self.letters = np.concatenate((self.letters, np.array([weight.letters for weight in weights])))
        return [self.numbers[word] for word in spoken]


@dataclass(frozen=True, slots=True)
class NamesDecided:
    """The decisions on names in their order, as columns.

    `kind`, `form` and `reason` say which of `KINDS`, `FORMS` and `reasons` is each name's; `owner` who is left of one
    that holds a person's name, without its trade.
    """

    kind: NDArray[np.int8]
    score: NDArray[np.float64]
    holds_person: NDArray[np.bool_]
    form: NDArray[np.int8]
    reason: Ints
    reasons: tuple[tuple[str, ...], ...]
    owner: pl.Series = field(repr=False)

    def frame(self) -> pl.DataFrame:
        """Give what each name is (`kind`, `holds_person`) and the probability of a person (`score`)."""
        kinds = pl.Series([kind.value for kind in KINDS])
        return pl.DataFrame({"kind": kinds.gather(self.kind), "holds_person": self.holds_person, "score": self.score})

    def alike(self) -> Ints:
        """Number the decisions: those that say the same of a listing have one number, whatever their exact score."""
        said = (self.kind, self.holds_person, self.form, self.reason, self.score > EVEN)
        sizes = (len(KINDS), 2, len(FORMS), len(self.reasons), 2)
        return np.ravel_multi_index([column.astype(np.int64) for column in said], sizes).astype(np.int64)

    def one(self, at: int) -> NameDecision:
        """Give the decision of the name at a place."""
        kind, form, score = KINDS[self.kind[at]], FORMS[self.form[at]], float(self.score[at])
        return NameDecision(kind, bool(self.holds_person[at]), score, self.reasons[self.reason[at]], form)

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


def decide_names(texts: Sequence[str] | pl.Series) -> NamesDecided:
    """Decide many names, best distinct ones, and give the decisions as columns."""
    with _lock:
        if len(_words.numbers) > MOST_WORDS:
            _words.__init__()  # type: ignore[misc]
            _patterns.clear()
        return _decided(pl.Series(texts, dtype=pl.String))


def _decided(texts: pl.Series) -> NamesDecided:
    spoken = spoken_column(texts)
    lengths = spoken.list.len().to_numpy().astype(np.int64)
    numbers = _numbers(spoken.explode(empty_as_null=False))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(lengths) else lengths
    place = np.arange(len(numbers)) - np.repeat(starts, lengths)
    keys = _summed(_mixed(_words.sign[numbers] + np.uint64(1), place.astype(np.uint64)), starts, lengths)
    keys = keys ^ _mixed(marked(texts).astype(np.uint64), np.uint64(99))
    distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
    about = [_built(int(key), texts[int(at)]) for key, at in zip(distinct, first, strict=True)]
    marks, letters = _added(about, which, numbers, starts, lengths, place)
    return _told(about, which.astype(np.int64), marks, letters, spoken)


def _added(
    about: list[Built], which: Ints, numbers: Ints, starts: Ints, lengths: Ints, place: Ints
) -> tuple[Ints, Ints]:
    """Add up what the words of each name weigh: by the lists, and by their letters."""
    offsets = np.cumsum([0, *(len(one.places) for one in about)])[:-1]
    places = np.array([at for one in about for at in one.places], dtype=np.int64)
    stands = places[np.repeat(offsets[which], lengths) + place]
    letters = np.where(stands == APART, 0, _words.letters[numbers])
    return _summed(_words.marks[numbers, stands], starts, lengths), _summed(letters, starts, lengths)


def _told(about: list[Built], which: Ints, marks: Ints, letters: Ints, spoken: pl.Series) -> NamesDecided:
    known = scale("names")
    trust = np.array([(one.slope, one.shift, one.units) for one in about], dtype=np.int64).reshape(-1, 3)
    slope, shift, units = trust[which].T
    units = (units + marks + letters) * slope // 100 + shift
    floors = np.array([known.floor(one.codes) for one in about], dtype=np.float64)[which]
    lettered = np.array([one.lettered for one in about], dtype=bool)[which]
    score = np.where(lettered, np.maximum(SCORES[np.clip(units, -MOST, MOST) + MOST], floors), EVEN)
    kind = np.where(score >= known.high, PERSON, np.where(score <= known.low, ORGANISATION, UNDETERMINED))
    kind = np.where(lettered, kind, UNDETERMINED)
    holds = np.array([one.holds for one in about], dtype=bool)[which] & (kind == ORGANISATION)
    forms = np.array([FORMS.index(one.form) if one.lettered else 0 for one in about], dtype=np.int8)[which]
    reason, reasons = _reasons(about, which, kind, _sides(marks), _sides(letters))
    owner = _owners([about[at] for at in which[holds]], spoken.filter(pl.Series(holds)), holds)
    return NamesDecided(kind.astype(np.int8), score, holds, forms, reason, reasons, owner)


def _owners(about: list[Built], spoken: pl.Series, holds: NDArray[np.bool_]) -> pl.Series:
    owners: list[str | None] = [None] * len(holds)
    for at, pattern, words in zip(np.flatnonzero(holds).tolist(), about, spoken.to_list(), strict=True):
        owners[at] = owner_of(words[place] for place in pattern.at)
    return pl.Series(owners, dtype=pl.String)


def _reasons(
    about: list[Built], which: Ints, kind: Ints, marks: Ints, letters: Ints
) -> tuple[Ints, tuple[tuple[str, ...], ...]]:
    """Give the reasons once for all names that have the same."""
    keys, which = np.unique(((which * 3 + kind) * 3 + marks + 1) * 3 + letters + 1, return_inverse=True)
    told: dict[tuple[str, ...], int] = {}
    reason = []
    for key in keys.tolist():
        pattern, rest = divmod(key, 27)
        said = reasons_of(about[pattern], KINDS[rest // 9], rest // 3 % 3 - 1, rest % 3 - 1)
        reason.append(told.setdefault(said, len(told)))
    return np.array(reason, dtype=np.int64)[which], tuple(told)


def _sides(units: Ints) -> Ints:
    return (units >= CLEAR).astype(np.int64) - (units <= -CLEAR)


def _numbers(spoken: pl.Series) -> Ints:
    """Give the number of every word of all names."""
    distinct = spoken.unique()
    known = pl.Series(_words.numbered(distinct.to_list()), dtype=pl.Int64)
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
