"""One transaction: the prepared shards of a receipt become what we hold, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.errors import MayBeRetried, NeverRetry
from include.evidence import Batch, Kind, leaf_form, learn, record
from include.intake.classification import RULES
from include.intake.contracts import Contract
from include.intake.landing.actions import shards_of
from include.intake.landing.files import landing_folder, read_batches, shard_file
from include.intake.landing.remains import destroy_remains
from include.intake.landing.sifting import sift
from include.intake.landing.superseding import destroy_superseded
from include.intake.preparing import LISTINGS, POINTS, prepare
from include.intake.progress import stages
from include.intake.receiving import Receipt, receipt_of
from include.intake.routing import permissions
from include.intake.turns import refuse_overtaken
from include.law import Edition, edition_for
from include.store import Role, advisory_lock, begin, copy_into, copy_tables
from include.store.sql import Steps

__all__ = ["ROW_COUNTS", "NotChecked", "counts_of", "register"]

ROW_COUNTS = ("received", "new", "unchanged", "changed", "duplicates", "suppressed", "quarantined")
STEPS = Steps("include.intake.registering", "take_in.sql")
CONTESTED = "row_id_repeated"
KINDS = {"new": "new", "unchanged": "unchanged", "changed": "changed", "duplicate": "duplicates"}


ROOMY = text("set local work_mem = '128MB'")
"""A delivery is sorted and joined as a whole: in memory where it fits."""
LEAVES = 1 << 20
"""So many decisions are told in one event: a larger delivery has several."""
TRIES = 3
"""So often a delivery is prepared anew in one try, where destructions go on beside it."""


class NotChecked(NeverRetry):
    """A delivery that failed, or was not looked at, is not taken in."""


class StaleError(MayBeRetried):
    """What was prepared is not as it was: rows that were held are no more, or somebody in it was suppressed since."""


def register(receipt_id: UUID, contract: Contract, *, at: datetime) -> dict[str, Any]:
    """Take a prepared receipt into the register and return its counts.

    Rows are recognised by row key and fingerprint; new ones are added, changed ones re-decided with the old decision
    kept, and those gone from a full delivery marked as withdrawn by their source. Raw bytes, and rows whose row id is
    contested, are destroyed afterwards. Doing it again for a registered receipt changes nothing. Raises NotChecked for
    a delivery that did not pass the quality gate, Overtaken where a later one is registered already, StaleError (may be
    retried) where destructions overtake it.
    """
    receipt = receipt_of(receipt_id)
    if receipt.state not in ("checked", "registered"):
        raise NotChecked(f"source {contract.key}: this delivery did not pass the quality gate; run `check` first")
    for left in reversed(range(TRIES)) if receipt.state == "checked" else ():
        try:
            with stages(f"registering {contract.key}"):
                _take_in(receipt, contract, at)
            break
        except StaleError:
            if not left:
                raise
            _prepare_again(receipt, contract, at)
    destroy_remains(contract.key)
    if contract.delivery == "incremental":
        destroy_superseded(contract.key, receipt_id)
    return counts_of(receipt_id)


def _prepare_again(receipt: Receipt, contract: Contract, at: datetime) -> None:
    shards = shards_of(receipt.id)
    sift(receipt, shards, contract, at=at)
    for shard in shards:
        prepare(receipt.id, shard, contract, again=True)


def counts_of(receipt_id: UUID) -> dict[str, Any]:
    """Read a receipt's counts: rows that add up to `received`, and contact points by class."""
    with begin(Role.INTAKE) as connection:
        counts = connection.execute(
            text("select counts from register.receipt where id = :id"), {"id": receipt_id}
        ).scalar_one()
    order = (*ROW_COUNTS, "contact_points")
    return {name: counts[name] for name in order if name in counts}


def _take_in(receipt: Receipt, contract: Contract, at: datetime) -> None:
    edition = edition_for(contract.jurisdiction, at)
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
        connection.execute(ROOMY)
        refuse_overtaken(connection, contract.key, receipt.id)
        values = _values(connection, receipt, contract, edition, at)
        _load(connection, receipt, contract)
        STEPS.run(connection, "fates", values)
        if STEPS.one(connection, "unprepared", values) or STEPS.one(connection, "overtaken", values):
            raise StaleError(f"source {contract.key}: a destruction changed what was to be registered; run it again")
        fates = {row.fate: int(row.rows) for row in STEPS.rows(connection, "counts", values)}
        for step in ("contested", "listings", "points", "subjects"):
            STEPS.run(connection, step, values)
        subjects = STEPS.run(connection, "new_subjects", values)
        for step in ("own_subjects", "decisions"):
            STEPS.run(connection, step, values)
        gone = STEPS.one(connection, "gone", values)
        for step in ("new_points", "released"):
            STEPS.run(connection, step, values)
        withdrawn = STEPS.run(connection, "withdrawn", values) if contract.delivery == "full" else 0
        counts = _close(connection, fates, values, full=contract.delivery == "full")
        more = {"subjects": subjects, "gone": gone, "withdrawn": withdrawn, "contested": fates.get("quarantined", 0)}
        _evidence(connection, receipt, contract, edition, at, counts, **more)


