"""What lies about and belongs to no delivery any more is destroyed (promise 4, IR 8(1)(b))."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, text

from include.intake.landing.files import destroy, landing_folders, read_shard, write_shard
from include.intake.landing.minimise import ROW
from include.intake.landing.past import PAST, forget_content
from include.store import Role, advisory_lock, begin, private_folder

__all__ = ["destroy_remains"]

STANDING = text("""
    select landing::text from register.delivery where source_key = :source and landing is not null
    union
    select id::text from register.receipt
     where source_key = :source and state in ('received', 'landed', 'checked')
""")
ENDED = text("""
    select id::text from register.receipt
     where source_key = :source and state in ('registered', 'failed') and id::text = any(:staged)
""")
REGISTERED = text("""
    select id::text from register.receipt
     where source_key = :source and state = 'registered' and id::text = any(:folders)
""")
CONTESTED = text("""
    select row_number from landing.quarantined where receipt_id = :receipt and reason = 'row_id_repeated'
""")


def destroy_remains(source_key: str) -> None:
    """Destroy what the source's receipts that have ended left: raw bytes, prepared files, rows set aside.

    A landing folder that nothing names goes; it is named by the delivery whose rows it holds, and by a receipt that is
    under way. Of one that was registered it stays known which rows it held, so that a backfill can look for them. Safe
    to do again, and beside an intake.
    """
    folders = {folder: folder.name.partition(".")[0] for folder in landing_folders(source_key)}
    staged = {file: file.name.partition(".")[0] for file in private_folder("staging").iterdir()}
    prepared = {folder: receipt for folder, receipt in folders.items() if any(_prepared(folder))}
    with begin(Role.INTAKE) as connection:
        values = {"source": source_key, "staged": [*staged.values(), *prepared.values()]}
        standing = set(connection.execute(STANDING, values).scalars())
        ended = set(connection.execute(ENDED, values).scalars())
        replaced = {folder for folder, receipt in folders.items() if receipt not in standing}
        named = {"source": source_key, "folders": [folder.name for folder in replaced]}
        registered = set(connection.execute(REGISTERED, named).scalars())
    for file, receipt in staged.items():
        if receipt in ended:
            destroy(file)
    for folder in replaced:
        if folder.name not in registered:
            destroy(folder)
        elif any(not file.name.startswith(PAST) for file in folder.iterdir()):
            _keep_past(folder, UUID(folder.name))
    for folder, receipt in prepared.items():
        if receipt in standing & ended:
            _clear(folder, UUID(receipt))


def _prepared(folder: Path) -> list[Path]:
    return [file for kind in ("listings", "points") for file in sorted(folder.glob(f"{kind}-*"))]


def _keep_past(folder: Path, receipt: UUID) -> None:
    _clear(folder, receipt)
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "landing")  # a destruction writes the same files
        forget_content(folder)


def _clear(folder: Path, receipt: UUID) -> None:
    """Take the rows whose row id was contested out of a registered receipt's files, then its prepared files.

    In this order: while a prepared file is left, there is something to clear.
    """
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "landing")  # a destruction writes the same files
        contested = list(connection.execute(CONTESTED, {"receipt": receipt}).scalars())
        for file in sorted(folder.glob("rows-*.parquet")) if contested else ():
            _without(connection, file, contested, receipt)
    for file in _prepared(folder):
        destroy(file)


def _without(connection: Connection, file: Path, contested: list[int], receipt: UUID) -> None:
    frame = read_shard(file)
    kept = frame[~frame[ROW].isin(contested)]
    if len(kept) < len(frame):
        write_shard(file, kept)
    connection.execute(
        text("update landing.shard set rows = :rows where receipt_id = :receipt and number = :number"),
        {"rows": len(kept), "receipt": receipt, "number": int(file.stem.rpartition("-")[2])},
    )
