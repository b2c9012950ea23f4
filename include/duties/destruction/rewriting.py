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
Doomed = dict[bytes, list[str] | None]


def rewrite_landing(rows: Iterable[Row]) -> int:
    """Take the rows and cells out of every landing file of their sources; return how many files changed."""
    changed = 0
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "landing")  # an intake writes the same files
        files = list(_files(rows))
        progress = Progress("destroying in landing files", len(files), unit="files")
        for file, frame, doomed in _frames(files, progress):
            if _still(frame, doomed):
                with suppress(FileNotFoundError):
                    write_shard(file, _without(frame, doomed))
                    changed += 1
    return changed


def still_landed(rows: Iterable[Row]) -> int:
    """Count the rows and cells that landing files still hold although they were to go."""
    files = list(_files(rows))
    progress = Progress("looking into landing files again", len(files), unit="files")
    return sum(_still(frame, doomed) for _, frame, doomed in _frames(files, progress))


def _files(rows: Iterable[Row]) -> Iterator[tuple[Path, Doomed]]:
    """Find every landing file of the rows' sources, each with what is to go; of a past row all of it is."""
    by_source: dict[str, Doomed] = {}
    for source_key, row_key, columns in rows:
        by_source.setdefault(source_key, {})[row_key] = columns
    for source_key, doomed in by_source.items():
        gone: Doomed = dict.fromkeys(doomed)  # of a past row nothing but its hashes is kept
        for folder in landing_folders(source_key):
            yield from ((file, doomed) for file in sorted(folder.glob("rows-*.parquet")))
            yield from ((file, gone) for file in sorted(folder.glob(f"{PAST}-*.parquet")))


def _frames(files: Iterable[tuple[Path, Doomed]], progress: Progress) -> Iterator[tuple[Path, pd.DataFrame, Doomed]]:
    """Read the files, each in its turn; one that an intake destroys meanwhile holds nothing any more."""
    for file, doomed in files:
        with suppress(FileNotFoundError):
            if not file.name.startswith(PAST) or holds_any(file, doomed):
                yield file, read_shard(file), doomed
        progress.add(1)


def _without(frame: pd.DataFrame, doomed: Doomed) -> pd.DataFrame:
    whole = {key for key, columns in doomed.items() if columns is None}  # pandas finds no bytes that end in a zero
    kept = frame[[key not in whole for key in frame[KEY]]].copy()
    places = {str(column): place for place, column in enumerate(kept.columns)}
    for position, row_key in enumerate(kept[KEY]):
        for column in doomed.get(row_key) or ():
            if column in places:  # a landing under an older contract may not have it
                kept.iat[position, places[column]] = ""
    return kept


def _still(frame: pd.DataFrame, doomed: Doomed) -> int:
    found = 0
    for row in frame[[key in doomed for key in frame[KEY]]].to_dict("records"):
        columns = doomed[row[KEY]]
        found += 1 if columns is None else sum(bool(row.get(column)) for column in columns)
    return found
