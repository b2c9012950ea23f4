"""What would be destroyed if a person asked for it now: by the selectors as if they had, and nothing is changed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from include.duties.destruction.planning import foresee
from include.duties.holds import Hold, standing
from include.duties.retention.elsewhere import kept_from, people_of
from include.errors import NeverRetry
from include.store import Role, begin
from include.systems import System, plan
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps

__all__ = ["REGISTER", "Foreseen", "foresee_all"]

REGISTER = "register"
KNOWN = text("""
    select kind, normalised as value from register.contact_point
     where subject_id = :subject and kind in ('email', 'phone') and normalised is not null
    union
    select kind, value from duties.own_contact where subject_id = :subject order by 1, 2
""")
HELD = text("select exists (select from duties.held_subject where subject_id = :subject)")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would go from one system, as counts of rows by table."""

    system: str
    rows: dict[str, int] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)
    """Rows that stay for a law or for somebody else, and lose what they say of the person."""
    held: dict[str, int] = field(default_factory=dict)
    """Rows that a legal hold keeps."""
    trouble: str | None = None
    """`away` or `unfit`: it could not be looked at, and nothing is known of it."""


def foresee_all(subject: UUID, at: datetime, settings: Mapping[str, str] = os.environ) -> tuple[Foreseen, ...]:
    """Count what would go of a person at `at` (UTC), from our register first and then from every mapped system.

    A system that is away or whose map is unfit hides no other. Raises NeverRetry where the maps cannot be read.
    """
    with begin(Role.DUTIES) as store:
        known = tuple((row.kind, row.value) for row in store.execute(KNOWN, {"subject": subject}))
        kept = bool(store.execute(HELD, {"subject": subject}).scalar_one())
        counts, holds = foresee(store, subject), standing(store)
    counts = {name: count for name, count in counts.items() if count}
    ours = Foreseen(REGISTER, held=counts) if kept else Foreseen(REGISTER, counts)
    return (ours, *(_elsewhere(system, known, at, holds, settings) for system in all_maps(settings)))


def _elsewhere(
    system: System,
    known: tuple[tuple[str, str], ...],
    at: datetime,
    holds: tuple[Hold, ...],
    settings: Mapping[str, str],
) -> Foreseen:
    rows, masked, held = Counter[str](), Counter[str](), Counter[str]()
    try:
        with connected(address_of(system, settings)) as connection:
            kept = kept_from(connection, system, at, holds)
            for people in people_of(connection, system, known):
                found = plan(connection, system, people, kept)
                rows.update(found.rows)
                masked.update(found.masked)
                held.update(found.held)
    except (SystemAway, NeverRetry) as error:
        return Foreseen(system.key, trouble="away" if isinstance(error, SystemAway) else "unfit")
    return Foreseen(system.key, dict(rows), dict(masked), dict(held))
