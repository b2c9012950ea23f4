"""How far telling the people concerned has come: counts alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from include.duties.breach.model import Incident
from include.duties.breach.report import Told

__all__ = ["Progress", "progress_of", "told_of"]


@dataclass(frozen=True, slots=True)
class Progress:
    """People concerned by how they stand; `announced` are to be reached by a public announcement alone (BRE-07)."""

    owed: int = 0
    queued: int = 0
    told: int = 0
    unreachable: int = 0
    rehearsed: int = 0
    destroyed_since: int = 0

    @property
    def people(self) -> int:
        """All of them who still stand somewhere."""
        return self.owed + self.queued + self.told + self.unreachable + self.rehearsed

    @property
    def announced(self) -> int:
        """Without a working contact: not reached by any, or destroyed since."""
        return self.unreachable + self.destroyed_since


def progress_of(connection: Connection, about: Incident) -> Progress:
    """Count the people concerned by state."""
    rows = connection.execute(BY_STATE, {"breach": about.id})
    return Progress(**{row.state: row.people for row in rows}, destroyed_since=about.destroyed_since or 0)


def told_of(connection: Connection, about: Incident, against: Collection[str] = ()) -> Told:
    """Say it as a report does."""
    found = progress_of(connection, about)
    done = about.told_at is not None
    return Told(found.people, found.told + found.rehearsed, found.unreachable, done, tuple(against))


BY_STATE = text("select state, count(*) as people from duties.breach_person where breach_id = :breach group by state")
