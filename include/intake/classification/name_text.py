"""Split a column of names into folded words, as one is split: by columns where a name has ordinary letters.

A name with other signs than ASCII and Arabic letters, or with an abbreviation, goes the way of a single one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.intake.classification.name_evidence import ARABIC, LATIN, MARKS, text_marks
from include.intake.classification.name_parts import COMMA, GLUE, tokens
from include.intake.normalise.names import ARABIC as SAME
from include.intake.normalise.names import words
from include.intake.normalise.text import DIGITS, clean, squeeze

__all__ = ["marked", "spoken_column", "words_column"]

PLAIN = r"^[A-Za-z0-9 \u0621-\u063f\u0641-\u064a]*$"
"""Letters, digits and spaces, of which nothing is taken out."""
# ASCII that can be seen, and the Arabic block but for the letters that NFKC takes apart. The grave accent goes the
# other way: it is an apostrophe among Arabic letters only.
ORDINARY = r"^[\x20-\x5f\x61-\x7e\u0600-\u061b\u061d-\u0674\u0679-\u06ff]*$"
ABBREVIATED = r"(?:^|\W)[^\W\d_]\.\s?[^\W\d_](?:\W|$)"
MAY_GLUE = GLUE.replace(r"\b", "(?:^|[ ,&+])")
"""What `GLUE` says without a look behind, which takes longer."""
VOWELS = r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]"
SAME_SIGNS = {**DIGITS, **SAME}
SIGNS = (*MARKS, "two_scripts")
OF_PLAIN = ("digits", "two_scripts")
OF_SIGNS = tuple(sign for sign in SIGNS if sign not in OF_PLAIN)


def spoken_column(texts: pl.Series) -> pl.Series:
    """Give the folded words of each name as `tokens` does, a comma as a word of its own."""
    return _mended(texts, _spoken, lambda text: tokens(squeeze(clean(text))))


def words_column(texts: pl.Series) -> pl.Series:
    """Give the folded words of each name as `words` does."""
    return _mended(texts, _words, words)


def _mended(
    texts: pl.Series, split: Callable[[pl.Series], pl.Series], one: Callable[[str], Sequence[str]]
) -> pl.Series:
    """Split names together, and those with other signs one by one."""
    signed = ~texts.str.contains(PLAIN)
    folded = _changed(texts.str.to_lowercase(), signed, lambda some: some.str.replace_all(VOWELS, ""))
    folded = folded.str.replace_many(SAME_SIGNS)
    column = split(_changed(folded, signed, _broken))
    at = signed.arg_true()
    alone = ~texts.gather(at).str.contains(ORDINARY) | folded.gather(at).str.contains(ABBREVIATED)
    at = at.filter(alone)
    if at.is_empty():
        return column
    one_by_one = pl.Series([list(one(text)) for text in texts.gather(at)], dtype=pl.List(pl.String))
    frame = pl.DataFrame({"words": column}).with_row_index("row")
    mended = pl.DataFrame({"row": at, "mended": one_by_one})
    joined = frame.join(mended, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("mended", "words")).to_series()


def _changed(texts: pl.Series, some: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change some of the texts, and leave the others as they are."""
    return texts.clone().scatter(some.arg_true(), change(texts.filter(some))) if some.any() else texts


def _broken(folded: pl.Series) -> pl.Series:
    """Put one space where words are broken, but for commas."""
    folded = folded.str.replace_all(r"\bm/s\b\.?", "messrs ").str.replace_all("'", "", literal=True)
    return folded.str.replace_all("،", COMMA, literal=True).str.replace_all(r"(?:[^\w&+,]|_)+", " ")


def _spoken(broken: pl.Series) -> pl.Series:
    sided = broken.str.contains(COMMA, literal=True)
    sides = _changed(broken, sided, lambda some: some.str.replace_all(r" *, *", COMMA)).str.strip_chars(" ")
    glued = _changed(sides, sides.str.contains(MAY_GLUE), lambda some: some.str.replace_all(GLUE, "$1"))
    return _split(_changed(glued, sided, lambda some: some.str.replace_all(COMMA, f" {COMMA} ", literal=True)))


def _words(broken: pl.Series) -> pl.Series:
    return _split(broken.str.replace_all(COMMA, " ", literal=True))


def _split(text: pl.Series) -> pl.Series:
    text = text.str.strip_chars(" ")
    split = text.str.split(" ")
    if (text.str.contains("  ", literal=True) | (text == "")).any():
        return split.list.filter(pl.element() != "")
    return split


def marked(texts: pl.Series) -> NDArray[np.int64]:
    """Give what the text of each name shows, a bit for each mark; letters and digits alone show only two of them."""
    bits = _bits(texts, OF_PLAIN)
    signed = (~texts.str.contains(PLAIN)).arg_true()
    some = texts.gather(signed)
    bits[signed] |= _bits(some, OF_SIGNS)
    for row in signed.filter(~some.str.contains(ORDINARY)).to_list():
        found = text_marks(squeeze(clean(texts[row])))
        bits[row] = sum(1 << at for at, sign in enumerate(SIGNS) if sign in found)
    return bits


def _bits(texts: pl.Series, signs: Sequence[str]) -> NDArray[np.int64]:
    bits = np.zeros(len(texts), dtype=np.int64)
    for sign in signs:
        bits |= _shows(texts, sign).to_numpy().astype(np.int64) << SIGNS.index(sign)
    return bits


def _shows(texts: pl.Series, sign: str) -> pl.Series:
    if sign in MARKS:
        return texts.str.contains(_rust(MARKS[sign].pattern))
    return texts.str.contains(ARABIC.pattern) & texts.str.contains(LATIN.pattern)


def _rust(pattern: str) -> str:
    """Give a pattern as the other engine reads it; the digits of other scripts count as digits there, too."""
    return pattern.replace("[0-9]", r"[0-9\u0660-\u0669\u06f0-\u06f9]")
