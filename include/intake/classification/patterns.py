"""Names that are built alike are decided alike: a name is known again by its pattern, so each pattern is decided once.

A directory of a million names has a few thousand patterns. Everything that the decision looks at is in the pattern: the
words that speak for themselves as they are, every other word as what is known of it, and the look of the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache

from include.intake.classification.name_evidence import text_marks
from include.intake.classification.name_parts import GLUED, LETTER
from include.intake.classification.vocabulary import vocabulary, word
from include.intake.normalise.names import legal_forms, titles, words

__all__ = ["pattern_of"]

COMMA = re.compile("[,،]")


def pattern_of(text: str) -> Hashable | None:
    """Give the pattern of a cleaned, squeezed name; None where it has one of its own (an inverted or glued order)."""
    if COMMA.search(text) or not LETTER.search(text):
        return None
    known = _signs()
    signs = [known[spoken] for spoken in words(text)]
    if any(type(sign) is str and sign in GLUED for sign in signs):
        return None
    return (*signs, text_marks(text))


class _Signs(dict[str, Hashable]):
    """What stands for a word in a pattern: itself, or what is known of it."""

    def __init__(self, speaking: frozenset[str]) -> None:
        super().__init__()
        self._speaking = speaking

    def __missing__(self, spoken: str) -> Hashable:
        sign: Hashable = spoken
        if len(spoken) > 1 and spoken not in self._speaking:
            article = len(spoken) > 4 and spoken.startswith(("ال", "al", "el"))
            sign = (word(spoken), spoken.isascii(), spoken.isalpha(), len(spoken) > 2, article)
        if len(self) < MOST_WORDS:
            self[spoken] = sign
        return sign


MOST_WORDS = 1 << 16
"""So many words are remembered: a directory of numbers in place of names must not fill the memory."""


@cache
def _signs() -> _Signs:
    known = vocabulary()
    speaking = known.memorial.union(GLUED, legal_forms().words, titles().words, *known.person.values())
    return _Signs(frozenset(speaking))
