"""Know a post that is written beside a person's name: `General Manager`, «مدير المبيعات»."""

from __future__ import annotations

from functools import cache, lru_cache

from include.intake.normalise.lexicon import HERE, lexicon, words_of
from include.intake.normalise.names import words

__all__ = ["is_post"]


@lru_cache(maxsize=1 << 12)
def is_post(text: str) -> bool:
    """Say whether a text is a post and nothing else: all its words are a post's, and one of them names it."""
    heads, beside = _vocabulary()
    parts = words(text)
    return any(part in heads for part in parts) and all(part in heads or part in beside for part in parts)


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    table = lexicon(HERE / "posts.yml")
    heads, beside = (frozenset(part for word in words_of(table[name]) for part in words(word)) for name in table)
    return heads, beside