def _values(
    connection: Connection, receipt: Receipt, contract: Contract, edition: Edition, at: datetime
) -> dict[str, Any]:
    return {
        "source": contract.key,
        "receipt": receipt.id,
        "delivery": receipt.delivery_id,
        "received_at": receipt.delivered_at,
        "at": at,
        "edition": edition.name,
        "rules": RULES,
        "jurisdiction": contract.jurisdiction,
        "language": contract.language,
        "permissions": json.dumps(permissions(edition)),
        "wait": edition.sources.linking_needs_assessment.value and _waits(connection, contract),
    }


def _waits(connection: Connection, contract: Contract) -> bool:
    """Say whether routing waits for the impact assessment of joining this source to an earlier one (IR 25(1)(b))."""
    earlier = text("""
        select exists (select from register.source mine, register.source other
                        where mine.key = :key and (other.joined_at, other.key) < (mine.joined_at, mine.key))
    """)
    return contract.assessment is None and bool(connection.execute(earlier, {"key": contract.key}).scalar())


def _load(connection: Connection, receipt: Receipt, contract: Contract) -> None:
    STEPS.run(connection, "incoming")
    folder, shards = landing_folder(contract.key, receipt.id), shards_of(receipt.id)

    def files(kind: str) -> Iterator[Path]:
        return (shard_file(folder, kind, shard) for shard in shards)

    copy_tables(connection, "incoming_row", LISTINGS.names, read_batches(files("listings")))
    copy_tables(connection, "incoming_point", POINTS.names, read_batches(files("points")))
    STEPS.run(connection, "loaded")


def _close(connection: Connection, fates: dict[str, int], values: dict[str, Any], *, full: bool) -> dict[str, Any]:
    landed = dict(
        connection.execute(text("select counts from register.receipt where id = :receipt"), values).scalar_one()
    )
    counts: dict[str, Any] = {ours: fates.get(fate, 0) for fate, ours in KINDS.items()}
    counts |= {"received": landed["received"], "suppressed": landed["suppressed"]}
    counts["quarantined"] = landed["quarantined"] + fates.get("quarantined", 0)
    counts["contact_points"] = {"business": 0, "personal": 0, "undetermined": 0} | {
        row._mapping["class"]: int(row.points) for row in STEPS.rows(connection, "held", values)
    }
    connection.execute(
        text("""
            update register.receipt set state = 'registered', closed_at = :at, counts = cast(:counts as jsonb)
             where id = :receipt
        """),
        values | {"counts": json.dumps(counts)},
    )
    connection.execute(
        text("""
            update register.delivery
               set state = 'registered', landing = :receipt, registered_at = coalesce(registered_at, :at)
             where id = :delivery
        """),
        values,
    )
    if full:  # it says all that the source still says: what earlier ones said is held nowhere, in no file either
        connection.execute(
            text("""
                update register.delivery set landing = null
                 where source_key = :source and id <> :delivery and landing is not null
            """),
            values,
        )
    return counts


def _decisions(connection: Connection, at: datetime) -> Iterator[tuple[Batch, dict[str, int]]]:
    """Hash every decision that was made, batch by batch: the database does, in the few forms that decisions have."""
    STEPS.run(connection, "decided", {"at": at, "batch": LEAVES})
    forms = [
        (number, *leaf_form("point", klass=klass, score=score, reasons=reasons, rules=RULES))
        for number, klass, score, reasons in STEPS.rows(connection, "forms")
    ]
    copy_into(connection, "leaf_form", ("number", "before", "behind"), forms)
    for batch, business, personal, undetermined in STEPS.rows(connection, "batches"):
        (row,) = STEPS.rows(connection, "leaves", {"batch": batch})
        classes = {"business": business, "personal": personal, "undetermined": undetermined}
        yield Batch(bytes(row.leaves)), classes


def _evidence(
    connection: Connection,
    receipt: Receipt,
    contract: Contract,
    edition: Edition,
    at: datetime,
    counts: dict[str, Any],
    **more: int,
) -> None:
    common: dict[str, Any] = {"at": at, "edition": edition.name, "codes": {"source": contract.key}}
    refs = {"receipt": receipt.id, "delivery": receipt.delivery_id}
    learn(connection, RULES)
    for leaves, classes in _decisions(connection, at):
        record(
            connection,
            Kind.DECISIONS_MADE,
            **(common | {"codes": {"source": contract.key, "rules": RULES}}),
            refs=refs,
            leaves=leaves,
            counts=classes,
        )
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
