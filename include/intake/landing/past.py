"""Which rows a past delivery had, without what they said: what is left of landing files that a later one replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import text

from include.intake.landing.files import destroy, landing_folder, landing_folders, read_batches, write_table
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.store import Role, advisory_lock, begin

__all__ = ["KEPT", "PAST", "forget_content", "forget_past", "holds_any", "past_rows", "remember_rows"]

KEPT = timedelta(days=35)
"""So long after its last receipt a past delivery can be read again: as long as the longest clock of its rows, and a few
days. Only keyed hashes are kept, and those of destroyed rows are not."""
PAST = "seen"
COLUMNS = [ROW, KEY, FINGERPRINT]
STANDS = text("""
    select coalesce(receipt.landing, receipt.id)::text
      from register.receipt where source_key = :source and state = 'registered' and closed_at >= :since
    union
    select landing::text from register.delivery where source_key = :source and landing is not null
    union
    select id::text from register.receipt where source_key = :source and state in ('received', 'landed', 'checked')
""")


def remember_rows(file: Path) -> None:
    """Write down once which rows a landing file holds, by keyed hashes, before any of them is taken out."""
    past = file.with_name(file.name.replace("rows", PAST, 1))
    if not past.exists():
        write_table(past, pq.read_table(file, columns=COLUMNS))


def forget_content(folder: Path) -> None:
    """Keep of a landing folder which rows it held, and destroy what they said. Safe to do again."""
    for file in sorted(folder.glob("rows-*.parquet")):
        remember_rows(file)
    for file in sorted(folder.iterdir()):
        if not file.name.startswith(f"{PAST}-"):
            destroy(file)


def past_rows(source_key: str, receipt_id: UUID) -> Iterator[tuple[int, bytes, bytes]] | None:
    """Yield row number, row key and fingerprint of every row that a receipt landed; None where nobody knows any more.

    Rows that were destroyed since are not among them.
    """
    folder = landing_folder(source_key, receipt_id)
    files = {file.name.partition("-")[2]: file for kind in ("rows", PAST) for file in folder.glob(f"{kind}-*.parquet")}
    return _rows([file for _, file in sorted(files.items())]) if folder.is_dir() else None


def holds_any(file: Path, row_keys: Iterable[bytes]) -> bool:
    """Say whether a file names any of these rows; no more of it is read than that takes."""
    keys = pq.read_table(file, columns=[KEY]).column(KEY)
    return len(keys) > 0 and bool(pc.any(pc.is_in(keys, pa.array(row_keys, keys.type))).as_py())


def _rows(files: list[Path]) -> Iterator[tuple[int, bytes, bytes]]:
    for batch in read_batches(files, COLUMNS):
        yield from zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True)


def forget_past(source_key: str, at: datetime) -> int:
    """Destroy what is left of deliveries that nobody can ask for any more; return how many folders went."""
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "landing")  # a destruction writes the same files
        stands = set(connection.execute(STANDS, {"source": source_key, "since": at - KEPT}).scalars())
        gone = [folder for folder in landing_folders(source_key) if folder.name.partition(".")[0] not in stands]
        for folder in gone:
            destroy(folder)
    return len(gone)
