"""What was promised on a day: the figures of the edition in force, each with its article."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from include.law import Edition

__all__ = ["FIGURES", "promised"]

FIGURES = (
    "notice.days", "notice.months", "notice.send_by_days", "notice.answer_days_min", "notice.review_days",
    "requests.days", "requests.months", "requests.extension_days", "requests.extension_months",
    "breach.authority_hours", "breach.subject_hours", "breach.processor_hours",
    "marketing.stop_max_hours", "marketing.requires_consent", "marketing.requires_direct_source",
    "consent.answer_days", "consent.record_months", "consent.silence_means",
    "retention.backup_min_months", "retention.backup_max_months", "retention.marketing_contact_months",
    "retention.ropa_tail_years", "retention.vat_record_years", "destruction.blast_radius",
)  # fmt: skip
"""The clocks and limits that an auditor asks for first; the edition's file has all."""


def promised(edition: Edition) -> Iterator[dict[str, Any]]:
    """Give the figures that the edition sets, each with its article and how sure we are of it."""
    for path in FIGURES:
        rule = reduce(lambda part, name: getattr(part, name, None), path.split("."), edition)  # type: ignore[arg-type, return-value]
        if rule is not None:
            yield {
                "figure": path,
                "value": rule.value,  # type: ignore[attr-defined]
                "article": rule.article,  # type: ignore[attr-defined]
                "confidence": rule.confidence,  # type: ignore[attr-defined]
            }
