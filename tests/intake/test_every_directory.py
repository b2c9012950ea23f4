"""Every directory goes through `contract draft` and, once its basis is filled in, through intake."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from drafted_intake import brought, parts_add_up

pytestmark = pytest.mark.directories

FOLDER = Path(os.environ.get("AMANAH_TEST_DATA", "/nonexistent"), "directories")
FILES = sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else []


@pytest.mark.parametrize("name", FILES or [pytest.param("", id="none")])
def test_a_directory_is_drafted_and_taken_in(name: str, test_data: Path, tmp_path: Path, database: str) -> None:
    contract, counts, held = brought(test_data / "directories" / name, tmp_path)
    assert contract.columns
    assert parts_add_up(counts)
    print(name, counts, held)
    assert held.set_aside <= 0.02 * held.readable
    assert held.held >= 0.95 * held.cells
