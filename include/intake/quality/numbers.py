"""Find the numbers of identity cards, bank accounts and payment cards in a text, and leave phones alone.

A Saudi id is ten digits, and so is a commercial registration (1010…), an Egyptian mobile without its 0 and a phone of
North America; its check digit holds by chance in one of ten of those. What the text or the column's name says decides:

- a number called an id (`رقم الهوية`, `iqama`) is one, whatever its check digit says: a slip of the pen is still an id;
- a number called a commercial registration, licence, invoice or tax number is not;
- in a phone column, or after the word for phone, or after + or 00, a number that can be dialled is a phone;
- any other number whose check digit holds is taken for an id: better a row set aside than an id kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from include.intake.quality.folding import DIGIT, SKIPPED
from include.intake.quality.identifiers import (
    egyptian_id,
    emirates_id,
    iban_length,
    is_iban,
    payment_card,
    saudi_id,
)
from include.intake.quality.lexicon import knowledge

__all__ = ["MARK", "NumbersOf", "called", "numbers_in"]

_RUN = re.compile(r"(?:\+ ?)?\d+(?:[ .\-]\d+)*(?:,\d{3}(?!\d))*")
_GROUP = re.compile(r"\d+")
_IBAN = re.compile(r"(?<![a-z0-9])(?=([a-z]{2} ?\d{2}(?:[ -]?[a-z0-9]){11,40}))")
_TRUNK = re.compile(r"((?:\+|\b00) ?\d{1,3})[ .\-]?\( ?0 ?\)[ .\-]?")
"""The zero in brackets between a country code and its number: `+20 (0) 100…` is one number, and no run of its own."""
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_BETWEEN = "[ .,\u00a0\u066c\u2007-\u2014\u202f" + SKIPPED + r"\-]{0,3}"
MARK = (
    rf"(?:^|[^0-9٠-٩۰-۹０-９])[12١٢۱۲１２](?:{_BETWEEN}{DIGIT}){{9}}(?:[^0-9٠-٩۰-۹０-９]|$)"
    rf"|{DIGIT}(?:{_BETWEEN}{DIGIT}){{12}}"
    rf"|[A-Za-z][A-Za-z] ?{DIGIT}{DIGIT}(?:[ \-{SKIPPED}]{{0,2}}[A-Za-z0-9٠-٩۰-۹０-９]){{11}}"
)
"""What a cell must match, before folding, to be worth reading for numbers. For linear-time engines: no look-around."""
_BEFORE = re.compile(r"[^\d\n]*$")
_FAR = 28
"""How many signs before a number may say what it is."""

_PLANS = ("SA", "EG", "AE", "US")
_EIGHT_DIGITS = ("KW", "QA", "BH", "OM")
"""Whose numbers are phones in a phone column where the source names no country; two of eight digits can look like one
card."""
_CARD_SHAPES = frozenset([(4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4)])
_NOT_AN_ID_SHAPE = frozenset([(3, 3, 4), (5, 5), (6, 4), (7, 7)])
"""How phones of North America, pairs of postal codes and pairs of local numbers are parted."""


@dataclass(frozen=True, slots=True)
class NumbersOf:
    """What is known of the numbers of a column before they are read."""

    called: str | None = None
    """What its name calls them: `identity`, `registration`, `phone` or nothing."""
    phone: bool = False
    place: bool = False
    region: str | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits parted by single signs. Holds personal values: never shown."""

    text: str
    groups: tuple[str, ...]
    called: str | None
    of: NumbersOf

    def __repr__(self) -> str:
        return f"_Run({len(self.groups)} groups)"

    @property
    def is_identity(self) -> bool:
        return self.called == "identity"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.groups))

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    def can_be_dialled(self, digits: str) -> bool:
        """Tell whether these digits of the run are a phone, there where a phone is to be expected."""
        if self.text.startswith(("+", "00")) and _dialled("+" + self.digits.removeprefix("00"), None):
            return True
        if not (self.of.phone or self.called == "phone"):
            return False
        plans = (self.of.region,) if self.of.region else _PLANS
        return any(_dialled(digits, plan) or _dialled(self.text, plan) for plan in plans)


