"""The quality gate of a landed receipt: floors fail the delivery, ceilings warn, and no result shows a value."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from include.errors import NeverRetry
from include.evidence import Kind, record
from include.intake.contracts import Contract
from include.intake.landing.actions import rows_landed, shards_of
from include.intake.landing.files import destroy, landing_folder, raw_file, shard_file
from include.intake.progress import Progress
from include.intake.quality import QualityReport, check_delivery, publish_docs
from include.intake.receiving import Receipt, fail_delivery, receipt_of
from include.law import edition_for
from include.store import Role, begin

__all__ = ["DeliveryFailed", "check"]

log = logging.getLogger("amanah.intake")


class DeliveryFailed(NeverRetry):
    """A floor of the contract is not reached: the delivery is not taken in, and what was landed is destroyed."""


def check(receipt_id: UUID, contract: Contract, *, at: datetime) -> QualityReport | None:
    """Check a landed receipt against its contract and publish the Data Docs, without values.

    Returns the report, or None where the receipt was checked before. Raises DeliveryFailed naming each floor, and again
    where it is asked a second time about a delivery that failed.
    """
    receipt = receipt_of(receipt_id)
    folder = landing_folder(contract.key, receipt_id)
    if receipt.state == "failed":  # and its try was cut short before all of it was destroyed
        _destroy_all(receipt_id, folder)
        raise DeliveryFailed(f"source {contract.key}: this delivery failed before; clear the run from `receive` on")
    if receipt.state != "landed":
        return None
    with begin(Role.INTAKE) as connection:
        counts = connection.execute(
            text("select counts from register.receipt where id = :id"), {"id": receipt_id}
        ).scalar_one()
    report = check_delivery(
        [shard_file(folder, "rows", number) for number in shards_of(receipt_id)],
        contract,
        received=int(counts["received"]),
        quarantined=int(counts["quarantined"]),
        progress=Progress(f"checking {contract.key}", rows_landed(receipt_id)),
    )
    publish_docs(contract.key, report, at=at)
    for warning in report.warnings:
        log.warning("source %s: %s", contract.key, warning.message)
    _set_state(receipt, "checked" if report.passed else "failed", contract, at)
    if not report.passed:
        _destroy_all(receipt_id, folder)
        failures = "; ".join(failure.message for failure in report.failures)
        raise DeliveryFailed(
            f"source {contract.key}: {failures}. Nothing of it was taken in: ask the publisher, "
            "or change the floor in the contract, and run again"
        )
    return report


def _destroy_all(receipt_id: UUID, folder: Path) -> None:
    for remains in (folder, raw_file(receipt_id)):
        destroy(remains)


def _set_state(receipt: Receipt, state: str, contract: Contract, at: datetime) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("update register.receipt set state = :state where id = :id"), {"state": state, "id": receipt.id}
        )
        if state == "failed":
            fail_delivery(connection, receipt.delivery_id)
            record(
                connection,
                Kind.DELIVERY_FAILED,
                at=at,
                edition=edition_for(contract.jurisdiction, at).name,
                refs={"receipt": receipt.id, "delivery": receipt.delivery_id},
                codes={"source": contract.key},
            )
