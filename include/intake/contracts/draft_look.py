"""What is seen of a file before a contract is drafted for it: a sample of its rows, and which columns name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from include.errors import NeverRetry
from include.intake.contracts.draft_layout import layout_of
from include.intake.contracts.format import Format
from include.intake.progress import Progress
from include.intake.reading import Chunk, Way, read

__all__ = ["Look", "look_at"]

SAMPLE = 50_000
"""Rows that are kept and looked at: the first ones. All the others are read for their columns and row ids alone."""
COMPARED = 1_000_000
"""Rows among which no row id may stand twice; in a longer file the rest is taken on trust."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a file. What it holds of the rows is never shown."""

    path: Path
    format: Format
    columns: tuple[str, ...]
    sample: pd.DataFrame = field(repr=False)
    rows: int
    """Rows that could be read."""
    unreadable: int
    """Rows that could not."""
    unique: frozenset[str]
    """Columns in which no cell is blank or stands twice."""


def look_at(path: Path) -> Look:
    """Read a file from its beginning to its end; memory holds the sample and the hashes of possible row ids.

    Raises UnreadableFile where it is empty or of no known type, NeverRetry where it has headings and nothing else.
    """
    form = layout_of(path)
    columns: dict[str, None] = {}
    kept: list[pd.DataFrame] = []
    ids = _Unique()
    rows = unreadable = 0
    way = Way()
    progress = Progress(f"looking at {path.name}", share=way.share)
    for chunk in read(path, form, way=way):
        columns.update(dict.fromkeys(map(str, chunk.frame.columns)))
        if rows < SAMPLE and len(chunk.frame):
            kept.append(chunk.frame.head(SAMPLE - rows))
        if rows < COMPARED:
            ids.add(chunk)
        rows += len(chunk.frame)
        unreadable += len(chunk.faults)
        progress.add(len(chunk))
    if not rows:
        raise NeverRetry(_nothing_in(path, unreadable))
    sample = pd.concat(kept, ignore_index=True).reindex(columns=list(columns)).fillna("").astype("str")
    return Look(path, form, tuple(columns), sample, rows, unreadable, ids.found())


def _nothing_in(path: Path, unreadable: int) -> str:
    if unreadable:
        return f"{path.name}: none of its {unreadable:,} rows can be read; check whether it is the right file"
    return f"{path.name}: has headings and no rows under them; ask the publisher for the data"


class _Unique:
    """Columns that may name their rows: dropped as soon as a cell is blank or comes again."""

    def __init__(self) -> None:
        self._met: dict[str, set[int]] | None = None

    def add(self, chunk: Chunk) -> None:
        frame = chunk.frame
        if not len(frame):
            return
        if self._met is None:
            self._met = {str(name): set() for name in frame.columns}
        for name in [name for name in self._met if not self._holds(name, frame.get(name, ()))]:
            del self._met[name]

    def _holds(self, name: str, cells: Iterable[str]) -> bool:
        met = self._met[name] if self._met else set()
        values = [cell.strip() for cell in cells]
        hashes = {hash(value) for value in values}
        if not values or "" in values or len(hashes) < len(values) or not met.isdisjoint(hashes):
            return False
        met |= hashes
        return True

    def found(self) -> frozenset[str]:
        return frozenset(self._met or ())
