"""What a check of a delivery found: counts and shares by the contract's own words, and not one value of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Breach", "QualityReport", "Rule"]


class Rule(StrEnum):
    """What a delivery is measured by."""

    FEWEST_ROWS = "fewest_rows"
    FILLED_AT_LEAST = "filled_at_least"
    COLUMNS_AS_CONTRACTED = "columns_as_contracted"
    NOTHING_MISSING = "nothing_missing"
    MOST_ROWS = "most_rows"
    FILLED_AT_MOST = "filled_at_most"
    QUARANTINED_AT_MOST = "quarantined_at_most"
    SHAPED_AT_LEAST = "shaped_at_least"


@dataclass(frozen=True, slots=True)
class Breach:
    """One bound that a delivery does not keep."""

    rule: Rule
    column: str | None
    """Our field, or the source's column; None where the whole delivery is meant."""
    limit: float
    """The bound: a number of rows, or a share between 0 and 1."""
    found: float
    """What was found in its place, in the same unit."""
    message: str
    """For the operator: what was found, out of how many, and the bound."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Whether a delivery passes, with what it misses and what a person should look at."""

    passed: bool
    failures: tuple[Breach, ...]
    """Floors that are not reached: the delivery fails."""
    warnings: tuple[Breach, ...]
    """Ceilings that are passed: the delivery is taken in, and a person is told."""
    rows: int
    """Rows that landed and were looked at."""
    results: tuple[dict[str, Any], ...] = field(repr=False, compare=False)
    """Great Expectations' validation results as JSON, for the Data Docs: counts and shares, no values."""
