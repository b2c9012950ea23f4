"""Bring names into a form for matching, never for display."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.phrases import Phrases
from include.intake.normalise.text import clean

__all__ = ["ARTICLES", "OrganisationForm", "fold", "legal_forms", "organisation_form", "person_form", "titles", "words"]

MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
ARABIC = dict(zip("أإآٱةىؤئکیۀےگچپڤ", "ااااهيويكيهيكجبف", strict=True))
ABBREVIATION = re.compile(r"(?<!\w)((?:[^\W\d_]\.\s?){1,6}[^\W\d_])(?:\.|(?!\w))")
BREAKS = re.compile(r"[^\w&+]+|_+")
MESSRS = re.compile(r"\bm/s\b\.?")
ARTICLES = ("al", "el", "ul", "abd", "abdul", "abdel", "عبد")
"""Words that are written together with the next one, or apart."""
LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'", "‘": "'", "`": "'"}
SAME = str.maketrans(ARABIC | LATIN)
ACCENTED = re.compile("[\u00c0-\u036f\u1e00-\u1eff]")


@lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Fold what the same name is written with: vowel marks, forms of alef, teh marbuta, letter case, accents."""
    text = clean(text).casefold()
    if text.isascii():
        return text
    text = MARKS.sub("", text).translate(SAME)
    if not ACCENTED.search(text):
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=1 << 14)
def words(text: str) -> tuple[str, ...]:
    """Split a name into folded words; an abbreviation (`W.L.L.`, `ذ.م.م`) is one word, an apostrophe breaks none."""
    folded = fold(text)
    if "/" in folded:
        folded = MESSRS.sub("messrs ", folded)
    if "." in folded:
        folded = ABBREVIATION.sub(lambda match: re.sub(r"[.\s]", "", match[1]) + " ", folded)
    if "'" in folded:
        folded = folded.replace("'", "")
    return tuple(filter(None, BREAKS.split(folded)))


@dataclass(frozen=True, slots=True)
class OrganisationForm:
    """The name of an organisation for matching, with the noise of its legal form kept apart."""

    core: str = field(repr=False)
    legal: tuple[str, ...] = ()
    """Tags of the legal forms found: `company`, `establishment`, `firm`, `public`."""


def organisation_form(text: str) -> OrganisationForm:
    """Give the matching form of an organisation's name. A name that is only a legal form keeps its words."""
    parts = words(text)
    found = tuple(legal_forms().find(parts))
    covered = {at for phrase in found for at in range(phrase.start, phrase.end)}
    core = [word for at, word in enumerate(parts) if at not in covered and word not in ("&", "+")]
    return OrganisationForm(" ".join(_joined(core or list(parts))), tuple(phrase.tag for phrase in found))


def person_form(text: str) -> str:
    """Give the matching form of a person's name: titles apart, `Al Otaibi` and `عبد الله` as one word each.

    A title counts only where it stands: some are surnames elsewhere in a name.
    """
    parts = words(text)
    start, end = 0, len(parts)
    found = tuple(titles().find(parts))
    for phrase in found:
        if phrase.tag == "before" and phrase.start == start and phrase.end < end:
            start = phrase.end
    for phrase in reversed(found):
        if phrase.tag == "after" and phrase.end == end and phrase.start > start + 1:
            end = phrase.start
    return " ".join(_joined(list(parts[start:end])))


def _joined(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for word in parts:
        if joined and joined[-1] in ARTICLES:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@cache
def legal_forms() -> Phrases:
    """Read the legal forms of the region and of its partners, each tagged with what it says of legal personality."""
    table = lexicon(HERE / "legal_forms.yml")
    return Phrases((words(form), tag) for tag, forms in table.items() for form in forms)


@cache
def titles() -> Phrases:
    """Read the titles and honorifics that stand before or after a person's name."""
    table = lexicon(HERE / "titles.yml")
    return Phrases((words(title), place) for place, listed in table.items() for title in listed)
