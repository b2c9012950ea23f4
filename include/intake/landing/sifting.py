"""Landed rows before they are registered: whoever was destroyed or suppressed since does not come in with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from include.evidence import Kind, record
from include.intake.contracts import Contract
from include.intake.landing.files import landing_folder, read_shard, shard_file, write_shard
from include.intake.landing.minimise import FINGERPRINT, fingerprint
from include.intake.landing.suppressing import suppress
from include.intake.receiving import Receipt
from include.law import edition_for
from include.store import Role, advisory_lock, begin

__all__ = ["sift"]


def sift(receipt: Receipt, shards: list[int], contract: Contract, *, at: datetime) -> None:
    """Suppress once more in a receipt's landing files, and count its rows again.

    Between landing and registration a night may pass: a destruction may have taken rows out of the files, or
    remembered somebody who is in them. Each file changes whole or not at all; doing it again changes nothing more.
    """
    folder, rows, contacts = landing_folder(contract.key, receipt.id), {}, 0
    for number in shards:
        file = shard_file(folder, "rows", number)
        frame = read_shard(file)
        with begin(Role.INTAKE) as connection:
            filtered = suppress(connection, contract, frame.drop(columns=FINGERPRINT))
        if filtered.rows or filtered.contacts:
            write_shard(file, fingerprint(filtered.frame, contract))
        rows[number] = len(filtered.frame)
        contacts += filtered.contacts
    _count_again(receipt, contract, rows, contacts, at)


def _count_again(receipt: Receipt, contract: Contract, rows: dict[int, int], contacts: int, at: datetime) -> None:
    """What is neither in a file nor set aside was suppressed."""
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, f"source:{contract.key}")
        for number, left in rows.items():
            connection.execute(
                text("update landing.shard set rows = :rows where receipt_id = :id and number = :number"),
                {"id": receipt.id, "number": number, "rows": left},
            )
        counts = connection.execute(
            text("select counts from register.receipt where id = :id for update"), {"id": receipt.id}
        ).scalar_one()
        suppressed = counts["received"] - counts["quarantined"] - sum(rows.values())
        more = suppressed - counts["suppressed"]
        connection.execute(
            text("""
                update register.receipt
                   set counts = counts || jsonb_build_object('suppressed', cast(:suppressed as int)) where id = :id
            """),
            {"id": receipt.id, "suppressed": suppressed},
        )
        if more or contacts:
            record(
                connection,
                Kind.ROWS_SUPPRESSED,
                at=at,
                edition=edition_for(contract.jurisdiction, at).name,
                refs={"receipt": receipt.id},
                codes={"source": contract.key},
                counts={"rows": more, "contact_points": contacts},
            )
