"""Landing files without what was destroyed: rows taken out or cells blanked, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd

from include.intake.landing.files import landing_folders, read_shard, write_shard
from include.intake.landing.minimise import KEY
from include.intake.landing.past import PAST, holds_any
from include.intake.progress import Progress
from include.store import Role, advisory_lock, begin

__all__ = ["Row", "rewrite_landing", "still_landed"]

Row = tuple[str, bytes, list[str] | None]
"""A source's key, a row key, and the columns to blank; None for the whole row."""


def rewrite_landing(rows: Iterable[Row]) -> int:
    """Take the rows and cells out of every landing file of their sources; return how many files changed."""
    changed = 0
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "landing")  # an intake writes the same files
        progress = Progress("destroying in landing files", unit="files")
        for file, frame, doomed in _frames(rows):
            progress.add(1)
            if _still(frame, doomed):
                with suppress(FileNotFoundError):
                    write_shard(file, _without(frame, doomed))
                    changed += 1
    return changed


def still_landed(rows: Iterable[Row]) -> int:
    """Count the rows and cells that landing files still hold although they were to go."""
    return sum(_still(frame, doomed) for _, frame, doomed in _frames(rows))


def _frames(rows: Iterable[Row]) -> Iterator[tuple[Path, pd.DataFrame, dict[bytes, list[str] | None]]]:
    """Read every landing file of the rows' sources; one that an intake destroys meanwhile holds nothing any more."""
    by_source: dict[str, dict[bytes, list[str] | None]] = {}
    for source_key, row_key, columns in rows:
        by_source.setdefault(source_key, {})[row_key] = columns
    for source_key, doomed in by_source.items():
        for folder in landing_folders(source_key):
            for file in sorted(folder.glob("rows-*.parquet")):
                with suppress(FileNotFoundError):
                    yield file, read_shard(file), doomed
            gone: dict[bytes, list[str] | None] = dict.fromkeys(doomed)  # of a past row nothing but its hashes is kept
            for file in sorted(folder.glob(f"{PAST}-*.parquet")):
                with suppress(FileNotFoundError):
                    if holds_any(file, gone):
                        yield file, read_shard(file), gone


def _without(frame: pd.DataFrame, doomed: dict[bytes, list[str] | None]) -> pd.DataFrame:
    whole = {key for key, columns in doomed.items() if columns is None}  # pandas finds no bytes that end in a zero
    kept = frame[[key not in whole for key in frame[KEY]]].copy()
    places = {str(column): place for place, column in enumerate(kept.columns)}
    for position, row_key in enumerate(kept[KEY]):
        for column in doomed.get(row_key) or ():
            if column in places:  # a landing under an older contract may not have it
                kept.iat[position, places[column]] = ""
    return kept


def _still(frame: pd.DataFrame, doomed: dict[bytes, list[str] | None]) -> int:
    found = 0
    for row in frame[[key in doomed for key in frame[KEY]]].to_dict("records"):
        columns = doomed[row[KEY]]
        found += 1 if columns is None else sum(bool(row.get(column)) for column in columns)
    return found
