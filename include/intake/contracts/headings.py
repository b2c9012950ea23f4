"""Compare column headings by what a person reads in them, not by the bytes that an export left there."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean_heading", "shown_heading"]

LONGEST_SHOWN = 60


def clean_heading(heading: str) -> str:
    """Return the heading without byte order mark, bidi and other unseen marks, in NFKC, with single spaces.

    Letters keep their case: two headings that differ by case are two columns.
    """
    if heading.isascii():
        return " ".join(heading.split())
    seen = "".join(letter for letter in heading if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def shown_heading(heading: str, position: int) -> str:
    """Name a column in a message: by its heading, or by its place alone where the heading may be somebody's data.

    A file whose header row is not where the contract says has its first row read as headings.
    """
    text = clean_heading(heading)
    if not text or len(text) > LONGEST_SHOWN or "@" in text or len(re.findall(r"\d", text)) >= 6:
        return f"column {position}"
    return f"{text!r}"
