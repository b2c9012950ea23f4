"""Normalise and classify one shard: pure work on landing rows, written beside them for the register to take in."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import text

from include.intake.classification import Klass
from include.intake.contracts import Contract
from include.intake.landing.files import landing_folder, shard_file, write_table
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.intake.listings import ListingRead, ListingReader
from include.intake.normalise import contact_key_text
from include.intake.progress import Progress
from include.intake.receiving import receipt_of
from include.store import Role, begin, keying

__all__ = ["LISTINGS", "POINTS", "prepare"]

LISTINGS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("row_key", pa.binary()),
        ("fingerprint", pa.binary()),
        ("known", pa.bool_()),
        ("name_class", pa.string()),
        ("name_holds_person", pa.bool_()),
        ("fields", pa.string()),
        ("provenance", pa.string()),
        ("country", pa.string()),
        ("language", pa.string()),
        ("opted_out", pa.bool_()),
    ]
)
POINTS = pa.schema(  # traits and reasons as PostgreSQL writes arrays
    [
        ("row_number", pa.int64()),
        ("kind", pa.string()),
        ("key", pa.binary()),
        ("value", pa.string()),
        ("normalised", pa.string()),
        ("number_type", pa.string()),
        ("traits", pa.string()),
        ("unparsed", pa.string()),
        ("source_column", pa.string()),
        ("class", pa.string()),
        ("score", pa.float64()),
        ("reasons", pa.string()),
        ("subject_key", pa.binary()),
    ]
)


def prepare(
    receipt_id: UUID, shard: int, contract: Contract, *, again: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Normalise and classify the rows of one shard that we do not hold as they are.

    Writes the shard's `listings` and `points` files and returns counts. With `again`, rows that the register holds
    are prepared too. Repeating it overwrites the same files with the same content; of a registered receipt, whose
    files may be gone, nothing is prepared.
    """
    if receipt_of(receipt_id).state == "registered":
        return {"rows": 0, "known": 0, "contact_points": 0}
    progress = progress or Progress(f"classifying {contract.key}, shard {shard}")
    folder = landing_folder(contract.key, receipt_id)
    rows = pq.read_table(shard_file(folder, "rows", shard))
    keys, prints = rows.column(KEY).to_pylist(), rows.column(FINGERPRINT).to_pylist()
    known = frozenset() if again else _known(contract.key, keys, prints)
    made = _Prepared(contract)
    with _without_collecting():
        for part in rows.to_batches(PART):
            made.add(part, known)
            progress.add(part.num_rows)
    write_table(shard_file(folder, "listings", shard), made.listings())
    write_table(shard_file(folder, "points", shard), made.points())
    return {"rows": rows.num_rows, "known": len(known), "contact_points": made.contact_points}


