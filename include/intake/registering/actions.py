"""One transaction: the prepared shards of a receipt become what we hold, or nothing does."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.errors import MayBeRetried, NeverRetry
from include.intake.classification import RULES
from include.intake.contracts import Contract
from include.intake.landing.actions import rows_landed, shards_of
from include.intake.landing.remains import destroy_remains
from include.intake.landing.sifting import sift
from include.intake.landing.superseding import destroy_superseded
from include.intake.preparing import prepare
from include.intake.progress import Progress, stages
from include.intake.receiving import Receipt, receipt_of
from include.intake.registering.loading import load
from include.intake.registering.sharing import decide_held_beside, weigh_shared
from include.intake.registering.telling import ROW_COUNTS, tell
from include.intake.routing import permissions
from include.intake.turns import refuse_overtaken
from include.law import Edition, edition_for
from include.store import Role, advisory_lock, begin
from include.store.sql import Steps

__all__ = ["ROW_COUNTS", "NotChecked", "counts_of", "register"]

STEPS = Steps("include.intake.registering", "take_in.sql")
VOLUME = Steps("include.intake.registering", "volume.sql")
KINDS = {"new": "new", "unchanged": "unchanged", "changed": "changed", "duplicate": "duplicates"}


ROOMY = text("set local work_mem = '128MB'")
"""A delivery is sorted and joined as a whole: in memory where it fits."""
AT_HAND = text("set local random_page_cost = 1.1")
"""The few rows that changed are looked for by their keys, in what was just looked at, not by reading whole tables."""
VOLUME_FROM = 10_000
"""So many new rows are worth a volume of their own: each is looked into by whoever looks for a person."""
LEAVES = 1 << 20
"""So many decisions are told in one event: a larger delivery has several."""
TRIES = 3
"""So often a delivery is prepared anew in one try, where destructions go on beside it."""


class NotChecked(NeverRetry):
    """A delivery that failed, or was not looked at, is not taken in."""


class StaleError(MayBeRetried):
    """What was prepared is not as it was: rows that were held are no more, or somebody in it was suppressed since."""


def register(receipt_id: UUID, contract: Contract, *, at: datetime, volume_from: int = VOLUME_FROM) -> dict[str, Any]:
    """Take a prepared receipt into the register and return its counts.

    Rows are recognised by row key and fingerprint; new ones are added, changed ones re-decided with the old decision
    kept, and those gone from a full delivery marked as withdrawn by their source. Raw bytes, and rows whose row id is
    contested, are destroyed afterwards. Of `volume_from` new rows on, if they are more than the source had before, a
    delivery fills a volume of its own: that is quicker, and nothing else tells it from others. Doing it again for a
    registered receipt changes nothing. Raises NotChecked for a delivery that did not pass the quality gate, Overtaken
    where a later one is registered already, StaleError (may be retried) where destructions overtake it.
    """
    receipt = receipt_of(receipt_id)
    if receipt.state not in ("checked", "registered"):
        raise NotChecked(f"source {contract.key}: this delivery did not pass the quality gate; run `check` first")
    for left in reversed(range(TRIES)) if receipt.state == "checked" else ():
        try:
            with stages(f"registering {contract.key}"):
                _take_in(receipt, contract, at, volume_from)
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
    progress = Progress(f"classifying {contract.key} again", rows_landed(receipt.id))
    prepare(receipt.id, shards, contract, again=True, progress=progress)


def counts_of(receipt_id: UUID) -> dict[str, Any]:
    """Read a receipt's counts: rows that add up to `received`, and contact points by class."""
    with begin(Role.INTAKE) as connection:
        counts = connection.execute(
            text("select counts from register.receipt where id = :id"), {"id": receipt_id}
        ).scalar_one()
    order = (*ROW_COUNTS, "contact_points")
    return {name: counts[name] for name in order if name in counts}


def _take_in(receipt: Receipt, contract: Contract, at: datetime, volume_from: int) -> None:
    edition = edition_for(contract.jurisdiction, at)
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
        for setting in (ROOMY, AT_HAND):
            connection.execute(setting)
        refuse_overtaken(connection, contract.key, receipt.id)
        values = _values(connection, receipt, contract, edition, at)
        may_repeat = load(connection, receipt, contract)
        STEPS.run(connection, "repeated" if may_repeat else "unrepeated")
        full = contract.delivery == "full"
        for step in ("seen_and_missed" if full else "seen", "fates"):
            STEPS.run(connection, step, values)
        if STEPS.one(connection, "unprepared", values) or STEPS.one(connection, "overtaken", values):
            raise StaleError(f"source {contract.key}: a destruction changed what was to be registered; run it again")
        fates = {row.fate: int(row.rows) for row in STEPS.rows(connection, "counts", values)}
        earlier = values["earlier"] = bool(STEPS.one(connection, "earlier", values))
        new = fates.get("new", 0)
        if new >= volume_from and new > STEPS.one(connection, "rows_before", values):
            values["volume"] = VOLUME.one(connection, "opened")
        more = _hold(connection, fates, values, withdraws=full and earlier)
        if earlier:
            STEPS.run(connection, "released", values)
        counts = _close(connection, fates, values, full=full)
        tell(connection, receipt, contract, edition, at, counts, **more)


def _hold(connection: Connection, fates: dict[str, int], values: dict[str, Any], *, withdraws: bool) -> dict[str, Any]:
    """Make what is new and changed what we hold; return what is told of it beside its rows."""
    in_volume, changed = values["volume"] is not None, "changed" in fates
    if contested := fates.get("quarantined", 0):
        STEPS.run(connection, "contested", values)
    STEPS.run(connection, "unasked", values)
    STEPS.run(connection, "listings_of_volume" if in_volume else "new_listings", values)
    STEPS.run(connection, "changed_listings", values)
    for step in ("restated", "stated"):
        STEPS.run(connection, step, values)
    withdrawn = STEPS.run(connection, "withdrawn", values) if withdraws else 0
    for step in ("held_points", "stands_as_stated", "reviewed"):
        STEPS.run(connection, step, values)
    shared = weigh_shared(connection, values, "places", removes=changed or withdrawn > 0)
    replaced = decide_held_beside(connection, values) if shared else {}
    for step in ("corrected", "subjects"):
        STEPS.run(connection, step, values)
    subjects = STEPS.run(connection, "new_subjects", values)
    for step in ("own_subjects", "decisions"):
        STEPS.run(connection, step, values)
    gone = STEPS.one(connection, "gone", values) if changed else 0
    STEPS.run(connection, "new_points", values)
    STEPS.run(connection, "decided", values)
    if in_volume:
        for step in ("filled", "closed"):
            VOLUME.run(connection, step, values)
        STEPS.run(connection, "decided_in_volume", values)
    STEPS.run(connection, "tallied")
    told = {"subjects": subjects, "gone": gone, "contested": contested, "withdrawn": withdrawn}
    return told | {"replaced": replaced}


def _values(
    connection: Connection, receipt: Receipt, contract: Contract, edition: Edition, at: datetime
) -> dict[str, Any]:
    return {
        "source": contract.key,
        "volume": None,
        "leaves": LEAVES,
        "receipt": receipt.id,
        "delivery": receipt.delivery_id,
        "received_at": receipt.delivered_at,
        "at": at,
        "edition": edition.name,
        "rules": RULES,
        "decided_by": "rules",
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
