"""Gather what speaks in a name for a person and what for an organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.intake.classification.name_parts import NameParts
from include.intake.classification.vocabulary import Word, vocabulary, word
from include.intake.classification.word_lists import is_somebodys

__all__ = ["evidence", "is_acronym", "text_marks"]

ACRONYM = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,6}|[a-z]*\d[a-z\d]*")
ARABIC, LATIN = re.compile("[\u0621-\u064a]"), re.compile("[A-Za-z]")
MARKS = {
    "digits": re.compile(r"[0-9]"),
    "ampersand": re.compile(r"&"),
    "possessive": re.compile(r"\w['’][sS]\b"),
    "web_name": re.compile(r"(?i)\w\.(?:com|net|org|sa|ae|io|co|info|biz)\b|www\.|@|https?:"),
    "symbols": re.compile(r"[|!#*+/:;=_%$€£®™\"“”«»]"),
}
FORMS = {
    "company": "company_form",
    "establishment": "establishment_form",
    "firm": "firm_form",
    "public": "public_form",
}
SETTLED = frozenset({"institution_word", "company_form", "establishment_form", "firm_form"})


def evidence(parts: NameParts) -> frozenset[str]:
    """Give the codes of everything that speaks for a person or an organisation in a name.

    The person in the name of a school or a mosque is remembered there and not behind it, and one in a firm's name is
    its owner: neither is evidence that the name is a person's.
    """
    known = [word(text) for text in parts.core]
    codes = set(_trade(parts, known))
    trade = bool(codes)
    codes.update(_shape(parts))
    if not codes.isdisjoint(SETTLED):
        codes.discard("single_name")
    else:
        codes.update(_person(parts, known, trade))
    return frozenset(codes)


def _trade(parts: NameParts, known: list[Word]) -> Iterator[str]:
    yield from (FORMS[tag] for tag in parts.forms)
    activity = common = 0
    for about in known:
        activity += about.activity
        common += about.common
        if about.institution:
            yield "institution_word"
        if about.for_trade:
            yield "for_the_trade"
        if about.function:
            yield "function_word"
    if activity:
        yield "activity_word"
    if activity > 1:
        yield "activity_words"
    if activity and (known[-1].activity if parts.core[-1].isascii() else known[0].activity):
        # An Arabic name of a business opens with what it is and an English one closes with it; a person's does neither.
        yield "head_activity_word"
    if common:
        yield "common_word"
    if common > 1:
        yield "common_words"


def _shape(parts: NameParts) -> Iterator[str]:
    core = parts.core
    yield from text_marks(parts.text)
    if len(core) == 1:
        yield "single_word"
        if is_somebodys(core[0]):
            yield "single_name"
        if is_acronym(core[0]):
            yield "acronym"
    if len(core) >= (6 if all(map(str.isascii, core)) else 7) and vocabulary().person["patronymic"].isdisjoint(core):
        yield "long_name"


def is_acronym(text: str) -> bool:
    """Say whether a folded word is consonants only, or letters with digits."""
    return bool(ACRONYM.fullmatch(text))


def text_marks(text: str) -> tuple[str, ...]:
    """Give the codes of what the text of a name shows before its words are known; letter case says nothing."""
    marks = [code for code, sign in MARKS.items() if sign.search(text)]
    if ARABIC.search(text) and LATIN.search(text):
        marks.append("two_scripts")
    return tuple(marks)


def _person(parts: NameParts, known: list[Word], trade: bool) -> Iterator[str]:
    if parts.titled:
        yield "title"
    if parts.credentialled:
        yield "credential"
    if parts.family_first:
        yield "family_first_order"
    if not known:
        return
    yield from _given(parts.core, known)
    if len(known) == 1:
        return
    core, groups = parts.core, vocabulary().person
    if known[-1].family:
        yield "family_name_last"
    elif known[-1].nisba and not (known[-1].activity or known[-1].common):
        yield "nisba_last"
    if not groups["patronymic"].isdisjoint(core[1:-1]) or core[0] in ("بن", "ابن", "bin", "ibn"):
        yield "patronymic"
    if core[0] in groups["kunya"]:
        yield "kunya"
    if len(core) <= 4:
        lengths = [len(text) for text in core]
        if max(lengths) > 2 and any(size == 1 and text.isascii() for size, text in zip(lengths, core, strict=True)):
            yield "initial"
        if not trade and all(map(str.isalpha, core)):
            yield "plain_words"


def _given(core: tuple[str, ...], known: list[Word]) -> Iterator[str]:
    lead = 1 if len(core[0]) == 1 and len(core) > 1 else 0
    if known[lead].servant:
        yield "servant_name"
    elif known[lead].given:
        yield "given_name_first"
    elif known[lead].shared:
        yield "given_word_first"
    later = [at for at in range(lead + 1, len(known)) if known[at].given or known[at].servant]
    if later:
        yield "given_name_second" if later[0] == 1 else "given_name_inside"
