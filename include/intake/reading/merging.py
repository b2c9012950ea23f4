"""Fill in what a workbook's merged cells mean: only their first cell holds the value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

__all__ = ["Merged", "Range"]

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each as row and column, counted from 0."""


class Merged:
    """The merged cells of one sheet."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._starting: defaultdict[int, list[Range]] = defaultdict(list)
        for merged in ranges:
            self._starting[merged[0][0]].append(merged)
        self._open: dict[int, tuple[int, str]] = {}

    def headings(self, rows: Sequence[list[str]], first: int) -> bool:
        """Write merged headings into every cell that they span, and tell whether there are any."""
        found = False
        for (top, left), (bottom, right) in self._within(first, first + len(rows)):
            found = True
            text = rows[top - first][left] if left < len(rows[top - first]) else ""
            for row in rows[top - first : bottom - first + 1]:
                row.extend([""] * (right + 1 - len(row)))
                row[left : right + 1] = [text] * (right + 1 - left)
        return found

    def spans(self, first: int, rows: int) -> list[Range]:
        """Return the ranges that begin in some rows."""
        return [merged for row in range(first, first + rows) for merged in self._starting.get(row, ())]

    def fill_down(self, cells: list[str], row: int) -> None:
        """Write a cell that spans rows into each of them that has something of its own; call for row after row.

        A row with nothing of its own is only the second line of a listing that spans two. Cells that span columns stay
        in the first of them.
        """
        self._open = {column: held for column, held in self._open.items() if held[0] >= row}
        if self._open and any(cells):
            for column, (_, text) in self._open.items():
                if column < len(cells) and not cells[column]:
                    cells[column] = text
        for (_, left), (bottom, _) in self._starting.get(row, ()):
            if bottom > row and left < len(cells) and cells[left]:
                self._open[left] = (bottom, cells[left])

    def is_banner(self, cells: Sequence[str], row: int, width: int) -> bool:
        """Tell a line of text across the table from a listing: its one cell spans more than half of the columns."""
        spanning = (right + 1 - left for (top, left), (bottom, right) in self._starting.get(row, ()) if top == bottom)
        return max(spanning, default=0) > max(1, width / 2) and sum(map(bool, cells)) == 1

    def _within(self, first: int, end: int) -> Iterator[Range]:
        """Yield what begins in some rows, cut off at the last of them."""
        for row in range(first, end):
            for (top, left), (bottom, right) in self._starting.get(row, ()):
                yield (top, left), (min(bottom, end - 1), right)
