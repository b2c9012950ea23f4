"""What a newer delivery says of a row stands; what older ones said of it is destroyed (IR 8(1)(b), promise 4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
from sqlalchemy import text

from include.intake.landing.files import destroy, landing_folder, read_shard, write_shard
from include.intake.landing.minimise import KEY
from include.intake.landing.past import remember_rows
from include.store import Role, advisory_lock, begin

__all__ = ["destroy_superseded"]

OLDER = text("""
    select older.id
      from register.receipt mine
      join register.receipt older on older.source_key = mine.source_key and older.closed_at < mine.closed_at
      join register.delivery on delivery.landing = older.id
     where mine.id = :receipt and mine.state = 'registered' and older.state = 'registered'
""")


def destroy_superseded(source_key: str, receipt_id: UUID) -> int:
    """Take the rows of a registered receipt out of the source's older landing files; return how many files changed.

    For deliveries that add to each other: the newer file holds the row, and what its publisher took out of it since
    is held nowhere. Each file changes whole or not at all; doing it again changes nothing more.
    """
    changed = 0
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "landing")  # a destruction writes the same files
        older = list(connection.execute(OLDER, {"receipt": receipt_id}).scalars())
        newer = {key for file in _files(source_key, receipt_id) for key in _keys(file)} if older else set()
        for file in (file for receipt in older if newer for file in _files(source_key, receipt)):
            if not newer.isdisjoint(_keys(file)):
                remember_rows(file)
                frame = read_shard(file)
                kept = frame[[key not in newer for key in frame[KEY]]]  # pandas finds no bytes that end in a zero
                if kept.empty:
                    destroy(file)
                else:
                    write_shard(file, kept)
                changed += 1
    return changed


def _files(source_key: str, receipt_id: UUID) -> Iterator[Path]:
    yield from sorted(landing_folder(source_key, receipt_id).glob("rows-*.parquet"))


def _keys(file: Path) -> list[bytes]:
    keys: list[bytes] = pq.read_table(file, columns=[KEY]).column(KEY).to_pylist()
    return keys
