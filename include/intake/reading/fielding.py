"""Gather records that each bring their own fields: of JSON, XML, vCard and text records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from include.intake.reading.file import File
from include.intake.reading.flattening import empty_parents
from include.intake.reading.gathering import MOST_COLUMNS, RECORD_CHARACTERS, Gathering, fault_in
from include.intake.reading.model import Chunk, Reason, UnreadableFile

__all__ = ["Fields", "chunks_of"]

Fields = Mapping[str, str]
"""A record: what stands in each of its fields."""


def chunks_of(
    records: Iterable[Fields | Reason], file: File, chunk_rows: int, *, nested: bool = True, advice: str
) -> Iterator[Chunk]:
    """Yield records in chunks whose columns are the fields met in them; one empty chunk where there is no record.

    `nested` says whether a dot in a field's name parts an outer from an inner one. Raises UnreadableFile where there
    are more different fields than a directory has; `advice` is then what the operator should look at.
    """
    gathering, empty = _Fielding(chunk_rows, file, advice, nested), True
    for record in records:
        gathering.take(record)
        if gathering.full:
            yield gathering.hand_on()
            empty = False
    if empty or len(gathering):
        yield gathering.hand_on()


class _Fielding(Gathering):
    """Gather records until a chunk is full, and note which fields they have."""

    def __init__(self, chunk_rows: int, file: File, advice: str, nested: bool) -> None:
        super().__init__(chunk_rows)
        self._file, self._advice = file.name, advice
        self._parents = set[str]() if nested else None
        self._records: list[Fields] = []
        self._columns: dict[str, None] = {}

    def take(self, record: Fields | Reason) -> None:
        """Take the next record, or set it aside."""
        if isinstance(record, Reason):
            self.set_aside(record)
            return
        characters = sum(map(len, chain.from_iterable(record.items())))
        if characters >= RECORD_CHARACTERS:
            self.set_aside(Reason.RECORD_TOO_LARGE)
            return
        if fault := next((fault for name in record if name not in self._columns and (fault := fault_in(name))), None):
            self.set_aside(fault)
            return
        self._columns.update(dict.fromkeys(record))
        if len(self._columns) > MOST_COLUMNS:
            raise UnreadableFile(
                f"{self._file}: more than {MOST_COLUMNS:,} different fields by record {self.record + 1}; {self._advice}"
            )
        self.add((), characters)
        self._records.append(record)

    def hand_on(self) -> Chunk:
        """Hand on what was gathered with the columns that were met."""
        dropped = set() if self._parents is None else empty_parents(self._columns, self._records, self._parents)
        columns = [column for column in self._columns if column not in dropped]
        self._cells = [record.get(column, "") for record in self._records for column in columns]
        self._records, self._columns = [], {}
        return self.chunk(columns)
