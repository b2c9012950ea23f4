"""How a column that is left out is named in a contract, where its heading may be somebody's data."""

from __future__ import annotations

import re

from include.intake.contracts.format import Format
from include.intake.contracts.headings import clean_heading, shown_heading
from include.intake.reading.read import FIELDED

__all__ = ["ignored_as"]

TELLING = re.compile(r"\S*@\S*|\+?\d[\d\s().\-]{5,}\d")
"""A mailbox or a number in a heading."""
LONGEST_PART = 60


def ignored_as(heading: str, format: Format) -> str:
    """Return the heading, with a `*` for every part of it that may be a person's name, mailbox or number.

    The columns of JSON and the like are paths of names, and people may be among them. Of a heading that would be
    nothing but `*`, which would stand for every column, the first letter and the length are kept: they name nobody.
    """
    text = TELLING.sub("*", clean_heading(heading))
    if format.type not in FIELDED:
        return text
    known = ".".join("*" if _names_a_person(part) else part for part in text.split("."))
    whole = text.strip("*.")
    return known if known.strip("*.") or not whole else whole[0] + "?" * (len(whole) - 1)


def _names_a_person(part: str) -> bool:
    return part != "*" and len(part) <= LONGEST_PART and shown_heading(part, 0) == "column 0"
