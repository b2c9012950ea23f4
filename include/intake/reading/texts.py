"""Write a typed value (of a workbook or a Parquet file) as text that loses nothing and guesses nothing."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import numpy as np

__all__ = ["EXACT", "text_of"]

EXACT = 1e15
"""Excel keeps fifteen digits of a number, as much as a float is sure of: a longer one has lost its last ones."""


def text_of(value: Any, exact: float = EXACT) -> str:
    """Return a value as text; nothing is "".

    A whole number is written as its digits, also where it was kept as a float: of a telephone number that has lost its
    zero so, the listing's country tells which it is. A float from `exact` on has lost its last digits: it is written
    as 9.665E+17 is, and no telephone number is read from that. Dates and times are ISO 8601.
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value, exact)
        case datetime() if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.decode(errors="surrogateescape")
    return str(value)


def _float(value: float, exact: float) -> str:
    if value != value:  # not a number: what data frames write for nothing
        return ""
    if abs(value) >= exact:
        return np.format_float_scientific(value, trim="-").upper()
    return str(int(value)) if value.is_integer() else repr(value)
