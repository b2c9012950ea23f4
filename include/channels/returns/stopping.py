"""Whether a person says that they want no more of it (Law 25, IR 28(3), CST-02)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from include.law import load_strict

__all__ = ["Stop", "stop_in"]

FOLDER = Path(__file__).parent
REPLY_MARKS = re.compile(r"^\s*(?:(?:re|fwd?|aw|sv|رد|إعادة توجيه)\s*[:：]\s*)+", re.IGNORECASE)
ALIKE = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "ئ": "ي", "ـ": ""}
)
LONGEST = 40
"""Words of a line that may still be a wish to stop and no story."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    alone: tuple[str, ...]
    within: tuple[str, ...]
    negated: tuple[str, ...]
    courtesies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A wish to stop, and whether it is all that the person wrote."""

    all_of_it: bool


@dataclass(frozen=True, slots=True)
class _Known:
    alone: frozenset[str]
    within: re.Pattern[str]
    negated: re.Pattern[str]
    courtesies: frozenset[str]


def stop_in(subject: str, lines: Iterable[str]) -> Stop | None:
    """Say whether a person's own lines, or the subject alone, ask to stop; None where they do not.

    In doubt it is a wish to stop: not to be contacted harms nobody, and whatever else was written goes to a person.
    """
    known, lines = _known(), [said for line in lines if (said := _one_form(line))]
    subject_says = _without_courtesies(_one_form(REPLY_MARKS.sub("", subject)), known) in known.alone
    saying = [_says_stop(line, known) for line in lines]
    if not subject_says and not any(saying):
        return None
    others = [line for line, says in zip(lines, saying, strict=True) if not says and _without_courtesies(line, known)]
    return Stop(all_of_it=not others)


def _says_stop(line: str, known: _Known) -> bool:
    if _without_courtesies(line, known) in known.alone:
        return True
    return len(line.split()) <= LONGEST and bool(known.within.search(line)) and not known.negated.search(line)


def _without_courtesies(line: str, known: _Known) -> str:
    return line if line in known.alone else " ".join(word for word in line.split() if word not in known.courtesies)


def _one_form(text: str) -> str:
    """Bring a text into the one form in which words are compared."""
    kept = (
        letter for letter in unicodedata.normalize("NFKD", text.translate(ALIKE)) if not unicodedata.combining(letter)
    )
    joined = "".join(kept).translate(ALIKE).casefold()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in joined).split())


@cache
def _known() -> _Known:
    words = load_strict(FOLDER / "stop_words.yml", _Words)
    within = "|".join(re.escape(_one_form(phrase)) for phrase in words.within)
    negated = "|".join(re.escape(_one_form(word)) for word in words.negated)
    return _Known(
        alone=frozenset(_one_form(word) for word in words.alone),
        within=re.compile(rf"(?<!\w)(?:{within})(?!\w)"),
        negated=re.compile(rf"(?<!\w)(?:{negated}) (?:{within})(?!\w)"),
        courtesies=frozenset(piece for word in words.courtesies for piece in _one_form(word).split()),
    )
