"""Find the headings of a sheet: below a title, in one row or in several."""

from __future__ import annotations

from include.intake.reading.delimiter import header_row_of, is_data
from include.intake.reading.merging import Merged, Range

__all__ = ["LOOKED_AT", "headings_in"]

LOOKED_AT = 60
"""Rows among which the headings are looked for."""
DEEPEST = 5


def headings_in(rows: list[list[str]], merged: Merged) -> tuple[int, int]:
    """Return the row of the headings among a sheet's first ones, counted from 1, and how many rows they take.

    Headings below one that spans them are headings as well. What spans the whole table is its title.
    """
    spread = [list(row) for row in rows]
    usual = max((sum(map(bool, row)) for row in rows), default=0)
    for (top, left), (bottom, right) in merged.spans(0, len(rows)):
        if right - left + 1 < usual:
            for row in spread[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    number = header_row_of(spread)
    spans = merged.spans(number - 1, 1)
    deep = max((bottom - top + 1 for (top, _), (bottom, _) in spans), default=1)
    if deep == 1 and number < len(rows) and _is_below(rows[number], spans):
        deep = 2
    return number, min(deep, DEEPEST, max(len(rows) - number + 1, 1))


def _is_below(cells: list[str], spans: list[Range]) -> bool:
    """Tell headings below others from a first listing: they stand only where a heading above spans columns."""
    spanned = {column for (_, left), (_, right) in spans if right > left for column in range(left, right + 1)}
    filled = {column for column, cell in enumerate(cells) if cell.strip()}
    return len(filled) > 1 and filled <= spanned and not any(is_data(cells[column]) for column in filled)
