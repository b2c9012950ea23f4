"""A delivery arrives: its bytes are staged and hashed, its receipt is recorded, and its clock starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Connection, text

from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.intake.classification import RULES
from include.intake.contracts import Contract, contract_hash, gate
from include.intake.fetching import Fetched, Known, LocalFile, NothingDelivered, Place, fetch
from include.intake.fetching.remembering import remember, remembered
from include.intake.landing.files import destroy, raw_file
from include.intake.unchanged import settle_unchanged
from include.law import edition_for
from include.store import Role, advisory_lock, begin, key_version

__all__ = ["NothingDelivered", "Receipt", "SourceRefused", "fail_delivery", "receipt_of", "receive"]

RECEIPTS = UUID("5b0f3f0e-6d0c-4a52-9d53-0d6f5c1c2a71")


class SourceRefused(NeverRetry):
    """The contract's lawful basis is missing or has run out: not a row may be read (Law 10, IR 15)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One arrival of a delivery. `known` says that the same bytes were registered before."""

    id: UUID
    source_key: str
    delivery_id: UUID
    received_at: datetime
    delivered_at: datetime
    """When these bytes first came, or came again after they had failed, UTC: where the clocks of their rows start."""
    state: str
    known: bool


class BytesNeeded(Exception):
    """The place sent nothing because nothing changed, and yet there is something to do with the bytes."""


def receive(contract: Contract, place: Place | Path, *, at: datetime, run: str, reason: str) -> Receipt:
    """Stage the file at `place` as a delivery of the contract's source, once per run.

    A delivery that brings what stands already is registered at once, and its bytes are destroyed again; a link whose
    file has not changed since need not bring them at all. Calling it again for the same run gives the same receipt,
    goes on with a fetch that was cut, and stages the bytes anew if they are gone.
    Raises SourceRefused where the basis is missing or expired, NothingDelivered where there is no file, and the other
    errors of `fetching.faults`.
    """
    refusal = gate(contract, at.astimezone(edition_for(contract.jurisdiction, at).zone).date())
    if refusal is not None:
        raise SourceRefused(f"source {contract.key} cannot run: {refusal.message}")
    _refuse_another_key()
    held = _held(contract.key, run)
    if held is not None and (held.state == "registered" or raw_file(held.id).exists()):
        return held
    receipt_id = uuid5(RECEIPTS, f"{contract.key}/{run}")  # so that a run that is tried again stages over its own bytes
    place = LocalFile(contract.key, place) if isinstance(place, Path) else place
    try:
        _bring(contract, place, remembered(contract), receipt_id, at, run, reason)
    except BytesNeeded:
        _bring(contract, place, None, receipt_id, at, run, reason)
    return receipt_of(receipt_id)


def _bring(
    contract: Contract, place: Place, known: Known | None, receipt_id: UUID, at: datetime, run: str, reason: str
) -> None:
    """Fetch the file and write its receipt. Raises BytesNeeded where they did not come and have to be looked at."""
    fetched = fetch(place, raw_file(receipt_id), limit=contract.location.limit, known=known)
    unchanged = _record(contract, fetched, receipt_id, at, run, reason)
    remember(contract, receipt_id, fetched.version)
    if unchanged:
        destroy(raw_file(receipt_id))


def _record(contract: Contract, fetched: Fetched, receipt_id: UUID, at: datetime, run: str, reason: str) -> bool:
    """Write the receipt, and tell whether it brings what stands already."""
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, f"source:{contract.key}")
        _join_source(connection, contract, at)
        delivery_id, known = _delivery(connection, contract.key, fetched.sha256, fetched.size, at)
        _write_receipt(connection, receipt_id, contract, delivery_id, at, run, reason)
        learn(connection, contract.key, reason)
        record(
            connection,
            Kind.DELIVERY_RECEIVED,
            at=at,
            edition=edition_for(contract.jurisdiction, at).name,
            refs={"delivery": delivery_id, "receipt": receipt_id},
            codes={"source": contract.key, "reason": reason},
            counts={"known": int(known)},
            hashes={"sha256": fetched.sha256, "contract": contract_hash(contract)},
        )
        unchanged = known and settle_unchanged(connection, receipt_id, contract.key, at)
        if fetched.unchanged and not unchanged:
            raise BytesNeeded
    return unchanged


def receipt_of(receipt_id: UUID) -> Receipt:
    """Read a receipt by its id; NeverRetry if there is none."""
    with begin(Role.INTAKE) as connection:
        row = connection.execute(text(f"{SELECT} where r.id = :id"), {"id": receipt_id}).one_or_none()
    if row is None:
        raise NeverRetry(f"there is no receipt {receipt_id}")
    return Receipt(*row)


