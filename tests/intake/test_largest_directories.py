"""Every directory goes through `contract draft` and, once its basis is filled in, through intake: the largest."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafted_intake import brought_whole, directories

pytestmark = pytest.mark.directories


@pytest.mark.parametrize("name", directories(smallest=4_000_000, largest=None))
def test_a_largest_directory_is_drafted_and_taken_in(name: str, test_data: Path, tmp_path: Path, database: str) -> None:
    brought_whole(test_data / "directories" / name, tmp_path)
