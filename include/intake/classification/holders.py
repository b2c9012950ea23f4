"""Find the name of a person inside an organisation's name."""

from __future__ import annotations

from itertools import pairwise

from include.intake.classification.model import Form
from include.intake.classification.name_parts import (
    NameParts,
    is_given,
    is_name_word,
    is_trade_word,
)
from include.intake.classification.vocabulary import vocabulary, word
from include.intake.normalise.names import titles

__all__ = ["holds_person", "named_in_memory"]


def holds_person(parts: NameParts, form: Form | None) -> bool:
    """Say whether an organisation's name holds a person's: a sole proprietor's business, a clinic under its doctor.

    A school, a mosque or a hospital that bears a name bears it in somebody's memory, unless a title stands before it. A
    single given name counts only under the form of an establishment, which is its owner's own.
    """
    names = parts.core
    if named_in_memory(parts) and (form in (Form.INSTITUTION, Form.PUBLIC) or _memorial(parts)):
        return _titled_inside(parts) and not _memorial(parts)
    if any(_pair(first, second) for first, second in pairwise(names)) or _kunya(names) or _initialled(names):
        return True
    if _titled_inside(parts):
        return True
    return form is Form.ESTABLISHMENT and any(word(text).given or word(text).servant for text in names)


def named_in_memory(parts: NameParts) -> bool:
    """Say whether a person's name stands in a name at all: what a school or a mosque may be called after."""
    return _memorial(parts) or any(_pair(first, second) for first, second in pairwise(parts.core))


def _memorial(parts: NameParts) -> bool:
    return bool(vocabulary().memorial & set(parts.words))


def _pair(first: str, second: str) -> bool:
    known = vocabulary()
    if not is_given(first) or (is_trade_word(second) and not is_given(second)):
        return False
    about = word(second)
    if first in known.shared:
        return about.given or about.servant or about.family
    if second in known.person["patronymic"] or is_name_word(second):
        return True
    with_article = second.startswith(("ال", "al", "el")) and len(second) > 4
    return with_article or about.nisba


def _kunya(names: tuple[str, ...]) -> bool:
    kunya = vocabulary().person["kunya"] - {"ام", "um", "abu"}
    return any(first in kunya and is_given(second) for first, second in pairwise(names))


def _initialled(names: tuple[str, ...]) -> bool:
    """Know `Gerald L. Somebody` by the initial between a given name and a word that is none of a trade."""
    return any(
        is_given(first) and len(middle) == 1 and "a" <= middle <= "z" and len(last) > 2 and not is_trade_word(last)
        for first, middle, last in zip(names, names[1:], names[2:], strict=False)
    )


def _titled_inside(parts: NameParts) -> bool:
    """Know `مجمع د. فلان الطبي` by a title before a given name; the title alone is a brand's (`Dr. Coffee`)."""
    spoken = parts.words
    return any(
        phrase.tag == "before" and phrase.end < len(spoken) and is_given(spoken[phrase.end])
        for phrase in titles().find(spoken)
    )
