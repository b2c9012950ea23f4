"""Make one heading a column out of headings that take several rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

__all__ = ["JOINT", "join_headings"]

JOINT = " / "


def join_headings(rows: Sequence[Sequence[str]], *, spread: bool = True) -> list[str]:
    """Join what stands above each column: `Contact` over `Phone` and `Mail` gives `Contact / Phone`, `Contact / Mail`.

    A workbook says which headings are merged and comes with them filled in. Elsewhere (`spread`) an upper heading that
    has another below it holds for the empty cells to its right as well, as far as they have a heading of their own.
    """
    if len(rows) == 1:
        return list(rows[0])
    columns = [list(column) for column in zip_longest(*rows, fillvalue="")]
    if spread:
        _spread(columns)
    return [JOINT.join(_parts(column)) for column in columns]


def _spread(columns: Sequence[list[str]]) -> None:
    for level in range(len(columns[0]) - 1):
        group, under = "", columns[0][:level]
        for column in columns:
            if column[:level] != under:
                group, under = "", column[:level]
            below = any(part.strip() for part in column[level + 1 :])
            if below and not column[level].strip():
                column[level] = group
            else:
                group = column[level] if below else ""


def _parts(column: Sequence[str]) -> list[str]:
    parts: list[str] = []
    for part in column:
        text = " ".join(part.split())
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts
