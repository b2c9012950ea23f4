"""Decide who is behind a name: a person, an organisation, or undetermined; and whether it holds a person's name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from include.intake.classification.holders import holds_person, named_in_memory
from include.intake.classification.model import Form, NameDecision, NameKind
from include.intake.classification.name_evidence import evidence
from include.intake.classification.name_model import (
    UNIT,
    NameModel,
    model,
    name_features,
    probability,
    script_of,
    weigh_word,
    word_weight,
)
from include.intake.classification.name_parts import APART, LETTER, NameParts, name_parts
from include.intake.classification.vocabulary import word
from include.intake.classification.weighing import scale

__all__ = [
    "CLEAR",
    "EVEN",
    "Built",
    "Sums",
    "built",
    "classify_name",
    "decided",
    "decided_by",
    "kind_of",
    "reasons_of",
    "side_of",
    "sums_of",
]


@dataclass(frozen=True, slots=True)
class Built:
    """What the rules say of a name: everything that other names of its pattern share."""

    codes: frozenset[str]
    units: int
    """What the evidence and the number of words add to the score."""
    places: tuple[int, ...]
    at: tuple[int, ...]
    """Which words are left without titles and legal forms, in their order."""
    form: Form | None
    holds: bool
    in_memory: bool
    lettered: bool
    slope: int
    """How far the sum is to be trusted, in hundredths."""
    shift: int
    """What is added to it then, in units."""

    def trusted(self, units: int) -> int:
        """Calibrate a sum."""
        return units * self.slope // 100 + self.shift


@dataclass(frozen=True, slots=True)
class Sums:
    """What the words of a name add to its score: by the lists and by their letters."""

    marks: int
    letters: int


@lru_cache(maxsize=1 << 14)
def classify_name(text: str) -> NameDecision:
    """Decide who is behind a name in Arabic, English or both.

    The same text always gives the same decision. What is not clear is undetermined: a person that is taken for an
    organisation is the error that costs (LAW section 4).
    """
    parts = name_parts(text)
    about = built(parts, model())
    return decided(about, sums_of(parts))


def decided_by(weights: NameModel, text: str) -> NameDecision:
    """Decide a name by other weights than those of this edition."""
    parts = name_parts(text)
    added = [(weigh_word(weights, spoken), place) for spoken, place in _placed(parts)]
    sums = Sums(sum(add.marks[place] for add, place in added), sum(add.letters for add, _ in added))
    return decided(built(parts, weights), sums)


def _placed(parts: NameParts) -> list[tuple[str, int]]:
    return [(spoken, place) for spoken, place in zip(parts.words, parts.places(), strict=True) if place != APART]


def sums_of(parts: NameParts) -> Sums:
    """Add up the words of a name."""
    added = [(word_weight(spoken), place) for spoken, place in _placed(parts)]
    return Sums(sum(add.marks[place] for add, place in added), sum(add.letters for add, _ in added))


INSTITUTION = 3 * UNIT
"""What a mosque or school is short of by the weights: whoever it remembers is in its name and not behind it."""


def built(parts: NameParts, weights: NameModel) -> Built:
    """Say what the rules see in a name."""
    codes, form = evidence(parts), _form(parts)
    memory = form is Form.INSTITUTION and named_in_memory(parts)
    slope, shift = scale("names").trust[script_of(parts)]
    return Built(
        codes=codes,
        units=weights.weight(name_features(parts, codes)) - (INSTITUTION if "institution_word" in codes else 0),
        places=parts.places(),
        at=parts.at,
        form=form,
        holds=holds_person(parts, form),
        in_memory=memory,
        lettered=any(LETTER.search(spoken) for spoken in parts.words),
        slope=slope,
        shift=shift * UNIT // 100,
    )


CLEAR = 128
"""From half a unit of log-odds on, what the words or their letters add is a reason."""


def decided(about: Built, sums: Sums) -> NameDecision:
    """Decide on what the rules and the sums say."""
    if not about.lettered:
        return NO_LETTERS
    known = scale("names")
    score = max(probability(about.trusted(about.units + sums.marks + sums.letters)), known.floor(about.codes))
    kind = kind_of(score)
    holds = about.holds and kind is NameKind.ORGANISATION
    reasons = reasons_of(about, kind, side_of(sums.marks), side_of(sums.letters))
    return NameDecision(kind, holds, score, reasons, about.form)


EVEN = 0.5
"""The score that leans to neither side."""
NO_LETTERS = NameDecision(NameKind.UNDETERMINED, False, EVEN, ("no_letters",))


def reasons_of(about: Built, kind: NameKind, words: int, letters: int) -> tuple[str, ...]:
    """Give the reasons of a decision: the evidence, and to which side words and letters lean (1, 0, -1)."""
    if not about.lettered:
        return NO_LETTERS.reasons
    told = {SIDES[what, side] for what, side in (("words", words), ("letters", letters)) if side}
    reasons = scale("names").ordered(about.codes | told)
    if kind is NameKind.ORGANISATION and about.holds:
        reasons = (*reasons, "holds_person_name")
    elif kind is NameKind.ORGANISATION and about.in_memory:
        reasons = (*reasons, "named_in_memory")
    return reasons or ("unknown_words",)


SIDES = {
    (what, side): f"{what}_like_{whom}"
    for what in ("words", "letters")
    for side, whom in ((1, "person"), (-1, "organisation"))
}


def side_of(units: int) -> int:
    """Say to which side a sum leans: 1 to a person, -1 to an organisation, 0 where it says little."""
    return (units >= CLEAR) - (units <= -CLEAR)


def kind_of(score: float) -> NameKind:
    """Say what a score is, by the thresholds."""
    known = scale("names")
    if score >= known.high:
        return NameKind.PERSON
    return NameKind.ORGANISATION if score <= known.low else NameKind.UNDETERMINED


def _form(parts: NameParts) -> Form | None:
    """Say what a name tells of its entity: a company form outweighs a trade's, since it is a person in law."""
    for form in (Form.COMPANY, Form.PUBLIC, Form.ESTABLISHMENT):
        if form in parts.forms:
            return form
    return Form.INSTITUTION if any(word(text).institution for text in parts.core) else None
