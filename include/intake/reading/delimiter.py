"""Find out what separates the cells of a text, and on which line its headings stand."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from include.intake.reading.lines import csv_reader, records_of

__all__ = ["delimiter_of", "header_row_of", "heading_line", "is_data"]

CANDIDATES = ("\t", ";", "|", ",")
"""In the order of how seldom they stand in ordinary text."""
RECORDS = 200
BANNER = 30
"""Headings further down than this are not looked for."""


def delimiter_of(text: str, quote: str | None) -> str:
    """Return the delimiter under which most records are as wide as the first; a comma where there is one column."""
    return max(CANDIDATES, key=lambda candidate: _agreement(text, candidate, quote))


def _agreement(text: str, delimiter: str, quote: str | None) -> tuple[float, int]:
    widths = [len(cells) for cells in islice(records_of(text, delimiter, quote), RECORDS) if cells]
    if not widths or widths[0] < 2:
        return (0.0, 1 if delimiter == "," else 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def header_row_of(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of the row, counted from 1, that looks like headings: the first one as full as those below.

    Rows above it are a banner: a title, a date, an empty line.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = Counter(count for count in filled[1:] if count > 1).most_common(1)
    if not usual:
        return 1
    enough = max(2, 0.6 * max(usual[0][0], max(filled[1:], default=0)))
    for number, row in enumerate(rows[:BANNER], start=1):
        if filled[number - 1] >= enough and not any(is_data(cell) for cell in row):
            return number
    return 1


def heading_line(text: str, quote: str | None, given: str | None = None) -> tuple[int, str]:
    """Return the line of the headings, counted from 1, and the delimiter, for a text that may begin with a banner.

    A delimiter that is given is the one.
    """
    best = (0.0, 0, 1, ",")
    lines = io.StringIO(text, newline="").readlines()
    for line in range(1, min(BANNER, len(lines)) + 1):
        below = "".join(lines[line - 1 :])
        delimiter = given or delimiter_of(below, quote)
        share, width = _agreement(below, delimiter, quote)
        headings = next(csv_reader(io.StringIO(below, newline=""), delimiter, quote, strict=False), [])
        if any(is_data(cell) for cell in headings) or not any(headings):
            continue
        if share > 0.5 and (round(share, 1), width) > (round(best[0], 1), best[1]):
            best = (share, width, line, delimiter)
        if best[0] > 0.9:
            break
    return (best[2], best[3]) if best[1] else (1, given or delimiter_of(text, quote))


def is_data(cell: str) -> bool:
    """Tell a value from a heading: headings are neither numbers nor addresses."""
    text = cell.strip()
    digits = sum(letter.isdigit() for letter in text)
    return "@" in text or "://" in text or (digits >= 4 and digits * 2 > len(text))
