"""Split a column of names into folded words, as `tokens` splits one: by columns where a name has ordinary letters.

A name with other signs than ASCII and Arabic letters, or with an abbreviation, goes the way of a single one.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.intake.classification.name_evidence import ARABIC, LATIN, MARKS, text_marks
from include.intake.classification.name_parts import COMMA, GLUE, tokens
from include.intake.normalise.names import ARABIC as SAME
from include.intake.normalise.text import DIGITS, clean, squeeze

__all__ = ["marked", "spoken_column"]

# ASCII that can be seen, and the Arabic block but for the letters that NFKC takes apart. The grave accent goes the
# other way: it is an apostrophe among Arabic letters only.
ORDINARY = r"^[\x20-\x5f\x61-\x7e\u0600-\u061b\u061d-\u0674\u0679-\u06ff]*$"
ABBREVIATED = r"(?:^|\W)[^\W\d_]\.\s?[^\W\d_](?:\W|$)"
SIGNS = (*MARKS, "two_scripts")


def spoken_column(texts: pl.Series) -> pl.Series:
    """Give the folded words of each name, a comma as a word of its own."""
    folded = _folded(texts)
    alone = ~texts.str.contains(ORDINARY) | folded.str.contains(ABBREVIATED)
    column = _split(folded)
    if not alone.any():
        return column
    at = alone.arg_true()
    one_by_one = pl.Series([list(tokens(squeeze(clean(text)))) for text in texts.gather(at)], dtype=pl.List(pl.String))
    frame = pl.DataFrame({"words": column}).with_row_index("row")
    mended = pl.DataFrame({"row": at, "mended": one_by_one})
    joined = frame.join(mended, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("mended", "words")).to_series()


def _folded(texts: pl.Series) -> pl.Series:
    bare = texts.str.to_lowercase().str.replace_all(r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]", "")
    return bare.str.replace_many({**DIGITS, **SAME})


def _split(folded: pl.Series) -> pl.Series:
    folded = folded.str.replace_all(r"\bm/s\b\.?", "messrs ").str.replace_all(r"'", "")
    folded = folded.str.replace_all("،", COMMA).str.replace_all(r"(?:[^\w&+,]|_)+", " ")
    folded = folded.str.replace_all(r" *, *", COMMA).str.strip_chars(" ").str.replace_all(GLUE, "$1")
    folded = folded.str.replace_all(COMMA, f" {COMMA} ", literal=True).str.strip_chars(" ")
    split = folded.str.split(" ")
    if (folded.str.contains("  ", literal=True) | (folded == "")).any():
        return split.list.filter(pl.element() != "")
    return split


def marked(texts: pl.Series) -> NDArray[np.int64]:
    """Give what the text of each name shows, a bit for each mark."""
    bits = np.zeros(len(texts), dtype=np.int64)
    ordinary = texts.str.contains(ORDINARY)
    shows = [texts.str.contains(_rust(sign.pattern)) for sign in MARKS.values()]
    shows.append(texts.str.contains(ARABIC.pattern) & texts.str.contains(LATIN.pattern))
    for at, column in enumerate(shows):
        bits |= column.to_numpy().astype(np.int64) << at
    for row in (~ordinary).arg_true().to_list():
        found = text_marks(squeeze(clean(texts[row])))
        bits[row] = sum(1 << at for at, sign in enumerate(SIGNS) if sign in found)
    return bits


def _rust(pattern: str) -> str:
    """Give a pattern as the other engine reads it; the digits of other scripts count as digits there, too."""
    return pattern.replace("[0-9]", r"[0-9\u0660-\u0669\u06f0-\u06f9]")
