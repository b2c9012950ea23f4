"""Compare column headings by what a person reads in them, not by the bytes that an export left there."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean_heading", "shown_heading"]

LONGEST_SHOWN = 60
GIVEN_NAME = frozenset({"given_name_first", "given_name_second"})


def clean_heading(heading: str) -> str:
    """Return the heading without byte order mark, bidi and other unseen marks, in NFKC, with single spaces.

    Letters keep their case: two headings that differ by case are two columns.
    """
    if heading.isascii():
        return " ".join(heading.split())
    seen = "".join(letter for letter in heading if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def shown_heading(heading: str, position: int, what: str = "column") -> str:
    """Name a column in a message: by its heading, or by its place alone where the heading may be somebody's data.

    A sheet of a workbook and a member of an archive are named in the same way.
    A file whose header row is not where the contract says has its first row read as headings, and JSON may have people
    among its keys: of a path (`team.….phone`), what names a person is left out.
    """
    text = clean_heading(heading)
    if not text or len(text) > LONGEST_SHOWN or "@" in text or len(re.findall(r"\d", text)) >= 6:
        return f"{what} {position}"
    parts = ["…" if _names_a_person(part) else part for part in text.split(".")]
    return f"{what} {position}" if set(parts) == {"…"} else f"{'.'.join(parts)!r}"


def _names_a_person(text: str) -> bool:
    from include.intake.classification import NameKind, classify_name  # here: a DAG file reads contracts, and no names

    found = classify_name(text)
    return found.kind is NameKind.PERSON or not GIVEN_NAME.isdisjoint(found.reasons)
