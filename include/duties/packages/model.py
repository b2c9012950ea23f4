"""The nouns of a package: sheets and their rows, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

__all__ = ["Delivered", "Prepared", "Sheet"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of rows in a package, and all that has to be told of them (LAW DSR-01, DSR-08)."""

    key: str
    """`register.contacts`, `books.invoice`: its file in the archive bears it."""
    title: str
    about: tuple[tuple[str, str], ...] = ()
    """What is told of the rows together, by name: source, purpose, basis, retention."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """A column's name to what it is called."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A package as it lies ready."""

    package: UUID
    rows: int
    withheld: int
    """Values that are somebody else's and were left out."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A package that its person was told of."""

    package: UUID
    expires_at: datetime
    """From then on the link opens nothing, and the package is destroyed, UTC."""


Cells = Mapping[str, Any]
"""A row: each column's value as JSON holds it."""
