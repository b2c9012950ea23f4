"""The nouns of a correction: what somebody proposes, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["CONTACTS", "TEXTS", "Applied", "Proposed"]

CONTACTS = ("phone", "email", "address", "website", "person")
"""What is kept as a contact point."""
TEXTS = ("organisation", "role", "activity", "company_size")
"""What is kept as a text of a listing."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one field should say."""

    about: str = field(repr=False)
    """`point:<number>` of what is held; `listing:<number>:<field>` for a text, or for a contact that is missing."""
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the proposals of a request."""

    applied: int
    """Corrections made in the register, now or before."""
    refused: dict[str, int]
    """How many were not made, by reason."""
    systems: dict[str, int]
    """In which other system how many values were corrected now."""
    told: int
    """Recipients told to take out what was wrong."""
