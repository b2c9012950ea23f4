"""What proves it: an append-only ledger of ids, counts and hashes, its seals, and the verifier that needs no trust."""

from __future__ import annotations

from include.evidence.actions import LedgerNotWhole, export, learn, record, record_many, seal, verify
from include.evidence.model import Event, Fault, Flaw, Kind, Seal, Verdict
from include.evidence.pack import PackUnreadable
from include.evidence.payload import Batch, Refused, leaf, leaf_form
from include.evidence.signing import SealKeyUnreadable, read_keys

__all__ = [
    "Batch",
    "Event",
    "Fault",
    "Flaw",
    "Kind",
    "LedgerNotWhole",
    "PackUnreadable",
    "Refused",
    "Seal",
    "SealKeyUnreadable",
    "Verdict",
    "export",
    "leaf",
    "leaf_form",
    "learn",
    "read_keys",
    "record",
    "record_many",
    "seal",
    "verify",
]
