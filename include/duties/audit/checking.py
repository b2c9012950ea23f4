"""Hold a day to what must be nothing: Great Expectations judges one row of counts, and each result is told plainly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.duties.audit.model import Check

__all__ = ["NOTES", "checked"]

EXPECTED = "ExpectColumnMaxToBeBetween"
NOTES: Mapping[Check, str] = {
    Check.PERSONAL_IN_AUDIENCE: "Law 25, 26; policy 2d",
    Check.AUDIENCE_MISSING: "IR 8(2)(a), 12(4)",
    Check.MISSED_WITHOUT_REASON: "IR 33; Law 31",
    Check.OVERDUE_DATA: "Law 11(4), 18(1)",
    Check.NOTICE_WITHOUT_PROOF: "IR 4(3)",
    Check.SOURCE_WITHOUT_BASIS: "Law 10, 15",
    Check.CHAIN_BROKEN: "Law 31; IR 33",
}


def checked(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Judge what was counted, whatever is counted today: a day is held to what was recorded of it.

    Raises CheckBroken where Great Expectations could not evaluate one.
    """
    import pandas as pd

    from include.intake.quality.expectations import Expected, Validation, validate

    expected = [
        Expected(type=EXPECTED, settings={"column": name, "max_value": 0}, rule=name, column=name, grave=True, note="")
        for name in counts
    ]
    verdict = Validation()
    verdict.add(validate("audit", pd.DataFrame([dict(counts)]), expected, "BASIC"))
    missed = {rule for rule, _ in verdict.missed()}
    return [
        {"check": name, "expectation": EXPECTED, "most": 0, "found": counts[name], "holds": name not in missed}
        for name in sorted(counts)
    ]
