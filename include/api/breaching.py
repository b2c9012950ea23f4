"""Take a breach in that a processor tells of, with a key of its own (IR 17(1)(d))."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from include.api.keys import Holder
from include.api.model import GivenBreach
from include.duties.breach.incidents import id_of, incident
from include.duties.breach.model import Given, Means, Unfit
from include.duties.breach.noting import note_within
from include.duties.breach.rules import SKEW
from include.store import Role, begin

__all__ = ["told_of_breach"]


def told_of_breach(given: GivenBreach, whose: Holder, at: datetime) -> dict[str, Any]:
    """Note it as known from `at` (UTC) on: what a processor knew is its own clock (LAW BRE-10); answer with ours.

    The evidence bears the processor's code before its own reference, so that no two meet. Told again, it keeps the
    first moment. Raises Unfit as `check` does.
    """
    evidence = f"{whose.recipient}/{given.evidence}"
    with begin(Role.API) as connection:
        known = _known(connection, evidence, given.rehearsal) or at
        told = Given(
            kind=given.kind, discovered_at=_found(given.discovered_at, known), known_at=known, began_at=given.began_at,
            ended_at=given.ended_at, systems=tuple(given.systems), evidence=evidence, rehearsal=given.rehearsal,
            processor=whose.recipient,
        )  # fmt: skip
        about = incident(connection, note_within(connection, told, means=Means.API, by=whose.name, at=at))
    return {
        "incident": about.reference,
        "known_at": about.known_at.isoformat(),
        "due_at": about.due_at.isoformat() if about.due_at else None,
    }


def _found(discovered: datetime, known: datetime) -> datetime:
    """Take a clock that is a little ahead of ours for ours; one that is further is refused by `check`."""
    return known if timedelta() < discovered - known <= SKEW else discovered


def _known(connection: Any, evidence: str, rehearsal: bool) -> datetime | None:
    try:
        return incident(connection, id_of(evidence, rehearsal)).known_at
    except Unfit:
        return None
