"""Read a file of any known format in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from include.errors import MayBeRetried
from include.intake.contracts.format import Format, FormatType
from include.intake.reading.delimited import read_delimited
from include.intake.reading.detection import resolve_file
from include.intake.reading.documents import read_document, read_json_lines
from include.intake.reading.file import File, Way, file_in
from include.intake.reading.model import Chunk
from include.intake.reading.parquet import read_parquet
from include.intake.reading.records import read_records
from include.intake.reading.vcard import read_vcard
from include.intake.reading.workbook import read_workbook
from include.intake.reading.xml import read_xml

__all__ = ["columns", "read"]

Reader = Callable[[File, Format, int], Iterator[Chunk]]
READERS: dict[FormatType, Reader] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "xlsx": read_workbook,
    "xls": read_workbook,
    "parquet": read_parquet,
    "json": read_document,
    "jsonl": read_json_lines,
    "xml": read_xml,
    "vcard": read_vcard,
    "records": read_records,
}
FIELDED = frozenset({"json", "jsonl", "xml", "vcard", "records"})
"""Types whose records each bring their own fields."""
PEEKED = 1000
"""Records of such a file from which its columns are told; another may turn up later."""


def read(
    path: Path, format: Format, chunk_rows: int = 20_000, *, called: str = "", way: Way | None = None
) -> Iterator[Chunk]:
    """Yield the file's records in order, in chunks of at most so many; memory does not grow with the file.

    A file without records yields one empty chunk. A record that cannot be read becomes a fault of its chunk. `called`
    is how messages call the file, where its own name says nothing; `way` is told how far it is read. Raises
    UnreadableFile where the file as a whole is not what the format says, and MayBeRetried where it cannot be opened.
    """
    try:
        file = file_in(path, format, called, way)
        known = resolve_file(file, format)
        yield from READERS[known.type](file, known, chunk_rows)
    except OSError as error:
        raise MayBeRetried(
            f"{called or path.name}: cannot be opened ({type(error).__name__}); check that it is there"
        ) from None


def columns(path: Path, format: Format) -> list[str]:
    """Return the file's column names; of JSON and the like, those of its first thousand records. Raises as `read`."""
    chunk = next(read(path, format, PEEKED if format.type in FIELDED else 1))
    return [str(name) for name in chunk.frame.columns]