PART = 2_000
"""Rows between two looks at the clock."""


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the garbage collector alone: it would look through a shard's rows again and again, and they hold no cycles.

    A fifth of the time, measured.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Prepared:
    """What becomes of a shard's rows: listings and points in the order of their schemas."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._reader = ListingReader(contract)
        self._keyed = keying()
        self._held: list[pa.Table] = []
        self._listings: list[tuple[Any, ...]] = []
        self._points: list[tuple[Any, ...]] = []

    @property
    def contact_points(self) -> int:
        return len(self._points)

    def add(self, rows: pa.RecordBatch, known: frozenset[tuple[bytes, bytes]]) -> None:
        """Read and decide the rows that are not known; of the others, say that they are."""
        if known:
            pairs = zip(rows.column(KEY).to_pylist(), rows.column(FINGERPRINT).to_pylist(), strict=True)
            held = pa.array([pair in known for pair in pairs], pa.bool_())
            self._held.append(_as_held(rows.filter(held)))
            rows = rows.filter(pc.invert(held))
        for row in rows.to_pylist():
            read = self._reader.read(row)
            self._listings.append(_listing(row, self._contract, read))
            self._points.extend(_points(row, read, self._keyed))

    def listings(self) -> pa.Table:
        return pa.concat_tables([*self._held, _table(self._listings, LISTINGS)])

    def points(self) -> pa.Table:
        return _table(self._points, POINTS)


def _as_held(rows: pa.RecordBatch) -> pa.Table:
    """Say of rows that we hold them as they are: nothing but what they are recognised by is asked of them."""
    said = {"row_number": rows.column(ROW), "row_key": rows.column(KEY), "fingerprint": rows.column(FINGERPRINT)}
    said |= {"known": pa.repeat(True, rows.num_rows)}
    columns = [said.get(field.name, pa.nulls(rows.num_rows)).cast(field.type) for field in LISTINGS]
    return pa.Table.from_arrays(columns, schema=LISTINGS)


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _known(source_key: str, keys: Sequence[bytes], prints: Sequence[bytes]) -> frozenset[tuple[bytes, bytes]]:
    with begin(Role.INTAKE) as connection:
        found = connection.execute(
            text("""
                select row_key, fingerprint
                  from register.listing
                  join unnest(cast(:keys as bytea[]), cast(:prints as bytea[])) as given (row_key, fingerprint)
                       using (row_key, fingerprint)
                 where source_key = :source and state = 'active'
            """),
            {"source": source_key, "keys": list(keys), "prints": list(prints)},
        )
        return frozenset((bytes(row.row_key), bytes(row.fingerprint)) for row in found)


def _listing(row: dict[str, Any], contract: Contract, read: ListingRead) -> tuple[Any, ...]:
    """Give one listing in the order of LISTINGS."""
    opt_out = contract.opt_out
    return (
        row[ROW],
        row[KEY],
        row[FINGERPRINT],
        False,
        read.name.kind.value,
        read.name.holds_person,
        _json(read.fields),
        _object(tuple(read.provenance.items())),
        read.region,
        contract.language,
        opt_out is not None and opt_out.refuses(str(row[opt_out.column])),
    )


def _points(row: dict[str, Any], read: ListingRead, keyed: Callable[[str, str], bytes]) -> list[tuple[Any, ...]]:
    """Give the points of one listing in the order of POINTS."""
    keys = [keyed(reading.kind, contact_key_text(reading)) for _, reading, _ in read.points]
    owners = _subject_keys(row[KEY], read, keys, keyed)
    return [
        (
            row[ROW],
            reading.kind,
            key,
            reading.value,
            reading.normalised,
            reading.number_type,
            _array(reading.traits),
            reading.unparsed,
            column,
            why.klass.value,
            why.score,
            _array(why.reasons),
            owner,
        )
        for (column, reading, why), key, owner in zip(read.points, keys, owners, strict=True)
    ]


_quoted = json.encoder.encode_basestring  # what `json.dumps` calls for each text


def _json(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join([f'"{name}": {_quoted(text)}' for name, text in texts.items()]) + "}"


@lru_cache(maxsize=1 << 12)
def _object(items: tuple[tuple[str, str], ...]) -> str:
    """Write which column gave which field; rows that fill the same columns say the same."""
    return _json(dict(items))


@lru_cache(maxsize=1 << 14)
def _array(codes: frozenset[str] | tuple[str, ...]) -> str:
    """Write codes as an array of PostgreSQL; traits have no order of their own."""
    return f"{{{','.join(sorted(codes) if isinstance(codes, frozenset) else codes)}}}"


def _subject_keys(
    row_key: bytes, read: ListingRead, keys: list[bytes], keyed: Callable[[str, str], bytes]
) -> list[bytes | None]:
    """Say which person each point belongs to: every personal mailbox is somebody, the rest is the first one's.

    Without a mailbox the first mobile, then the first other phone, names the person; without any, the row does.
    """
    theirs = [
        (reading, key)
        for (_, reading, why), key in zip(read.points, keys, strict=True)
        if why.klass is not Klass.BUSINESS
    ]
    if not theirs:
        return [None] * len(keys)
    reached = [(reading, key) for reading, key in theirs if reading.normalised is not None]
    first = next(
        chain(
            (key for reading, key in reached if reading.kind == "email"),
            (key for reading, key in reached if reading.kind == "phone" and reading.number_type == "mobile"),
            (key for reading, key in reached if reading.kind == "phone"),
        ),
        None,
    ) or keyed("listing", row_key.hex())
    return [
        None if why.klass is Klass.BUSINESS else key if reading.kind == "email" and reading.normalised else first
        for (_, reading, why), key in zip(read.points, keys, strict=True)
    ]
