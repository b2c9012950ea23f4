"""What proves it: an append-only ledger of ids, counts and hashes, its seals, and the verifier that needs no trust."""

from __future__ import annotations

from include.evidence.actions import LedgerNotWhole, export, learn, record, seal, verify
from include.evidence.model import Event, Fault, Flaw, Kind, Seal, Verdict
from include.evidence.pack import PackUnreadable
from include.evidence.payload import Refused, leaf
from include.evidence.signing import SealKeyUnreadable, read_keys

__all__ = [
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
    "learn",
    "read_keys",
    "record",
    "seal",
    "verify",
]
