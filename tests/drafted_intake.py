"""A real directory from its file to the register: drafted, its basis filled in as a person would, and taken in."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from builders import START
from real_cells import Taken, taken

from include.intake.actions import take_in_by_hand
from include.intake.contracts import CONTACT, Contract, gate, load_contract
from include.intake.contracts.draft import draft

__all__ = ["brought", "brought_whole", "directories", "filled_in", "parts_add_up"]

ROWS = ("new", "unchanged", "changed", "duplicates", "suppressed", "quarantined")


def directories(*, smallest: int, largest: int | None) -> list[Any]:
    """List the real directories from one size in bytes up to another; without them one test that is skipped."""
    folder = Path(os.environ.get("AMANAH_TEST_DATA", "/nonexistent"), "directories")
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())} if folder.is_dir() else {}
    if not sizes:
        return [pytest.param("", id="none")]
    return [name for name, size in sizes.items() if smallest <= size and (largest is None or size < largest)]


def brought_whole(file: Path, folder: Path) -> None:
    """Bring a file and look whether it arrived: every row counted, hardly any set aside, the contacts there."""
    contract, counts, held = brought(file, folder)
    print(f"{file.name}: {counts} {held}")
    assert parts_add_up(counts)
    assert counts["received"] >= held.readable > 0
    assert held.set_aside <= 0.02 * held.readable
    assert held.cells > 0
    assert held.held >= 0.95 * held.cells
    assert {column.field for column in contract.columns.values()} & CONTACT


def brought(file: Path, folder: Path) -> tuple[Contract, dict[str, Any], Taken]:
    """Bring a file as a newcomer does; return its contract, the counts of its rows, and what is held of its cells."""
    saved = folder / "contract.yml"
    saved.write_text(draft(file), encoding="utf-8")
    refusal = gate(load_contract(saved), date(2026, 3, 1))
    assert refusal is not None
    assert refusal.codes == ("basis_case_missing", "basis_proof_missing")
    saved.write_text(filled_in(saved.read_text(encoding="utf-8")), encoding="utf-8")
    contract = load_contract(saved)
    _, counts = take_in_by_hand(contract, file, at=START, reason="new_file")
    owner = os.environ["AMANAH_OWNER_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(owner) as connection:
        return contract, counts, taken(contract, connection)


def filled_in(text: str) -> str:
    """Fill in the two empty lines of a draft, and nothing else."""
    with_case, cases = re.subn(r"(?m)^  case: .*$", "  case: public_source", text)
    with_proof, proofs = re.subn(r"(?m)^  proof: .*$", "  proof: DOC-2026-901", with_case)
    assert (cases, proofs) == (1, 1)
    return with_proof


def parts_add_up(counts: dict[str, Any]) -> bool:
    """Tell whether every row that was received is in one of the counts, once."""
    return bool(counts["received"] == sum(counts[part] for part in ROWS))
