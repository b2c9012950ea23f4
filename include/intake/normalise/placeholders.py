"""Know the words that fill a cell without saying anything."""

from __future__ import annotations

import re
from functools import cache

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.text import clean, squeeze

__all__ = ["is_placeholder"]

FILLERS = re.compile(r"[\s\-_–—.,;:/\\|*?!#'\"()\[\]{}~=+،؛؟]*")
LONGEST = 30  # no word for nothing is as long
ZEROS = re.compile(r"[\s\-+().]*0[\s\-+().0]*")


def is_placeholder(text: str) -> bool:
    """Say whether a cell is empty in substance: punctuation only, zeros only, or a word for nothing in either language.

    The words are in `knowledge/placeholders.yml`. Such a cell gives no reading, and is not an unparsed value either.
    """
    if len(text) > LONGEST and text[0].isalnum() and text[0] != "0":
        return False
    plain = squeeze(clean(text)).casefold()
    if not plain or not plain[0].isalnum() or plain[0] == "0":
        if FILLERS.fullmatch(plain) or ZEROS.fullmatch(plain):
            return True
        plain = plain.strip(" .-_:()[]")
    return plain.rstrip(" .-_:()[]") in words()


@cache
def words() -> frozenset[str]:
    """Read the words for nothing."""
    return frozenset(word.casefold() for word in lexicon(HERE / "placeholders.yml")["words"])
