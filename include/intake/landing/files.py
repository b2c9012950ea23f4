"""Where raw bytes and landing files lie: closed folders under the project's home, named by ids alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from include.store import home, private_folder
from include.store.disk import room_on_disk

__all__ = [
    "destroy",
    "landing_folder",
    "landing_folders",
    "raw_file",
    "read_batches",
    "read_shard",
    "rows_in",
    "shard_file",
    "write_shard",
    "write_table",
]


def raw_file(receipt_id: UUID) -> Path:
    """Name the file that holds a delivery's raw bytes until it is registered."""
    return private_folder("staging") / f"{receipt_id}.raw"


def landing_folder(source_key: str, receipt_id: UUID) -> Path:
    """Name the folder of one receipt's landing files. It is not created here."""
    return private_folder("landing", source_key) / str(receipt_id)


def landing_folders(source_key: str) -> Iterator[Path]:
    """Find every landing folder that a source has, whatever its delivery."""
    root = home() / "landing" / source_key
    yield from sorted(folder for folder in root.glob("*") if folder.is_dir())


def shard_file(folder: Path, kind: str, number: int) -> Path:
    """Name one Parquet file: `rows`, `listings` or `points` of one shard."""
    return folder / f"{kind}-{number:05d}.parquet"


def write_table(path: Path, table: pa.Table) -> None:
    """Write one Parquet file whole or not at all, readable by its owner only. DiskFull where there is no room."""
    unfinished = path.with_suffix(".unfinished")
    with room_on_disk():
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as sink:
            pq.write_table(table, sink, use_dictionary=_repeating(table.schema))
            sink.flush()
            os.fsync(sink.fileno())
        unfinished.replace(path)


def _repeating(schema: pa.Schema) -> list[str]:
    """Name the columns whose values may come again and again: no two hashes of a shard are alike."""
    return [column.name for column in schema if not pa.types.is_binary(column.type)]


def write_shard(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame of landing rows as one Parquet file."""
    write_table(path, pa.Table.from_pandas(frame, preserve_index=False))


def read_shard(path: Path) -> pd.DataFrame:
    """Read one Parquet file as it was written."""
    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    return frame


def read_batches(paths: Iterable[Path], columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of Parquet files in order, of all columns or of these, a batch in memory at a time."""
    for path in paths:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(columns=columns)


def rows_in(paths: Iterable[Path]) -> int:
    """Count the rows of Parquet files."""
    return sum(int(pq.read_metadata(path).num_rows) for path in paths)


def destroy(path: Path) -> None:
    """Take away a file or a folder of them, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
