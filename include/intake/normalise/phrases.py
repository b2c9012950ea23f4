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
        self._tags: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for words, tag in tagged:
            if words:
                self._tags.setdefault(tuple(words), tag)
                self._lengths[words[0]] = tuple(sorted({len(words), *self._lengths.get(words[0], ())}, reverse=True))
        self.words = frozenset(word for phrase in self._tags for word in phrase)
        """Every word of a phrase."""

    def find(self, words: Sequence[str]) -> list[Phrase]:
        """Give the phrases in `words` from left to right; none overlap."""
        found: list[Phrase] = []
        for at, word in enumerate(words):
            lengths = self._lengths.get(word)
            if lengths is None or (found and at < found[-1].end):
                continue
            for length in lengths:
                tag = self._tags.get(tuple(words[at : at + length]))
                if tag is not None:
                    found.append(Phrase(at, at + length, tag))
                    break
        return found
