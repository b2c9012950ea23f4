"""Write a cell that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["harmless"]

STARTS_A_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
NUMBER = re.compile(r"[+-]?[\d\s().]+(?:-[\d\s().]+)*")
"""A telephone number or another one: a spreadsheet can at most add it up."""


def harmless(cell: Any) -> Any:
    """Return a cell with an apostrophe before it where a spreadsheet would run it.

    Text that begins with = + - @ or a tab is a formula to Excel and LibreOffice, which may call programs or send other
    cells away. The apostrophe is their own sign for text. Numbers stay as they are, so that `+966 50 000 0001` can be
    dialled and joined: whoever reads such a file by program takes one leading apostrophe off the other cells.
    """
    if isinstance(cell, str) and STARTS_A_FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
