"""Where a table's headings stand, if it has any: looked at more closely than a reader needs to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from include.intake.contracts.format import Format
from include.intake.contracts.heading_words import read_heading
from include.intake.contracts.value_shapes import Shape, shape_of
from include.intake.reading import UnreadableFile, detect, read

__all__ = ["layout_of"]

TABLES = frozenset({"csv", "tsv", "xlsx", "xls"})
"""Types whose headings are a row like the others. The other types name their fields."""
LOOKED_AT = 200
"""Rows that are looked at."""
TITLES = 10
"""Rows above the headings that hold a title in one cell and nothing in the others, at most."""
ALIKE = 0.2
SENTENCE = 4
MOST = 0.6
"""Headings are as full as the rows under them, or nearly so."""

Rows = Sequence[Sequence[str]]


def layout_of(path: Path) -> Format:
    """Return the format of a file, with its headings found, or found to be absent.

    A first row that holds data must not become headings: it would be written into the contract. Raises UnreadableFile
    as `detect` does.
    """
    found = detect(path)
    if found.type not in TABLES:
        return found
    first = _rows(path, found, 1)
    if first and _is_record(first[0], first[1:]):
        return found.model_copy(update={"header_row": 1, "header_rows": 0})
    start = int(found.header_row)
    if start > 1 and found.header_rows == 1 and not _may_head((_rows(path, found, start) or [[]])[0]):
        return found.model_copy(update={"header_rows": 0})  # what stands above is no table, and this is no heading
    for row in range(start, start + TITLES) if found.header_rows == 1 else ():
        rows = _rows(path, found, row)
        if _is_title(rows):
            continue
        if row > start and not _may_head(rows[0]):
            break
        return found.model_copy(update={"header_row": row, "header_rows": 2 if _second_heads(rows) else 1})
    return found


def _rows(path: Path, format: Format, start: int) -> list[list[str]]:
    """Return the rows from one line on that are as wide as that one; none where there is no such line."""
    try:
        bare = format.model_copy(update={"header_row": start, "header_rows": 0})
        frame = next(read(path, bare, LOOKED_AT)).frame
    except UnreadableFile:  # a blank line; what detection found is read as a whole later
        return []
    return [[str(cell).strip() for cell in row] for row in frame.to_numpy().tolist()]


def _is_title(rows: Rows) -> bool:
    """Tell a line above the table: blank, of another width than the rows, or with one cell of many filled."""
    if len(rows) < 2:
        return True
    return len(rows[0]) > 2 and _filled(rows[0]) <= 1 < max(map(_filled, rows[1:]))


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _is_record(first: Sequence[str], below: Rows) -> bool:
    """Tell whether the first row is one of those under it."""
    if not below or _filled(first) < MOST * _filled(sorted(below, key=_filled)[len(below) // 2]):
        return False
    if any(map(_is_contact, first)):
        return True
    if any(map(_says_something, first)):
        return False
    counted = any(
        cell.isdigit() and row.isdigit() and int(row) == int(cell) + 1
        for cell, row in zip(first, below[0], strict=True)
    )
    return counted or _is_repeated(first, below) or _is_alike(first, below)


def _is_alike(first: Sequence[str], below: Rows) -> bool:
    """Tell whether a cell speaks of what those under it speak of (people, shops, streets, cities), or is a sentence."""
    for place, cell in enumerate(first):
        mine, theirs = shape_of([cell]), shape_of([row[place] for row in below])
        pairs = zip(_spoken_of(mine), _spoken_of(theirs), strict=True)
        if any(share > 0 and usual > ALIKE for share, usual in pairs) or len(cell.split()) >= SENTENCE:
            return True
    return False


def _spoken_of(shape: Shape) -> tuple[float, ...]:
    words = shape.words
    return shape.person, words.organisation, words.address, words.city, words.country


def _is_contact(cell: str) -> bool:
    """Tell whether a cell reaches somebody: no heading does. A dotted word such as `P.O.Box` is no link."""
    if "@" in cell or "://" in cell or cell.lower().startswith("www."):
        return True
    shape = shape_of([cell])
    return shape.plain_phone > 0 or (shape.phone > 0 and shape.letters == 0)


def _may_head(cells: Sequence[str]) -> bool:
    return any(map(_says_something, cells)) and not any(map(_is_contact, cells))


def _says_something(heading: str) -> bool:
    read_as = read_heading(heading)
    return read_as.field is not None or read_as.is_name or read_as.is_never or read_as.is_row_id


def _is_repeated(cells: Sequence[str], below: Rows) -> bool:
    """Tell whether something that a row says stands again in one of the rows under it, at the same place."""
    return any(cell and any(row[place] == cell for row in below) for place, cell in enumerate(cells))


def _second_heads(rows: Rows) -> bool:
    """Tell whether the second row names the columns better than the first, which then names groups of them."""
    above, second = rows[0], rows[1]
    if len(rows) < 3 or any(map(_is_contact, second)) or _is_repeated(second, rows[2:]):
        return False
    named = sum(map(_says_something, second))
    return named > sum(map(_says_something, above)) and named >= 2
