"""A source whose basis is missing or has run out cannot run, and says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from include.intake.contracts import Contract, gate

Build = Callable[..., Contract]
TODAY = date(2026, 3, 1)


def test_a_proven_basis_may_run(contract: Build) -> None:
    assert gate(contract(), TODAY) is None


@pytest.mark.parametrize(
    ("case", "proof", "codes"),
    [
        ("", "DOC-2026-014", ("basis_case_missing",)),
        ("public_source", "", ("basis_proof_missing",)),
        ("", "", ("basis_case_missing", "basis_proof_missing")),
    ],
)
def test_a_basis_that_is_missing_is_named(case: str, proof: str, codes: tuple[str, ...], contract: Build) -> None:
    refusal = gate(contract(basis={"case": case, "proof": proof}), TODAY)
    assert refusal is not None
    assert refusal.codes == codes
    assert refusal.key == "riyadh_trade"
    assert all(code.removesuffix("_missing").replace("_", ".") in refusal.message for code in codes)


def test_the_last_day_of_a_basis_is_still_covered(contract: Build) -> None:
    partner = contract(kind="partner", basis={"case": "consent", "proof": "DOC-2026-014", "expires": TODAY})
    assert gate(partner, TODAY) is None
    refusal = gate(partner, date(2026, 3, 2))
    assert refusal is not None
    assert refusal.codes == ("basis_expired",)
    assert "2026-03-01" in refusal.message
