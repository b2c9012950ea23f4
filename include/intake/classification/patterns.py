"""Names that are built alike are decided alike: a name is known again by its pattern, so each pattern is decided once.

A directory of a million names has a few thousand patterns. Everything that the rules look at is in the pattern: the
words that speak for themselves as they are, every other word as what is known of it, and the look of the whole text.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache

from include.intake.classification.name_evidence import is_acronym
from include.intake.classification.name_parts import COMMA, LETTER
from include.intake.classification.vocabulary import vocabulary, word
from include.intake.classification.word_lists import is_somebodys
from include.intake.normalise.names import legal_forms, titles

__all__ = ["sign_of"]


def sign_of(spoken: str) -> Hashable:
    """Give what stands for a folded word in a pattern: itself, or what is known of it."""
    if len(spoken) == 1 or spoken in _speaking():
        return spoken
    article = len(spoken) > 4 and spoken.startswith(("ال", "al", "el"))
    looks = (spoken.isascii(), spoken.isalpha(), bool(LETTER.search(spoken)), len(spoken) > 2, is_acronym(spoken))
    return (*word(spoken), *looks, article, is_somebodys(spoken))


@cache
def _speaking() -> frozenset[str]:
    known = vocabulary()
    return known.memorial.union((COMMA,), legal_forms().words, titles().words, *known.person.values())
