"""A figure of an edition: its value, the article that it comes from, and how sure we are of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Codes", "Confidence", "Part", "Rule", "Share", "Weekday"]

T = TypeVar("T")

Confidence = Literal["Q", "Qg", "Q*", "P", "M", "R"]
"""Q official text, Qg official guide, Q* official text copied elsewhere, P paraphrase, M memory, R our own reading."""

Share = Annotated[float, Field(gt=0, le=1)]
"""A share of a whole, above 0 and at most 1."""

Codes = tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...]
"""A closed list of codes."""


class Weekday(StrEnum):
    """A day of the week, Monday first as in ISO 8601."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, day: date) -> Weekday:
        """Return the weekday of a date."""
        return list(cls)[day.weekday()]


class Part(BaseModel):
    """A frozen part of an edition that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Rule(Part, Generic[T]):
    """One figure or switch of an edition."""

    value: T
    """What holds."""
    article: str = Field(min_length=2)
    """The article it comes from, or for a house value the one it serves."""
    confidence: Confidence
    """How sure we are of it."""
    note: str | None = None
    """What a reader should know: a conflict of sources, a reason for a house value."""
