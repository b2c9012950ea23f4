"""Take a name apart: its words, and which of them are titles, legal forms, names of persons or words of a trade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from include.intake.classification.vocabulary import vocabulary, word
from include.intake.normalise.names import legal_forms, titles, words
from include.intake.normalise.text import clean, squeeze

__all__ = [
    "COMMA",
    "GLUE",
    "LETTER",
    "NameParts",
    "is_given",
    "is_name_word",
    "is_trade_word",
    "name_parts",
    "owner_of",
    "parts_of",
    "tokens",
]

COMMA = ","
GLUED = ("al", "el", "abd", "abdul", "abdel", "عبد")
GLUE = rf"\b({'|'.join(GLUED)}) "
COMMAS = re.compile(r"\s*[,،]\s*")
LETTER = re.compile(r"[^\W\d_]")
FIRST, INSIDE, LAST, ONLY, APART = range(5)
"""Where a word stands in what is left of a name when titles and legal forms are taken out; those stand apart."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name's text and words, with its titles and legal forms taken out of `core`; `at` says which words are left."""

    text: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    core: tuple[str, ...] = field(repr=False)
    at: tuple[int, ...]
    forms: tuple[str, ...]
    titled: bool
    credentialled: bool
    family_first: bool

    def places(self) -> tuple[int, ...]:
        """Say for every word, commas counted, where it stands."""
        found = [APART] * len(self.words)
        for place, at in enumerate(self.at):
            found[at] = FIRST if place == 0 else LAST if place == len(self.at) - 1 else INSIDE
        if len(self.at) == 1:
            found[self.at[0]] = ONLY
        return tuple(found)


@lru_cache(maxsize=1 << 15)
def tokens(text: str) -> tuple[str, ...]:
    """Split a cleaned name into folded words; `Al Otaibi` and `عبد الله` are one word each, a comma is a word."""
    sides = COMMA.join(" ".join(words(side)) for side in COMMAS.split(text))
    return tuple(re.sub(GLUE, r"\1", sides).replace(COMMA, f" {COMMA} ").split())


def name_parts(text: str) -> NameParts:
    """Take a name apart. A family name before a comma is put behind the given names, as one would say it."""
    text = squeeze(clean(text))
    return parts_of(text, tokens(text))


def parts_of(text: str, spoken: tuple[str, ...]) -> NameParts:
    """Take a name apart of which the words are known."""
    plain = [at for at, part in enumerate(spoken) if part != COMMA]
    forms, left = _without_forms(spoken, plain)
    core, titled, credentialled = _untitled(spoken, left)
    swapped = [] if forms or len(spoken) - len(plain) != 1 else _swapped(spoken)
    if swapped and is_given(spoken[swapped[0]]):
        core = swapped
    else:
        swapped = []
    said = tuple(spoken[at] for at in core)
    return NameParts(text, spoken, said, tuple(core), forms, titled, credentialled, bool(swapped))


def _swapped(spoken: tuple[str, ...]) -> list[int]:
    comma = spoken.index(COMMA)
    order = [*range(comma + 1, len(spoken)), *range(comma)]
    return _untitled(spoken, order)[0] if 0 < comma < len(spoken) - 1 else []


def _without_forms(spoken: tuple[str, ...], plain: list[int]) -> tuple[tuple[str, ...], list[int]]:
    """Take out the legal forms; a short Latin one (`SA`, `AG`) counts only at the end, where no name ends so."""
    parts = [spoken[at] for at in plain]
    covered: set[int] = set()
    tags = []
    for phrase in legal_forms().find(parts):
        short = phrase.end - phrase.start == 1 and parts[phrase.start].isascii() and len(parts[phrase.start]) <= 3
        if not short or (phrase.start > 0 and phrase.end >= len(parts) - 1):
            covered.update(range(phrase.start, phrase.end))
            tags.append(phrase.tag)
    return tuple(tags), [at for place, at in enumerate(plain) if place not in covered]


def _untitled(spoken: Sequence[str], order: list[int]) -> tuple[list[int], bool, bool]:
    start, end = 0, len(order)
    found = titles().find([spoken[at] for at in order])
    for phrase in found:
        if phrase.tag == "before" and phrase.start == start and phrase.end < end:
            start = phrase.end
    for phrase in reversed(found):
        if phrase.tag == "after" and phrase.end == end and phrase.start > start + 1:
            end = phrase.start
    return order[start:end], start > 0, end < len(order)


def is_given(text: str) -> bool:
    """Say whether a word is a given name, whether or not it is a word of the language, too."""
    known = word(text)
    return known.given or known.shared or known.servant


def is_name_word(text: str) -> bool:
    """Say whether a word is known as part of a person's name."""
    known = word(text)
    return is_given(text) or known.family or known.nisba or text in vocabulary().person["second"]


def is_trade_word(text: str) -> bool:
    """Say whether a word, with or without its Arabic prefixes, is one of a trade, a thing or an institution."""
    known = word(text)
    return known.activity or known.common or known.institution


def owner_of(core: Iterable[str]) -> str:
    """Give what is left of the words of a sole proprietor's trade name without the trade: who the owner is."""
    return " ".join(text for text in core if not _is_of_trade(text))


@lru_cache(maxsize=1 << 15)
def _is_of_trade(text: str) -> bool:
    return is_trade_word(text) or word(text).for_trade
