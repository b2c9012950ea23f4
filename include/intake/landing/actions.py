"""Land a receipt: read, minimise, set aside, suppress, and write what may stay. Whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pandas as pd
from sqlalchemy import Connection, text

from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.intake.contracts import Contract, check_columns
from include.intake.landing.files import destroy, landing_folder, raw_file, shard_file, write_shard
from include.intake.landing.minimise import KEY, fingerprint, minimise, name_rows
from include.intake.landing.suppressing import suppress
from include.intake.progress import Progress
from include.intake.quality import scan
from include.intake.reading import Chunk, Way, read
from include.intake.receiving import Receipt, receipt_of
from include.law import edition_for
from include.store import Role, advisory_lock, begin, copy_into

__all__ = ["ContractMismatch", "land", "rows_landed", "shards_of"]


class ContractMismatch(NeverRetry):
    """The file and the contract do not fit: a column is unknown or missing."""


class RawBytesGone(NeverRetry):
    """The delivery failed before and its bytes were destroyed: it has to be received again."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is not stored: where it stood, its keyed name if it has one, why, and the column that shows it."""

    row: int
    row_key: bytes | None
    reason: str
    column: str | None


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    received: int = 0
    suppressed: int = 0
    contacts_suppressed: int = 0
    columns: set[str] = field(default_factory=set)
    set_aside: list[SetAside] = field(default_factory=list)
    shards: list[int] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)


def land(receipt_id: UUID, contract: Contract, *, at: datetime, chunk_rows: int = 20_000) -> list[int]:
    """Write the receipt's minimised rows as landing files and return the shard numbers.

    A receipt that has landed is left as it is. A landing that was cut short is begun again from its raw bytes.
    Raises ContractMismatch, or the reader's own errors, each naming column or row and never a value.
    """
    receipt = receipt_of(receipt_id)
    if receipt.state not in ("received", "failed"):
        return shards_of(receipt_id)
    folder = landing_folder(contract.key, receipt_id)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    for remains in (unfinished, folder):
        destroy(remains)
    if receipt.state == "failed":  # and its try was cut short before all of it was destroyed
        destroy(raw_file(receipt_id))
    if not raw_file(receipt_id).exists():
        raise RawBytesGone(f"receipt {receipt_id}: its raw bytes are gone; clear the run from `receive` on")
    unfinished.mkdir(mode=0o700)
    tally, way = Tally(), Way()
    progress = Progress(f"landing {contract.key}", _as_many_as_before(contract.key), share=way.share)
    called = f"source {contract.key}"
    for chunk in read(raw_file(receipt_id), contract.format, chunk_rows=chunk_rows, called=called, way=way):
        _land_chunk(chunk, contract, tally, unfinished)
        progress.add(len(chunk.frame) + len(chunk.faults))
    _check_missing(contract, tally)
    unfinished.rename(folder)
    _record(receipt, contract, tally, folder, at)
    return tally.shards


def _as_many_as_before(source_key: str) -> int | None:
    """Expect as many rows as the source delivered last: how many there are now is known at the end only."""
    before = text("""
        select cast(counts ->> 'received' as bigint) from register.receipt
         where source_key = :source and state = 'registered' order by closed_at desc limit 1
    """)
    with begin(Role.INTAKE) as connection:
        return connection.execute(before, {"source": source_key}).scalar()


def shards_of(receipt_id: UUID) -> list[int]:
    """List the shard numbers of a landed receipt."""
    with begin(Role.INTAKE) as connection:
        rows = connection.execute(
            text("select number from landing.shard where receipt_id = :id order by number"), {"id": receipt_id}
        )
        return [row.number for row in rows]


def rows_landed(receipt_id: UUID, shards: Sequence[int] | None = None) -> int:
    """Count the rows of a landed receipt, of all its shards or of some."""
    with begin(Role.INTAKE) as connection:
        rows = connection.execute(
            text("""
                select coalesce(sum(rows), 0) from landing.shard
                 where receipt_id = :id and (:every or number = any(:shards))
            """),
            {"id": receipt_id, "every": shards is None, "shards": list(shards or ())},
        )
        return int(rows.scalar_one())


