"""Say of one word of a name what the model weighs: what the lists know of it, and its letters."""

from __future__ import annotations

from functools import cache

from include.intake.classification.sounds import sound_of
from include.intake.classification.vocabulary import Word, bare, word
from include.intake.classification.word_lists import Heard, Known, heard_as, known_as

__all__ = ["LONGEST", "letter_runs", "word_marks"]

SHORTEST, LONGEST = 1, 4
"""So many letters has a run of which the model learns a weight; the borders of the word count as letters."""


def word_marks(text: str) -> tuple[str, ...]:
    """Give the marks of a folded word: its levels in the lists, by themselves and together, and its vocabulary."""
    short = ("one_letter",) if len(text) == 1 else ()
    number = ("number",) if any(map(str.isdigit, text)) else ()
    return (
        *(_latin(known_as(text)) if text.isascii() else _arabic(*_heard(text))),
        *short,
        *number,
        *_told(word(text)),
    )


@cache
def _told(about: Word) -> tuple[str, ...]:
    return tuple(name for name, holds in zip(about._fields, about, strict=True) if holds)


@cache
def _latin(known: Known) -> tuple[str, ...]:
    named = max(known.given, known.family)
    levels = (f"given{known.given}", f"family{known.family}", f"spoken{known.spoken}", f"foreign{known.foreign}")
    nobody = () if named else (f"nobody{known.spoken}foreign{known.foreign}",)
    return (*levels, f"named{named}spoken{known.spoken}", *nobody)


def _heard(text: str) -> tuple[Known, Heard, int, int, bool]:
    """Give what is known of an Arabic word: itself, its sound, as a family's name, as a word, whether with article."""
    known, article = known_as(text), text.startswith("ال")
    without = known_as(text[2:]) if article and len(text) > 4 else known
    said = max(known_as(form).spoken for form in bare(text))
    return known, heard_as(sound_of(text)), max(known.family, without.family), said, article


@cache
def _arabic(known: Known, heard: Heard, family: int, said: int, article: bool) -> tuple[str, ...]:
    named = max(known.given, family)
    return (
        f"ar_given{known.given}",
        f"ar_family{family}",
        f"ar_spoken{known.spoken}",
        f"ar_said{said}",
        f"ar_named{named}spoken{known.spoken}",
        f"heard_word{heard.word}",
        f"heard_name{heard.name}",
        *((f"heard_trade{heard.name}",) if heard.trade and named < 3 else ()),
        f"heard{heard.word}name{heard.name}",
        f"ar_{int(named > 0)}{int(said > 1)}heard{heard.word // 2}name{heard.name // 2}",
        "article" if article else "no_article",
    )


def letter_runs(text: str) -> frozenset[str]:
    """Give the runs of letters of a word within its borders, never the word as a whole: it may be somebody's name."""
    bordered = f"^{text}$"
    sizes = range(SHORTEST, min(LONGEST, len(text) - 1) + 1)
    return frozenset(bordered[at : at + size] for size in sizes for at in range(len(bordered) - size + 1)) - BORDERS


BORDERS = {"^", "$"}
