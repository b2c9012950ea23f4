"""The nouns of a retention run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from include.systems import Forgetting

__all__ = ["Enforced", "Plan", "Proposed", "counted"]


def counted(found: Forgetting, table: str) -> dict[str, int]:
    """Give the totals of what goes: rows, those of the table itself, rows that are emptied, rows that are held."""
    return {
        "rows": sum(found.rows.values()),
        "roots": found.rows.get(table, 0) + found.masked.get(table, 0),
        "masked": sum(found.masked.values()) + sum(found.emptied.values()),
        "held": sum(found.held.values()),
    }


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a rule makes due in a system, before anything is written down."""

    system: str
    table: str
    rule: str
    edition: str
    cutoff: datetime
    """Rows whose event lies before it are due, UTC."""
    found: Forgetting
    of: int
    """Rows that the table has."""
    orphans: dict[str, int]
    """Rows that had no holder before, by table."""
    remarks: tuple[str, ...] = ()
    """What made the rule stricter than the map says."""
    archives: bool = False
    """Whether what goes is archived first."""

    @property
    def name(self) -> str:
        """How the plan's rule is called: `table:rule`."""
        return f"{self.table}:{self.rule}"

    @property
    def counts(self) -> dict[str, int]:
        """Totals, as a plan keeps them."""
        return counted(self.found, self.table)

    @property
    def empty(self) -> bool:
        """Whether nothing would go and nothing would be emptied."""
        return not (self.counts["rows"] or self.counts["masked"])


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan over another system as it stands."""

    id: UUID
    system: str
    rule: str
    state: str
    hash: bytes
    edition: str
    scope: dict[str, Any]
    counts: dict[str, int]
    begun: bool
    names: bytes | None = field(default=None, repr=False)

    @property
    def table(self) -> str:
        """The table whose rows are due."""
        return self.rule.partition(":")[0]

    @property
    def cutoff(self) -> datetime:
        """Rows whose event lies before it are due, UTC."""
        return datetime.fromisoformat(self.scope["cutoff"])

    def as_done(self, counts: dict[str, int], scope: dict[str, Any]) -> Plan:
        """Give the plan with what was done of it."""
        return replace(self, counts=counts, scope=scope)


@dataclass(frozen=True, slots=True)
class Enforced:
    """What a run did: counts, and the plans that wait for an officer, by id and hash."""

    counts: dict[str, int]
    halted: tuple[dict[str, Any], ...] = field(default=())
