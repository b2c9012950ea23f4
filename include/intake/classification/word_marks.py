"""Say of one word of a name what the model weighs: what the lists know of it, and its letters."""

from __future__ import annotations

from collections.abc import Iterator

from include.intake.classification.sounds import sound_of
from include.intake.classification.vocabulary import bare, word
from include.intake.classification.word_lists import heard_as, known_as

__all__ = ["LONGEST", "letter_runs", "word_marks"]

SHORTEST, LONGEST = 1, 4
"""So many letters has a run of which the model learns a weight; the borders of the word count as letters."""


def word_marks(text: str) -> tuple[str, ...]:
    """Give the marks of a folded word: its levels in the lists, by themselves and together, and its vocabulary."""
    about = word(text)
    told = (name for name, holds in zip(about._fields, about, strict=True) if holds)
    short = ("one_letter",) if len(text) == 1 else ()
    number = ("number",) if any(letter.isdigit() for letter in text) else ()
    return (*(_latin(text) if text.isascii() else _arabic(text)), *short, *number, *told)


def _latin(text: str) -> Iterator[str]:
    known = known_as(text)
    named = max(known.given, known.family)
    yield f"given{known.given}"
    yield f"family{known.family}"
    yield f"spoken{known.spoken}"
    yield f"foreign{known.foreign}"
    yield f"named{named}spoken{known.spoken}"
    if not named:
        yield f"nobody{known.spoken}foreign{known.foreign}"


def _arabic(text: str) -> Iterator[str]:
    known, heard = known_as(text), heard_as(sound_of(text))
    without = known_as(text[2:]) if text.startswith("ال") and len(text) > 4 else known
    family = max(known.family, without.family)
    said = max(known_as(form).spoken for form in bare(text))
    named = max(known.given, family)
    yield f"ar_given{known.given}"
    yield f"ar_family{family}"
    yield f"ar_spoken{known.spoken}"
    yield f"ar_said{said}"
    yield f"ar_named{named}spoken{known.spoken}"
    yield f"heard_word{heard.word}"
    yield f"heard_name{heard.name}"
    if heard.trade and named < 3:
        yield f"heard_trade{heard.name}"
    yield f"heard{heard.word}name{heard.name}"
    yield f"ar_{int(named > 0)}{int(said > 1)}heard{heard.word // 2}name{heard.name // 2}"
    yield "article" if text.startswith("ال") else "no_article"


def letter_runs(text: str) -> frozenset[str]:
    """Give the runs of letters of a word within its borders, never the word as a whole: it may be somebody's name."""
    bordered = f"^{text}$"
    return frozenset(
        bordered[at : at + size]
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(bordered) - size + 1)
        if size < len(text) and not (size == 1 and bordered[at] in "^$")
    )
