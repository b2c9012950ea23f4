"""The nouns of the purpose lock: what speaks against a use, and the verdict over a column or a row."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["RECORDING_PURPOSES", "TECHNICAL_PURPOSES", "Reason", "RowVerdict", "Verdict"]

RECORDING_PURPOSES = ("quality", "training", "service_improvement")
"""For what a recorded call may be used, and for nothing else, whatever a map says (policy 2c)."""
TECHNICAL_PURPOSES = ("security", "user_experience")
"""For what addresses, browsers and cookies may be used (policy 2a)."""


class Reason(enum.StrEnum):
    """Why data may not be used. The order is that in which they are told."""

    TABLE_UNMAPPED = "table_unmapped"
    COLUMN_UNMAPPED = "column_unmapped"
    MAP_UNFIT = "map_unfit"
    """The map contradicts itself: it is used for nothing."""
    PURPOSE_MISSING = "purpose_missing"
    """The map names no purpose (IR 4(1)(c))."""
    BASIS_MISSING = "basis_missing"
    """The map names no legal basis (Law 5, 6)."""
    PURPOSE_NOT_OF_DATA = "purpose_not_of_data"
    """It was collected for other purposes (IR 4(6), 18)."""
    ONLY_FOR_QUALITY = "only_for_quality"
    """A recording: quality, training and service improvement alone (policy 2c)."""
    ONLY_FOR_SECURITY = "only_for_security"
    """Technical data: security and user experience alone (policy 2a)."""
    BLOCKED = "blocked"
    """Personal data was found in it that nobody meant to have (policy 5)."""
    NOT_A_RECORDING = "not_a_recording"
    ROW_UNKNOWN = "row_unknown"
    NOT_ANNOUNCED = "not_announced"
    """Nothing says that the call was announced as recorded (IR 4(1), LAW CAL-02)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a column may be used for a purpose, and everything that speaks against it."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def of(cls, reasons: set[Reason]) -> Verdict:
        """Put reasons in their order; without any it is allowed."""
        return cls(not reasons, tuple(reason for reason in Reason if reason in reasons))


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """Whether a whole row may be used, and what is said of each of its columns."""

    reasons: tuple[Reason, ...]
    columns: Mapping[str, Verdict]

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against any of it."""
        return not self.reasons

    @property
    def usable(self) -> tuple[str, ...]:
        """The columns that may be used, where not all of the row may."""
        return tuple(name for name, verdict in self.columns.items() if verdict.allowed)
