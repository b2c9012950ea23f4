"""Look words up in the gathered lists: how common a word is as a name of persons, and as a word of a language.

The lists lie beside as Parquet; knowledge/word_lists.md says where they come from. They are kept as columns and not as
dictionaries: every process that classifies loads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl

from include.intake.classification.weighing import KNOWLEDGE

__all__ = ["Heard", "Known", "heard_as", "known_as"]


class Known(NamedTuple):
    """How common a word is: 0 for not at all, and one more for each power."""

    given: int
    family: int
    spoken: int
    """In the language of its script: Arabic or English."""
    foreign: int
    """In French, German, Italian or Spanish."""


class Heard(NamedTuple):
    """How common that is which a word in Arabic letters sounds like: an English word, a Western name."""

    word: int
    name: int


@dataclass(frozen=True, slots=True)
class _List:
    words: pl.Series
    levels: tuple[pl.Series, ...]

    def row(self, word: str) -> tuple[int, ...] | None:
        at = int(self.words.search_sorted(word))
        if at < len(self.words) and self.words[at] == word:
            return tuple(int(column[at]) for column in self.levels)
        return None


@cache
def _list(name: str) -> _List:
    frame = pl.read_parquet(KNOWLEDGE / name, memory_map=False).sort("word")
    words, *levels = frame.get_columns()
    return _List(words, tuple(levels))


def known_as(word: str) -> Known:
    """Say how common a folded word is as a name and as a word."""
    found = _list("known_words.parquet").row(word)
    return Known(*found) if found else Known(0, 0, 0, 0)


def heard_as(sound: str) -> Heard:
    """Say how common the English words and Western names are that sound so."""
    found = _list("heard_words.parquet").row(sound)
    return Heard(*found) if found else Heard(0, 0)