def _land_chunk(chunk: Chunk, contract: Contract, tally: Tally, folder: Path) -> None:
    found = [str(column) for column in chunk.frame.columns]
    columns = check_columns(contract, found)
    if columns.unknown:
        raise ContractMismatch(f"source {contract.key}: {columns.message}")
    tally.columns.update(found)
    tally.dropped.update(columns.ignored)
    tally.received += len(chunk.frame) + len(chunk.faults)
    tally.set_aside.extend(SetAside(fault.row, None, fault.reason, None) for fault in chunk.faults)
    named = name_rows(minimise(chunk.frame.rename(columns=columns.names), contract), contract)
    clean = _without_sensitive(named, contract, tally)
    with begin(Role.INTAKE) as connection:
        filtered = suppress(connection, contract, clean)
    tally.suppressed += filtered.rows
    tally.contacts_suppressed += filtered.contacts
    if not filtered.frame.empty:
        number = len(tally.shards) + 1
        write_shard(shard_file(folder, "rows", number), fingerprint(filtered.frame, contract))
        tally.shards.append(number)


def _without_sensitive(named: pd.DataFrame, contract: Contract, tally: Tally) -> pd.DataFrame:
    """Set aside rows that show what must not be collected at all (LIA-01): nothing of them is stored."""
    fields = {column: mapping.field for column, mapping in contract.columns.items()}
    found = scan(named[[column for column in named.columns if column in fields]], fields, region=contract.region)
    first: dict[int, tuple[str, str]] = {}
    for row, column, code in found.itertuples(index=False):
        first.setdefault(int(row), (str(column), str(code)))
    keys = named[KEY]
    tally.set_aside.extend(SetAside(row, keys[row], code, column) for row, (column, code) in first.items())
    return named.drop(index=list(first))


def _check_missing(contract: Contract, tally: Tally) -> None:
    if not tally.received:
        raise ContractMismatch(f"source {contract.key}: the file has no rows; ask the publisher for it again")
    columns = check_columns(contract, sorted(tally.columns))
    if columns.missing:
        raise ContractMismatch(f"source {contract.key}: {columns.message}")
    if len({row.row for row in tally.set_aside}) == tally.received:  # else a full delivery would withdraw all we hold
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in Counter(r.reason for r in tally.set_aside).items())
        raise ContractMismatch(
            f"source {contract.key}: not one of the {tally.received:,} rows could be taken in ({reasons}): check "
            "format in the contract, or ask the publisher"
        )


def _record(receipt: Receipt, contract: Contract, tally: Tally, folder: Path, at: datetime) -> None:
    """Make the landing visible: shards, rows set aside, counts and evidence in one transaction."""
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, f"source:{contract.key}")
        for table in ("landing.shard", "landing.quarantined", "register.set_aside"):
            connection.execute(text(f"delete from {table} where receipt_id = :id"), {"id": receipt.id})
        copy_into(
            connection,
            "landing.quarantined",
            ("receipt_id", "row_number", "row_key", "reason", "source_column"),
            ((receipt.id, row.row, row.row_key, row.reason, row.column) for row in tally.set_aside),
        )
        for reason, rows in Counter(row.reason for row in tally.set_aside).items():
            connection.execute(
                text("insert into register.set_aside (receipt_id, reason, rows) values (:id, :reason, :rows)"),
                {"id": receipt.id, "reason": reason, "rows": rows},
            )
        for number in tally.shards:
            connection.execute(
                text("insert into landing.shard (receipt_id, number, rows) values (:id, :number, :rows)"),
                {"id": receipt.id, "number": number, "rows": _rows(folder, number)},
            )
        connection.execute(
            text("""
                update register.receipt
                   set state = 'landed',
                       counts = jsonb_build_object('received', :received, 'suppressed', :suppressed,
                                                   'quarantined', :quarantined)
                 where id = :id
            """),
            {
                "id": receipt.id,
                "received": tally.received,
                "suppressed": tally.suppressed,
                "quarantined": len(tally.set_aside),
            },
        )
        _evidence(connection, receipt, contract, tally, at)


def _rows(folder: Path, number: int) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(shard_file(folder, "rows", number)).num_rows)


def _evidence(connection: Connection, receipt: Receipt, contract: Contract, tally: Tally, at: datetime) -> None:
    edition = edition_for(contract.jurisdiction, at).name
    refs, codes = {"receipt": receipt.id}, {"source": contract.key}

    def note(kind: Kind, **counts: int) -> None:
        record(connection, kind, at=at, edition=edition, refs=refs, codes=codes, counts=counts)

    note(Kind.COLUMNS_DROPPED, columns=len(tally.dropped))
    if tally.suppressed or tally.contacts_suppressed:
        note(Kind.ROWS_SUPPRESSED, rows=tally.suppressed, contact_points=tally.contacts_suppressed)
    reasons = Counter(row.reason for row in tally.set_aside)
    learn(connection, *sorted(reasons))
    for reason, rows in sorted(reasons.items()):
        record(
            connection,
            Kind.ROWS_QUARANTINED,
            at=at,
            edition=edition,
            refs=refs,
            codes={**codes, "reason": reason},
            counts={"rows": rows},
        )
