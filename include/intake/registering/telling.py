"""What the ledger is told of a registration: every decision by a leaf, and what became of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.evidence import Batch, Kind, leaf_form, learn, record
from include.intake.classification import RULES
from include.intake.contracts import Contract
from include.intake.receiving import Receipt
from include.law import Edition
from include.store import copy_into
from include.store.sql import Steps

__all__ = ["ROW_COUNTS", "decisions_told", "tell"]

ROW_COUNTS = ("received", "new", "unchanged", "changed", "duplicates", "suppressed", "quarantined")
STEPS = Steps("include.intake.registering", "telling.sql")
CONTESTED = "row_id_repeated"


def tell(
    connection: Connection,
    receipt: Receipt,
    contract: Contract,
    edition: Edition,
    at: datetime,
    counts: dict[str, Any],
    replaced: dict[str, int],
    **more: int,
) -> None:
    """Record what was taken in; last in its unit of work, for writers pass one at a time.

    `replaced` counts by transition what was held elsewhere and is decided otherwise by what this delivery says.
    """
    common: dict[str, Any] = {"at": at, "edition": edition.name, "codes": {"source": contract.key}}
    refs = {"receipt": receipt.id, "delivery": receipt.delivery_id}
    learn(connection, RULES)
    for leaves, classes in decisions_told(connection):
        record(
            connection,
            Kind.DECISIONS_MADE,
            **(common | {"codes": {"source": contract.key, "rules": RULES}}),
            refs=refs,
            leaves=leaves,
            counts=classes,
        )
    if replaced:
        codes = {"source": contract.key, "rules": RULES}
        record(connection, Kind.DECISIONS_REPLACED, **(common | {"codes": codes}), refs=refs, counts=replaced)
    if more["contested"]:
        learn(connection, CONTESTED)
        codes = {"source": contract.key, "reason": CONTESTED}
        record(
            connection,
            Kind.ROWS_QUARANTINED,
            **(common | {"codes": codes}),
            refs={"receipt": receipt.id},
            counts={"rows": more["contested"]},
        )
    if more["subjects"]:
        record(connection, Kind.SUBJECTS_FOUND, **common, refs=refs, counts={"subjects": more["subjects"]})
    if more["withdrawn"]:
        record(connection, Kind.LISTINGS_WITHDRAWN, **common, refs=refs, counts={"listings": more["withdrawn"]})
    rows = {name: counts[name] for name in ROW_COUNTS} | {"gone": more["gone"]}
    record(connection, Kind.DELIVERY_REGISTERED, **common, refs=refs, counts=rows)


def decisions_told(connection: Connection) -> Iterator[tuple[Batch, dict[str, int]]]:
    """Hash every decision that was made, batch by batch: the database does, in the few forms that decisions have."""
    STEPS.run(connection, "told_forms")
    forms = [
        (number, *leaf_form("point", klass=klass, score=score, reasons=reasons, rules=RULES))
        for number, klass, score, reasons in STEPS.rows(connection, "forms")
    ]
    copy_into(connection, "leaf_form", ("form", "before", "behind"), forms)
    for batch, business, personal, undetermined in STEPS.rows(connection, "batches"):
        (row,) = STEPS.rows(connection, "leaves", {"batch": batch})
        classes = {"business": int(business), "personal": int(personal), "undetermined": int(undetermined)}
        yield Batch(bytes(row.leaves)), classes
