"""Take a name apart: its words, and which of them are titles, legal forms, names of persons or words of a trade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from include.intake.classification.vocabulary import vocabulary, word
from include.intake.normalise.names import legal_forms, titles, words
from include.intake.normalise.text import clean, squeeze

__all__ = ["NameParts", "is_given", "is_name_word", "is_trade_word", "name_parts"]

COMMA_ORDER = re.compile(r"\s*([^,،|/]+?)\s*[,،]\s*([^,،|/]+?)\s*")
GLUED = ("al", "el", "abd", "abdul", "abdel", "عبد")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name's text and words, with its titles and legal forms taken out of `core`."""

    text: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    core: tuple[str, ...] = field(repr=False)
    forms: tuple[str, ...]
    titled: bool
    credentialled: bool
    family_first: bool


def name_parts(text: str) -> NameParts:
    """Take a name apart. A family name before a comma is put behind the given names, as one would say it."""
    text = squeeze(clean(text))
    spoken = words(text)
    forms, rest = _without_forms(spoken)
    core, titled, credentialled = _untitled(rest)
    order = COMMA_ORDER.fullmatch(text) if not forms and ("," in text or "،" in text) else None
    if order:
        swapped, _, _ = _untitled(words(f"{order[2]} {order[1]}"))
        if swapped and is_given(swapped[0]):
            return NameParts(text, spoken, tuple(_glued(swapped)), (), titled, credentialled, family_first=True)
    return NameParts(text, spoken, tuple(_glued(core)), forms, titled, credentialled, family_first=False)


def _without_forms(parts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take out the legal forms; a short Latin one (`SA`, `AG`) counts only at the end, where no name ends so."""
    covered: set[int] = set()
    tags = []
    for phrase in legal_forms().find(parts):
        short = phrase.end - phrase.start == 1 and parts[phrase.start].isascii() and len(parts[phrase.start]) <= 3
        if not short or (phrase.start > 0 and phrase.end >= len(parts) - 1):
            covered.update(range(phrase.start, phrase.end))
            tags.append(phrase.tag)
    return tuple(tags), tuple(part for at, part in enumerate(parts) if at not in covered) if covered else parts


def _untitled(parts: Sequence[str]) -> tuple[tuple[str, ...], bool, bool]:
    start, end = 0, len(parts)
    found = titles().find(parts)
    for phrase in found:
        if phrase.tag == "before" and phrase.start == start and phrase.end < end:
            start = phrase.end
    for phrase in reversed(found):
        if phrase.tag == "after" and phrase.end == end and phrase.start > start + 1:
            end = phrase.start
    return tuple(parts[start:end]), start > 0, end < len(parts)


def _glued(parts: Sequence[str]) -> list[str]:
    joined: list[str] = []
    open_end = False
    for part in parts:
        if joined and open_end:
            joined[-1] += part
        else:
            joined.append(part)
        open_end = part in GLUED
    return joined


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
