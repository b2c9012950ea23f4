"""Deliveries that nobody finished do not lie about."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from builders import START, Held, ask, person, write

from include.intake.abandoning import PATIENCE, abandon
from include.intake.landing.actions import RawBytesGone, land
from include.intake.receiving import receive

Make = Callable[..., Held]


def test_an_unfinished_delivery_waits_a_week_and_then_its_files_are_destroyed(source: Make, tmp_path: Path) -> None:
    guide = source()
    file = tmp_path / "sample_guide.csv"
    write(file, list(guide.contract.columns), [person(1)])
    receipt = receive(guide.contract, file, at=START, run="run:cut", reason="drill")
    land(receipt.id, guide.contract, at=START)
    kept = [tmp_path / "home" / name for name in ("staging", "landing")]
    assert abandon(START + PATIENCE) == 0
    assert all(any(path.is_file() for path in folder.rglob("*")) for folder in kept)
    assert abandon(START + PATIENCE + timedelta(minutes=1)) == 1
    assert not any(path.is_file() for folder in kept for path in folder.rglob("*"))
    assert [row[0] for row in ask("select state from register.receipt")] == ["failed"]
    with pytest.raises(RawBytesGone, match="receive"):
        land(receipt.id, guide.contract, at=START)


def test_bytes_that_were_staged_by_a_run_that_was_killed_before_it_wrote_its_receipt_go_too(
    source: Make, tmp_path: Path
) -> None:
    source()
    staging = tmp_path / "home" / "staging"
    staging.mkdir(parents=True)
    orphan = staging / f"{uuid4()}.raw"
    orphan.write_bytes(b"somebody")
    os.utime(orphan, (START.timestamp(), START.timestamp()))
    abandon(START + timedelta(days=1))
    assert orphan.exists()
    abandon(START + timedelta(days=8))
    assert not orphan.exists()


def test_a_run_that_is_tried_again_stages_over_its_own_bytes(source: Make, tmp_path: Path) -> None:
    guide = source()
    file = tmp_path / "sample_guide.csv"
    for number in (1, 2):
        write(file, list(guide.contract.columns), [person(number)])
        receive(guide.contract, file, at=START, run="run:one", reason="drill")
        for staged in (tmp_path / "home" / "staging").iterdir():
            staged.unlink() if number == 1 else None
    assert len(list((tmp_path / "home" / "staging").iterdir())) == 1