def fail_delivery(connection: Connection, delivery_id: UUID) -> None:
    """Mark a delivery as failed, where nothing of it was registered and no other receipt of it is under way."""
    connection.execute(
        text("""
            update register.delivery set state = 'failed'
             where id = :id and registered_at is null
               and not exists (select from register.receipt
                                where delivery_id = :id and state in ('received', 'landed', 'checked'))
        """),
        {"id": delivery_id},
    )


SELECT = """
select r.id, r.source_key, r.delivery_id, r.received_at, d.received_at, r.state, d.registered_at is not null
  from register.receipt r join register.delivery d on d.id = r.delivery_id
"""


def _refuse_another_key() -> None:
    """Stop before a key under which nobody who must not come back would be recognised."""
    with begin(Role.INTAKE) as connection:  # which refuses a process that lacks a later key
        other = connection.execute(
            text("""
                select key_version from suppression.entry
                 where key_version <> :mine and key_version not in (select version from suppression.rung) limit 1
            """),
            {"mine": key_version()},
        ).scalar()
    if other is not None:
        raise SourceRefused(
            f"suppression was written under version {other} of AMANAH_KEY and the key in force is version "
            f"{key_version()}: set the key that was, or nobody who was destroyed would be recognised"
        )


def _held(source_key: str, run: str) -> Receipt | None:
    with begin(Role.INTAKE) as connection:
        row = connection.execute(
            text(f"{SELECT} where r.source_key = :source and r.run = :run"), {"source": source_key, "run": run}
        ).one_or_none()
    return None if row is None else Receipt(*row)


def _join_source(connection: Connection, contract: Contract, at: datetime) -> None:
    connection.execute(
        text("""
            insert into register.source (key, kind, jurisdiction, basis_case, basis_proof, basis_expires, purposes,
                                         assessment, contract_hash, contract, joined_at, updated_at)
            values (:key, :kind, :jurisdiction, :case, :proof, :expires, :purposes, :assessment, :hash,
                    cast(:contract as jsonb), :at, :at)
            on conflict (key) do update set
                kind = excluded.kind, jurisdiction = excluded.jurisdiction, basis_case = excluded.basis_case,
                basis_proof = excluded.basis_proof, basis_expires = excluded.basis_expires,
                purposes = excluded.purposes, assessment = excluded.assessment,
                contract_hash = excluded.contract_hash, contract = excluded.contract, updated_at = excluded.updated_at
            where source.contract_hash <> excluded.contract_hash
        """),
        {
            "key": contract.key,
            "kind": contract.kind,
            "jurisdiction": contract.jurisdiction,
            "case": contract.basis.case,
            "proof": contract.basis.proof,
            "expires": contract.basis.expires,
            "purposes": list(contract.purposes),
            "assessment": contract.assessment,
            "hash": contract_hash(contract),
            "contract": contract.model_dump_json(),
            "at": at,
        },
    )


def _delivery(connection: Connection, source_key: str, digest: bytes, size: int, at: datetime) -> tuple[UUID, bool]:
    """Know a delivery by its bytes. Of one that failed nothing was kept: its clock starts when it is received again."""
    values = {"id": uuid4(), "source": source_key, "sha256": digest, "size": size, "at": at}
    connection.execute(
        text("""
            insert into register.delivery (id, source_key, sha256, size_bytes, received_at, state)
            values (:id, :source, :sha256, :size, :at, 'received')
            on conflict (source_key, sha256) do update set received_at = excluded.received_at, state = 'received'
             where delivery.state = 'failed' and delivery.registered_at is null
        """),
        values,
    )
    row = connection.execute(
        text("""
            select id, registered_at is not null from register.delivery
             where source_key = :source and sha256 = :sha256
        """),
        values,
    ).one()
    return row[0], row[1]


def _write_receipt(
    connection: Connection, receipt_id: UUID, contract: Contract, delivery_id: UUID, at: datetime, run: str, reason: str
) -> None:
    connection.execute(
        text("""
            insert into register.receipt (id, source_key, delivery_id, received_at, state, run, reason, counts,
                                          contract_hash, edition, rules)
            values (:id, :source, :delivery, :at, 'received', :run, :reason, '{}', :contract, :edition, :rules)
            on conflict (source_key, run) do update
                set delivery_id = excluded.delivery_id, received_at = excluded.received_at, state = 'received',
                    closed_at = null, contract_hash = excluded.contract_hash, edition = excluded.edition,
                    rules = excluded.rules
        """),
        {
            "id": receipt_id,
            "source": contract.key,
            "delivery": delivery_id,
            "at": at,
            "run": run,
            "reason": reason,
            "contract": contract_hash(contract),
            "edition": edition_for(contract.jurisdiction, at).name,
            "rules": RULES,
        },
    )
