"""What speaks against a use of mapped data: pure, and the only place that says so. What is not known does too."""

from __future__ import annotations

from collections.abc import Collection

from include.duties.purposes.model import RECORDING_PURPOSES, TECHNICAL_PURPOSES, Reason
from include.systems.model import Column, Table

__all__ = ["against", "announcements", "is_recording", "recordings"]

RECORDING = "user.biometric.voice"
TECHNICAL = "user.device"


def against(table: Table, column: Column, purpose: str, blocked: Collection[tuple[str, str]] = ()) -> set[Reason]:
    """Name everything that speaks against using a column for a purpose; nothing does where it is allowed.

    What says nothing of a person is free, unless it is `blocked`. A recording is used only where its table says which
    calls were announced. The locks of policy 2a and 2c hold whatever the map names.
    """
    found = {Reason.BLOCKED} if (table.name, column.name) in blocked else set[Reason]()
    if not column.personal:
        return found
    if not column.purposes:
        found.add(Reason.PURPOSE_MISSING)
    elif purpose not in column.purposes:
        found.add(Reason.PURPOSE_NOT_OF_DATA)
    if not column.basis:
        found.add(Reason.BASIS_MISSING)
    if is_recording(column):
        found |= {Reason.ONLY_FOR_QUALITY} if purpose not in RECORDING_PURPOSES else set()
        found |= set() if announcements(table) else {Reason.NOT_ANNOUNCED}
    if _is(column, TECHNICAL) and purpose not in TECHNICAL_PURPOSES:
        found.add(Reason.ONLY_FOR_SECURITY)
    return found


def is_recording(column: Column) -> bool:
    """Say whether a column is somebody's voice, or the path of a file of it."""
    return _is(column, RECORDING)


def recordings(table: Table) -> tuple[Column, ...]:
    """The columns of a table that are recordings."""
    return tuple(column for column in table.columns if is_recording(column))


def announcements(table: Table) -> tuple[Column, ...]:
    """The columns of a table that say of each call whether it was announced as recorded."""
    return tuple(column for column in table.columns if column.announced)


def _is(column: Column, category: str) -> bool:
    return any(f"{each}.".startswith(f"{category}.") for each in column.categories)
