"""Invented identity numbers with right check digits, and a contract to check against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.intake.contracts import Contract

TERMS: dict[str, Any] = {
    "key": "sample_guide",
    "title": {"ar": "دليل المثال", "en": "Sample guide"},
    "publisher": "Example Guides",
    "kind": "public_directory",
    "basis": {"case": "public_source", "proof": "DOC-2026-001"},
    "purposes": ["outreach"],
    "licence": "open",
    "jurisdiction": "sa",
    "language": "ar",
    "delivery": "full",
    "location": "guide.csv",
    "format": {"type": "csv"},
    "columns": {"Name": "organisation", "Tel": "phone", "Tel 2": "phone", "Mail": "email", "City": "city"},
}


@pytest.fixture
def contract() -> Callable[..., Contract]:
    """Build a contract with the given terms in place of the usual ones."""
    return lambda **terms: Contract.model_validate({**TERMS, **terms})
