"""Rows that are prepared for the register, and those that need not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from builders import Held, write

from include.intake.landing.actions import land
from include.intake.preparing import prepare
from include.intake.receiving import receive

Make = Callable[..., Held]
COMPANY = {"id": "1", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}


def test_a_row_is_known_by_all_it_says_and_not_by_its_name_alone(source: Make, tmp_path: Path) -> None:
    guide = source()
    guide.delivers([COMPANY])
    file, later = tmp_path / "contested.csv", guide.at + timedelta(days=1)
    write(file, list(guide.contract.columns), [{**COMPANY, "phone": "920000002"}, COMPANY])
    receipt = receive(guide.contract, file, at=later, run="run:contested", reason="drill")
    (shard,) = land(receipt.id, guide.contract, at=later)
    assert prepare(receipt.id, shard, guide.contract) == {"rows": 2, "known": 1, "contact_points": 2}
