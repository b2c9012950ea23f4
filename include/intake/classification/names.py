"""Decide who is behind a name: a person, an organisation, or undetermined; and whether it holds a person's name."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from include.intake.classification.holders import holds_person, named_in_memory
from include.intake.classification.model import Form, NameDecision, NameKind
from include.intake.classification.name_evidence import evidence
from include.intake.classification.name_parts import LETTER, NameParts, name_parts
from include.intake.classification.patterns import pattern_of
from include.intake.classification.vocabulary import word
from include.intake.classification.weighing import scale
from include.intake.normalise.text import clean, squeeze

__all__ = ["classify_name", "decided_anew"]


@lru_cache(maxsize=1 << 14)
def classify_name(text: str) -> NameDecision:
    """Decide who is behind a name in Arabic, English or both.

    The same text always gives the same decision. What is not clear is undetermined: a person that is taken for an
    organisation is the error that costs (LAW section 4).
    """
    text = squeeze(clean(text))
    pattern = pattern_of(text)
    decision = _decided.get(pattern)
    if decision is None:
        decision = decided_anew(text)
        if pattern is not None and len(_decided) < MOST_PATTERNS:
            _decided[pattern] = decision
    return decision


_decided: dict[Hashable, NameDecision] = {}
MOST_PATTERNS = 1 << 15
"""So many patterns are remembered; a directory has a few thousand."""


def decided_anew(text: str) -> NameDecision:
    """Decide a cleaned name without looking for its like."""
    parts = name_parts(text)
    if not LETTER.search(parts.text):
        return NameDecision(NameKind.UNDETERMINED, False, 0.5, ("no_letters",))
    kind, score, reasons = _weighed(evidence(parts))
    form = _form(parts)
    holds = kind is not NameKind.PERSON and holds_person(parts, form)
    if holds and kind is NameKind.ORGANISATION:
        reasons = (*reasons, "holds_person_name")
    elif kind is NameKind.ORGANISATION and form is Form.INSTITUTION and named_in_memory(parts):
        reasons = (*reasons, "named_in_memory")
    return NameDecision(kind, holds and kind is NameKind.ORGANISATION, score, reasons or ("unknown_words",), form)


@lru_cache(maxsize=1 << 14)
def _weighed(codes: frozenset[str]) -> tuple[NameKind, float, tuple[str, ...]]:
    names = scale("names")
    score, reasons = names.weigh(codes)
    if score >= names.high:
        return NameKind.PERSON, score, reasons
    return NameKind.ORGANISATION if score <= names.low else NameKind.UNDETERMINED, score, reasons


def _form(parts: NameParts) -> Form | None:
    """Say what a name tells of its entity: a company form outweighs a trade's, since it is a person in law."""
    for form in (Form.COMPANY, Form.PUBLIC, Form.ESTABLISHMENT):
        if form in parts.forms:
            return form
    return Form.INSTITUTION if any(word(text).institution for text in parts.core) else None
