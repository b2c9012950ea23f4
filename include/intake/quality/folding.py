"""One spelling for text that is searched: never shown, never stored."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["DIGIT", "SKIPPED", "fold", "words_of_header"]

DIGIT = "[0-9٠-٩۰-۹０-９]"
"""A digit of any script that Arab directories mix, for a pattern that runs before folding."""
SKIPPED = "\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Stands between letters without being one: tatweel, vowel marks, zero-width signs, direction marks."""
_SKIPPED_RANGES = [(0x640, 0x640), (0x64B, 0x652), (0x200B, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFEFF,) * 2]
_BLANKS = [0x09, 0x0A, 0x0D, 0xA0, 0x2007, 0x2009, 0x202F, 0x3000]
_DASHES = [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+")


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for first, last in _SKIPPED_RANGES:
        table.update(dict.fromkeys(range(first, last + 1)))
    for zero in "٠۰０":
        table.update({ord(zero) + digit: str(digit) for digit in range(10)})
    table.update(dict.fromkeys(_BLANKS, " "))
    table.update(dict.fromkeys(_DASHES, "-"))
    table.update({ord(sign): shape for sign, shape in zip("أإآٱىة٬٫：＋", "اااايه,.:+", strict=True)})
    return table


_TABLE = _table()


def fold(text: str) -> str:
    """Write digits in ASCII, letters in one shape and lower case, and leave out what only steers the display."""
    return text.translate(_TABLE).lower()


def words_of_header(header: str) -> str:
    """Spell a column's name as lower-case words parted by one blank: `BirthDate`, `birth_date` → `birth date`."""
    parted = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header))
    return _NOT_A_WORD.sub(" ", fold(parted)).strip()
