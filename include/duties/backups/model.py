"""The nouns of backups: copies of our store, what a journal line says, what a restore and a drill found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from include.errors import NeverRetry

__all__ = ["OUR_STORE", "Copy", "Head", "JournalBroken", "Line", "Proof", "Report", "Restored", "StillThere"]

OUR_STORE = "amanah"
"""The key of our own store among the systems."""


class JournalBroken(NeverRetry):
    """Raised where the journal of destructions is not whole: nothing is restored by it. The message names the line."""


class StillThere(NeverRetry):
    """Raised where a restored database still holds what was destroyed: it stays closed. Counts alone are named."""

    def __init__(self, left: dict[str, int]) -> None:
        told = ", ".join(f"{count} {what}" for what, count in left.items() if count)
        super().__init__(f"it still holds what was destroyed ({told}): it stays closed")
        self.left = left


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a system, as it is registered."""

    id: UUID
    system: str
    name: str
    """The file of one of ours; what the data map calls one that is made elsewhere."""
    made_at: datetime
    expires_at: datetime
    state: str
    sha256: str | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """How long a journal is, and the hash of its last line."""

    lines: int
    hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal: ids, keyed hashes and codes of what went, chained to the line before."""

    number: int
    batch: str
    items: list[dict[str, Any]] = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did before it let anybody in."""

    database: str
    plans: int
    """Destructions since the copy was made, carried out again."""
    suppressed: int
    """Keyed hashes put back."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a drill found."""

    id: UUID
    at: datetime
    tables: int
    rows: int
    """Rows of everybody and everything else, compared by their hashes."""
    changed: tuple[str, ...]
    """Tables whose other rows are not what they were."""
    held_before: int
    """Rows in which the drill's person stood when the copy was made."""
    held_restored: int
    """The same in the restored copy, before anything was destroyed again."""
    refused_before: bool
    """Whether it was kept closed then."""
    left: int
    """Rows in which the drill's person still stands."""
    dump_bytes: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether what was destroyed is gone, all else is as it was, and the drill could have failed."""
        could_fail = self.held_before > 0 and self.held_restored == self.held_before and self.refused_before
        return could_fail and not self.left and not self.changed


@dataclass(frozen=True, slots=True)
class Report:
    """Where a drill's report lies."""

    proof: Proof
    json: Path
    html: Path
    sha256: bytes
    """Of the JSON."""
