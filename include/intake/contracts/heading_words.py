"""Read a column's heading: which field, meaning and language its words speak of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from include.intake.contracts.fields import Field
from include.intake.contracts.headings import clean_heading
from include.intake.contracts.parts import Language, Means
from include.law import load_strict

__all__ = ["Heading", "given_names", "organisation_words", "read_heading", "role_words", "street_words", "words_of"]

Phrase = tuple[str, ...]
TATWEEL = "\u0640"
ARABIC_FOLDED = str.maketrans("ةىکیہ", "هيكيه", TATWEEL)
"""Spellings of one letter, those of Urdu and Persian keyboards among them."""
T = TypeVar("T")
BETWEEN = re.compile(r"[/&|,;+،؛]|\b(?:or|and|et|ou)\b|\sأو\s|\sو(?=ال)", re.IGNORECASE)
JOINT = " / "
"""Stands between a heading and the one above it, where headings take two rows."""
HAS_MEANING = frozenset({None, Field.PHONE, Field.EMAIL})


class _Knowledge(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: dict[Field, list[str]]
    name: list[str]
    never: list[str]
    row_id: list[str]
    never_row_id: list[str]
    means: dict[Means, list[str]]
    languages: dict[Language, list[str]]
    role_words: list[str]
    given_names: list[str]
    organisation_words: list[str]
    street_words: list[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says of its column."""

    field: Field | None
    """The field whose words it holds."""
    is_name: bool
    """Whether it is a name of nobody knows whom."""
    is_never: bool
    """Whether it speaks at least as much of something that is no contact, or that must not be collected."""
    is_row_id: bool
    """Whether it speaks of what names the row in its source."""
    means: Means | None
    language: Language | None


def read_heading(heading: str) -> Heading:
    """Read a heading in English, French, Arabic or Urdu; below another (`Contact / Cell`) its own words come first."""
    above, _, below = heading.rpartition(JOINT)
    if above:
        own = _read(below)
        if own.is_never or (own.field is not None and own.field is not _read(above).field):
            return own
    return _read(heading)


def _read(heading: str) -> Heading:
    words = words_of(heading)
    knowledge = _phrases()
    field, length = _longest(words, knowledge.fields.items())
    _, never = _longest(words, ((None, knowledge.never),))
    named = _longest(words, ((None, knowledge.name),))[1] > 0
    return Heading(
        field=field,
        is_name=named and field is None and never == 0,
        is_never=never > 0 and never >= length,
        is_row_id=_is_row_id(heading, words),
        means=_means(heading) if field in HAS_MEANING else None,
        language=_longest(words, knowledge.languages.items())[0],
    )


def words_of(text: str) -> Phrase:
    """Split a text into words without case, accents, tatweel, Arabic article and spelling variants."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean_heading(text))
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(sign)
    )
    folded = unicodedata.normalize("NFKC", plain).translate(ARABIC_FOLDED)
    return tuple(_bare(word) for word in re.findall(r"[^\W\d_]+", folded))


def _bare(word: str) -> str:
    """Take the Arabic article off, with an "in the" or "and the" before it."""
    for prefix in ("بال", "وال", "ال"):
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            return word.removeprefix(prefix)
    return word


def given_names() -> frozenset[str]:
    """Return common given names, spelled as `words_of` spells."""
    return _phrases().given_names


def role_words() -> frozenset[str]:
    """Return words that job titles have in them, spelled as `words_of` spells."""
    return _phrases().role_words


def organisation_words() -> frozenset[str]:
    """Return words that organisations have in their names, spelled as `words_of` spells."""
    return _phrases().organisation_words


def street_words() -> frozenset[str]:
    """Return words that addresses have in them, spelled as `words_of` spells."""
    return _phrases().street_words


@dataclass(frozen=True, slots=True)
class _Phrases:
    fields: dict[Field, frozenset[Phrase]]
    name: frozenset[Phrase]
    never: frozenset[Phrase]
    row_id: frozenset[Phrase]
    never_row_id: frozenset[Phrase]
    means: dict[Means, frozenset[Phrase]]
    languages: dict[Language, frozenset[Phrase]]
    role_words: frozenset[str]
    given_names: frozenset[str]
    organisation_words: frozenset[str]
    street_words: frozenset[str]


@cache
def _phrases() -> _Phrases:
    known = load_strict(Path(__file__).parent / "knowledge" / "headings.yml", _Knowledge)

    def phrases(texts: Iterable[str]) -> frozenset[Phrase]:
        return frozenset(words_of(text) for text in texts)

    def single(texts: Iterable[str]) -> frozenset[str]:
        return frozenset(word for text in texts for word in words_of(text))

    return _Phrases(
        fields={field: phrases(texts) for field, texts in known.fields.items()},
        name=phrases(known.name),
        never=phrases(known.never),
        row_id=phrases(known.row_id),
        never_row_id=phrases(known.never_row_id),
        means={means: phrases(texts) for means, texts in known.means.items()},
        languages={language: phrases(texts) for language, texts in known.languages.items()},
        role_words=single(known.role_words),
        given_names=single(known.given_names),
        organisation_words=single(known.organisation_words),
        street_words=single(known.street_words),
    )


def _longest(words: Phrase, choices: Iterable[tuple[T, frozenset[Phrase]]]) -> tuple[T | None, int]:
    """Return the first choice with the longest phrase among the words, and how many words that phrase has."""
    best: tuple[T | None, int] = (None, 0)
    for choice, phrases in choices:
        length = max((len(phrase) for phrase in _runs(words) if phrase in phrases), default=0)
        if length > best[1]:
            best = (choice, length)
    return best


def _runs(words: Phrase) -> Sequence[Phrase]:
    return [words[start:end] for start in range(len(words)) for end in range(start + 1, min(start + 4, len(words)) + 1)]


def _means(heading: str) -> Means | None:
    """Return what a heading says of its numbers; nothing where it speaks of several kinds, such as `Tel / Fax`."""
    means = [_longest(words_of(part), _phrases().means.items())[0] for part in BETWEEN.split(clean_heading(heading))]
    return means[0] if len(set(means)) == 1 else None


def _is_row_id(heading: str, words: Phrase) -> bool:
    knowledge = _phrases()
    if _longest(words, ((None, knowledge.never_row_id),))[1]:
        return False
    return _longest(words, ((None, knowledge.row_id),))[1] > 0 or (not words and "#" in heading)
