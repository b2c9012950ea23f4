"""Hold a day to what must be nothing: Great Expectations judges one row of counts, and each result is told plainly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.duties.audit.model import CHECKS, Check

__all__ = ["checked"]

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
    """Judge what was counted; a check that has no count could not be made, and holds neither way.

    Raises CheckBroken where Great Expectations could not evaluate one.
    """
    import pandas as pd

    from include.intake.quality.expectations import Expected, Validation, validate

    known = [check for check in CHECKS if check.value in counts]
    expected = [
        Expected(
            type="ExpectColumnMaxToBeBetween",
            settings={"column": check.value, "max_value": 0},
            rule=check,
            column=check.value,
            grave=True,
            note=NOTES[check],
        )
        for check in known
    ]
    frame = pd.DataFrame([{check.value: counts[check.value] for check in known}])
    verdict = Validation()
    verdict.add(validate("audit", frame, expected, "BASIC"))
    missed = {rule for rule, _ in verdict.missed()}
    return [_told(check, counts.get(check.value), check.value in missed) for check in CHECKS]


def _told(check: Check, found: int | None, missed: bool) -> dict[str, Any]:
    return {
        "check": check.value,
        "article": NOTES[check],
        "expectation": "ExpectColumnMaxToBeBetween",
        "most": 0,
        "found": found,
        "holds": None if found is None else not missed,
    }
