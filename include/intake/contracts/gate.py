"""Whether a source may run at all: it needs a lawful basis that is named, proven and still in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.intake.contracts.model import Contract

__all__ = ["Refusal", "gate"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source cannot run and what to do about it."""

    key: str
    """The source."""
    codes: tuple[str, ...]
    """`basis_case_missing`, `basis_proof_missing`, `basis_expired`."""
    message: str
    """For the operator: which field of the contract stands in the way, and what to do next."""


def gate(contract: Contract, on: date) -> Refusal | None:
    """Refuse a source without a basis that holds on the given day; return None where it may run.

    `on` is a day in the time zone of the contract's edition. The last day named by `basis.expires` is still covered.
    Law 10; IR 15; requirements SRC-01 to SRC-03.
    """
    faults = tuple(_faults(contract, on))
    if not faults:
        return None
    return Refusal(contract.key, tuple(code for code, _ in faults), "; ".join(sentence for _, sentence in faults))


def _faults(contract: Contract, on: date) -> Iterator[tuple[str, str]]:
    basis = contract.basis
    if not basis.case:
        yield "basis_case_missing", "basis.case is empty: name the case of Law 10 that allows taking this data"
    if not basis.proof:
        yield "basis_proof_missing", "basis.proof is empty: file the proof and give its reference, such as DOC-2026-014"
    if basis.expires is not None and basis.expires < on:
        yield (
            "basis_expired",
            f"basis.expires was {basis.expires.isoformat()}: obtain a new proof and give its reference and last day",
        )
