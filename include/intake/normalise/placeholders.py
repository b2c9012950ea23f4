"""Know the words that fill a cell without saying anything."""

from __future__ import annotations

import re
from functools import cache

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.names import fold
from include.intake.normalise.text import clean, squeeze, unmarked

__all__ = ["is_placeholder"]

LONGEST = 30  # no word for nothing is as long
NUMBERED = re.compile(r"[1-9]")
FILLERS = re.compile(r"[\s\-_–—.,;:/\\|*?!#'\"()\[\]{}<>«»“”~=+•·،؛؟]*|x+")
ZEROS = re.compile(r"[\s\-+().]*0[\s\-+().0]*")
EDGES = " .,;:!?*_-()[]{}<>«»“”\"'"
JOINTS = re.compile(r"[\s._\-/\\]+")


def is_placeholder(text: str) -> bool:
    """Say whether a cell is empty in substance: punctuation only, zeros only, or a word for nothing in either language.

    The words are in `knowledge/placeholders.yml`; how they are spaced, dotted or bracketed makes no difference. Such a
    cell gives no reading, and is not an unparsed value either.
    """
    if NUMBERED.search(text):
        return False
    if len(text) > LONGEST and text[0].isalnum() and text[0] != "0":
        return False
    if text[:1] in ("&", "<"):
        text = unmarked(text)
    plain = squeeze(clean(text)).casefold()
    if not plain or plain[0] in "0x" or not plain[0].isalnum():
        if FILLERS.fullmatch(plain) or ZEROS.fullmatch(plain):
            return True
        if plain[0] == "-" and plain.replace(" ", "") == "-do-":
            return True
        plain = plain.strip(EDGES)
    known, starts = words()
    if plain[:2] not in starts and plain[1:2].isalpha():
        return False
    return JOINTS.sub("", fold(plain.rstrip(EDGES))) in known


@cache
def words() -> tuple[frozenset[str], frozenset[str]]:
    """Read the words for nothing, folded and without the signs inside them, and the two signs that each begins with."""
    listed = [word.casefold() for word in lexicon(HERE / "placeholders.yml")["words"]]
    return frozenset(JOINTS.sub("", fold(word)) for word in listed), frozenset(word[:2] for word in listed)
