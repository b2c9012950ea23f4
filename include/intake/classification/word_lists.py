"""Look words up in the gathered lists: how common a word is as a name of persons, and as a word of a language.

The lists lie beside as Parquet; knowledge/word_lists.md says where they come from. Every process that classifies loads
them, so they are kept as sorted words and bytes, which take less than dictionaries.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl

from include.intake.classification.weighing import KNOWLEDGE

__all__ = ["Heard", "Known", "heard_as", "is_somebodys", "known_as"]


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
    trade: int
    """1 for a word by which organisations are told."""


@dataclass(frozen=True, slots=True)
class _List:
    words: list[str]
    """In the order of their code points, to be found by halving."""
    levels: tuple[bytes, ...]

    def row(self, word: str) -> tuple[int, ...] | None:
        at = bisect_left(self.words, word)
        if at < len(self.words) and self.words[at] == word:
            return tuple(column[at] for column in self.levels)
        return None


@cache
def _list(name: str) -> _List:
    words, *levels = pl.read_parquet(KNOWLEDGE / name, memory_map=False).sort("word").get_columns()
    return _List(words.to_list(), tuple(column.to_numpy().tobytes() for column in levels))


def known_as(word: str) -> Known:
    """Say how common a folded word is as a name and as a word."""
    found = _list("known_words.parquet").row(word)
    return Known(*found) if found else Known(0, 0, 0, 0)


def heard_as(sound: str) -> Heard:
    """Say how common the English words and Western names are that sound so."""
    found = _list("heard_words.parquet").row(sound)
    return Heard(*found) if found else Heard(0, 0, 0)


def is_somebodys(word: str) -> bool:
    """Say whether a folded word, with or without its article, is a name that more than a few have."""
    forms = (word, word[2:]) if len(word) > 4 and word.startswith(("ال", "al", "el")) else (word,)
    return any(max(known_as(form)[:2]) >= FEW for form in forms)


FEW = 2
"""The level of a name that some thousands have."""
