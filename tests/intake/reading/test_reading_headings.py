"""Where the headings of a text stand: below a banner, in several rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Given = Callable[..., Path]
Taken = Callable[..., Any]


@pytest.mark.parametrize("banner", ["", "Directory 2026\n", "دليل; 2026\n\nas of March\n\n"])
def test_the_header_row_can_be_found_at_each_reading(banner: str, given: Given, taken: Taken) -> None:
    path = given(f"{banner}name;phone;city\nx;0110000001;c\ny;0110000002;d\n")
    for options in ({}, {"delimiter": ";"}):
        result = taken(path, header_row="auto", **options)
        assert (result.columns, len(result.rows)) == (["name", "phone", "city"], 2)


def test_headings_may_take_several_rows(given: Given, taken: Taken) -> None:
    result = taken(given("Name,Contact,,City\n,Phone,Mail,\nx,1,2,c\n"), header_rows=2)
    assert result.columns == ["Name", "Contact / Phone", "Contact / Mail", "City"]
    assert result.rows == [["x", "1", "2", "c"]]