def called(text: str) -> str | None:
    """Return what a folded text calls the number that follows it: `identity`, `registration` or `phone`; the last wins.

    Serves the words of a column's name too: what it names is the numbers under it.
    """
    found = [(match.start(), name) for name, pattern in _names().items() for match in pattern.finditer(text)]
    return max(found)[1] if found else None


@cache
def _names() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(map(_phrase, phrases))) for name, phrases in knowledge("number_names").items()}


def _phrase(phrase: str) -> str:
    """Match a phrase as whole words; before an Arabic one may stand what is joined to it."""
    joined = "" if phrase.isascii() else "(?:[وبل]?(?:ال)?|لل)"
    return rf"(?<![^\W\d_]){joined}{re.escape(phrase)}(?![^\W\d_])"


def numbers_in(folded: str, of: NumbersOf) -> Iterator[str]:
    """Yield the code of each number found in a folded text; a code may come twice."""
    if any(_ibans(folded)):
        yield "iban"
    unlinked = _LINK.sub(" ", _TRUNK.sub(r"\1 ", folded) if "(" in folded else folded)
    for match in _RUN.finditer(unlinked):
        text = match.group()
        groups = tuple(_GROUP.findall(text))
        if sum(map(len, groups)) >= 10:
            before = _BEFORE.search(unlinked, max(0, match.start() - _FAR), match.start())
            yield from _codes_of(_Run(text, groups, called(before.group() if before else "") or of.called, of))


def _codes_of(run: _Run) -> Iterator[str]:
    identities = [digits for digits in _whole_numbers(run) if _identity(digits, run.is_identity)]
    cards = [digits for digits in _card_numbers(run) if payment_card(digits)]
    if not (identities or cards) or run.called == "registration":
        return
    for digits in identities:
        if run.is_identity or not run.can_be_dialled(digits):
            yield str(_identity(digits, run.is_identity))
    if not all(_phones(digits, run) for digits in cards):
        yield "payment_card"


def _whole_numbers(run: _Run) -> Iterator[str]:
    """Yield each group that does not follow a decimal point, and the run as a whole where its shape can be an id's."""
    for position, group in enumerate(run.groups):
        if len(group) >= 10 and (position == 0 or run.is_identity or "." not in run.text):
            yield group
    if len(run.groups) > 1 and (run.is_identity or not (run.of.place or run.shape in _NOT_AN_ID_SHAPE)):
        yield run.digits


def _identity(digits: str, is_identity: bool) -> str | None:
    if len(digits) == 10 and digits[0] in "12" and (is_identity or saudi_id(digits)):
        return "national_id" if digits[0] == "1" else "iqama"
    if egyptian_id(digits):
        return "national_id"
    return "emirates_id" if emirates_id(digits) else None


def _card_numbers(run: _Run) -> Iterator[str]:
    shape = run.shape
    for start, length in enumerate(shape):
        if 13 <= length <= 19:
            yield run.groups[start]
        for size in (3, 4, 5):
            if shape[start : start + size] in _CARD_SHAPES:
                yield "".join(run.groups[start : start + size])


def _phones(digits: str, run: _Run) -> bool:
    """Tell whether what could be a card is a phone with its country's code but no +, or two phones of eight digits."""
    if len(digits) <= 15:
        return run.can_be_dialled(digits) or _dialled("+" + digits, None)
    if len(digits) > 16 or not (run.of.phone or run.called == "phone"):
        return False
    plans = (run.of.region,) if run.of.region else _EIGHT_DIGITS
    return any(_dialled(digits[:8], plan) and _dialled(digits[8:], plan) for plan in plans)


def _dialled(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def _ibans(folded: str) -> Iterator[bool]:
    for match in _IBAN.finditer(folded):
        signs = re.sub(r"[ -]", "", match[1]).upper()
        length = iban_length(signs[:2])
        if length and is_iban(signs[:length]):
            yield True
