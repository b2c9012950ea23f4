"""Where a table's headings stand, if it has any: looked at more closely than a reader needs to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from include.intake.contracts.format import Format
from include.intake.contracts.guess import guess
from include.intake.contracts.heading_words import read_heading
from include.intake.contracts.value_shapes import shape_of
from include.intake.reading import UnreadableFile, detect, read

__all__ = ["layout_of"]

TABLES = frozenset({"csv", "tsv", "xlsx", "xls"})
"""Types whose headings are a row like the others. The other types name their fields."""
LOOKED_AT = 200
"""Rows that are looked at."""
WITHOUT = 0
"""The `header_rows` of a file without headings."""


def layout_of(path: Path) -> Format:
    """Return the format of a file, with its headings found, or found to be absent.

    A first row that holds data must not become headings: it would be written into the contract. Raises UnreadableFile
    as `detect` does.
    """
    found = detect(path)
    if found.type not in TABLES:
        return found
    first = _top(path, found.model_copy(update={"header_row": 1, "header_rows": 1}))
    here = first if (found.header_row, found.header_rows) == (1, 1) else _top(path, found)
    if first is not None and (here is None or first.shape[1] >= here.shape[1]) and _is_record(first):
        return found.model_copy(update={"header_row": 1, "header_rows": WITHOUT})
    if found.header_rows == 1 and (here is None or _second_row_heads(here)):
        taller = found.model_copy(update={"header_rows": 2})
        below = _top(path, taller)
        return taller if below is not None and any(map(_says_something, map(str, below.columns))) else found
    return found


def _top(path: Path, format: Format) -> pd.DataFrame | None:
    """Return the first rows under the headings that a format says; None where there are none, or no such headings."""
    try:
        frame = next(read(path, format, LOOKED_AT)).frame
    except UnreadableFile:  # it is what detection found that must be readable, and that is read as a whole later
        return None
    return frame if len(frame) else None


def _is_record(frame: pd.DataFrame) -> bool:
    """Tell whether what stands above the rows is one of them."""
    headings = [str(name) for name in frame.columns]
    if any(map(_is_contact, headings)):
        return True
    if any(_says_something(heading) for heading in headings):
        return False
    alike = [heading for heading in headings if (frame[heading] == heading).any() and not heading.isdigit()]
    if alike:
        return True
    counted = [heading for heading in headings if heading.isdigit() and _goes_on(heading, frame[heading].tolist())]
    return bool(counted) and len(headings) > len(counted)


def _is_contact(cell: str) -> bool:
    """Tell whether a cell reaches somebody: no heading does. A dotted word such as `P.O.Box` is no link."""
    if "@" in cell or "://" in cell or cell.lower().startswith("www."):
        return True
    shape = shape_of([cell])
    return shape.plain_phone > 0 or (shape.phone > 0 and shape.letters == 0)


def _says_something(heading: str) -> bool:
    read_as = read_heading(heading)
    return read_as.field is not None or read_as.is_name or read_as.is_never or read_as.is_row_id


def _goes_on(heading: str, cells: Sequence[str]) -> bool:
    """Tell whether a number above a column is the first of those in it."""
    return bool(cells) and cells[0].isdigit() and int(cells[0]) == int(heading) + 1


def _second_row_heads(frame: pd.DataFrame) -> bool:
    """Tell whether the first row names the columns better than what stands above it: groups of them."""
    first = [str(cell) for cell in frame.iloc[0]]
    headings = [str(name) for name in frame.columns]
    if len(frame) < 2 or _is_record_among(first, frame):
        return False
    named, above = (sum(map(_says_something, cells)) for cells in (first, headings))
    return named > above and named >= 2 and not any(map(_is_contact, first))


def _is_record_among(first: Sequence[str], frame: pd.DataFrame) -> bool:
    """Tell whether a row is like those under it: then something of it stands in them too."""
    below = frame.iloc[1:]
    held = guess([str(name) for name in frame.columns], below)
    return any(
        bool(cell) and name in held and (below[name] == cell).any()
        for name, cell in zip(map(str, frame.columns), first, strict=True)
    )
