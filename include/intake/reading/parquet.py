"""Read a Parquet file row group by row group, every value as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from include.intake.contracts.format import Format
from include.intake.reading.fielding import Fields, chunks_of
from include.intake.reading.file import File
from include.intake.reading.flattening import NestingError, flatten
from include.intake.reading.gathering import RECORD_CHARACTERS, Gathering, name_columns
from include.intake.reading.model import Chunk, Reason, UnreadableFile
from include.intake.reading.texts import EXACT, text_of

__all__ = ["read_parquet"]

BATCH = 1_000
"""Rows that are unpacked at a time: a file can say one huge cell for each of its rows in a few bytes."""
BUFFER = 1 << 20
SINGLE = 1 << 24
"""Whole numbers from here on are not exact as a float of 32 bits."""


def read_parquet(file: File, format: Format, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the rows; one empty chunk where there are none. What is nested is laid out as that of JSON is.

    Raises UnreadableFile where the file is damaged, breaks off or is encrypted.
    """
    del format
    try:
        with file.seekable() as stream, pq.ParquetFile(stream, buffer_size=BUFFER, pre_buffer=False) as table:
            schema = table.schema_arrow
            names = name_columns(schema.names, file.name)
            exact = [SINGLE if pa.types.is_floating(kind) and kind.bit_width <= 32 else EXACT for kind in schema.types]
            batches = table.iter_batches(BATCH)
            if any(pa.types.is_nested(kind) for kind in schema.types):
                records = (record for batch in batches for record in _records(batch, names, exact))
                yield from chunks_of(records, file, chunk_rows, advice="keep only the columns that the contract takes")
            else:
                yield from _flat(batches, names, exact, chunk_rows)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's own, not Parquet's
            raise
        raise UnreadableFile(
            f"{file.name}: is not a readable Parquet file ({type(error).__name__}): damaged, encrypted or breaking "
            "off; fetch it again"
        ) from None


def _flat(batches: Iterator[pa.RecordBatch], names: list[str], exact: list[float], chunk_rows: int) -> Iterator[Chunk]:
    gathering, empty = Gathering(chunk_rows), True
    for batch in batches:
        for cells in zip(*_columns(batch, exact), strict=True):
            characters = sum(map(len, cells))
            if characters >= RECORD_CHARACTERS:
                gathering.set_aside(Reason.RECORD_TOO_LARGE)
            else:
                gathering.add(cells, characters)
            if gathering.full:
                yield gathering.chunk(names)
                empty = False
    if empty or len(gathering):
        yield gathering.chunk(names)


def _columns(batch: pa.RecordBatch, exact: list[float]) -> Iterator[list[str]]:
    for column, limit in zip(batch.columns, exact, strict=True):
        if pa.types.is_integer(column.type):
            yield column.cast(pa.string()).fill_null("").to_pylist()
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield column.fill_null("").to_pylist()
        else:
            yield [text_of(value, limit) for value in column.to_pylist()]


def _records(batch: pa.RecordBatch, names: list[str], exact: list[float]) -> Iterator[Fields | Reason]:
    columns = (
        [_plain(value, limit) for value in column.to_pylist()]
        for column, limit in zip(batch.columns, exact, strict=True)
    )
    for values in zip(*columns, strict=True):
        try:
            yield flatten(dict(zip(names, values, strict=True)))
        except NestingError:
            yield Reason.NESTED_TOO_DEEPLY


def _plain(value: Any, exact: float) -> Any:
    """Return a nested value as JSON would have it, with every leaf as text."""
    if isinstance(value, Mapping):
        return {name: _plain(inner, exact) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(item, exact) for item in value]
    if isinstance(value, tuple):  # an entry of a map
        return {str(value[0]): _plain(value[1], exact)}
    return None if value is None else text_of(value, exact)
