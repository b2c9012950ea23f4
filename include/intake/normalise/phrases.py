"""Find known phrases in a row of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Phrase", "Phrases"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A known phrase at the words from `start` up to, not including, `end`."""

    start: int
    end: int
    tag: str


class Phrases:
    """A set of phrases, each with a tag, that is looked up by its first word; the longest one wins."""

    def __init__(self, tagged: Iterable[tuple[Sequence[str], str]]) -> None:
        by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for words, tag in tagged:
            if words:
                by_first.setdefault(words[0], []).append((tuple(words), tag))
        self._by_first = {first: sorted(rest, key=lambda p: -len(p[0])) for first, rest in by_first.items()}

    def find(self, words: Sequence[str]) -> list[Phrase]:
        """Give the phrases in `words` from left to right; none overlap."""
        found: list[Phrase] = []
        for at, word in enumerate(words):
            known = self._by_first.get(word)
            if known is None or (found and at < found[-1].end):
                continue
            for phrase, tag in known:
                if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
                    found.append(Phrase(at, at + len(phrase), tag))
                    break
        return found
