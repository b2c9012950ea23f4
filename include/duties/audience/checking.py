"""The second look at an audience, by another path than the gate's: who must not be in it keeps it back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from include.duties.audience.model import Asked, AudienceRefused
from include.duties.notice.calendar import HOME
from include.evidence import Kind, learn, record
from include.law import edition_for
from include.store import keyed
from include.store.sql import Steps

__all__ = ["STEPS", "Forbidden", "look", "refusal", "refuse"]

STEPS = Steps("include.duties.audience", "audience.sql")


class Forbidden(StrEnum):
    """What must not be in an audience, not once."""

    UNKNOWN = "unknown"
    PERSONAL = "personal"
    UNDETERMINED = "undetermined"
    NOT_PERMITTED = "not_permitted"
    SUPPRESSED = "suppressed"
    STOPPED = "stopped"
    RESTRICTED = "restricted"
    LEFT_OUT_AT_SOURCE = "left_out_at_source"
    PERSONAL_ELSEWHERE = "personal_elsewhere"
    TWICE = "twice"


def look(connection: Connection, audience: UUID, purpose: str, at: datetime) -> dict[str, int]:
    """Count at `at` (UTC) who is in an audience and must not be, by why; nobody where it may be handed out."""
    import pandas as pd

    from include.intake.quality.expectations import Expected, Validation, validate

    found = dict(STEPS.rows(connection, "look", {"id": audience, "purpose": purpose, "at": at})[0]._mapping)
    expected = [
        Expected(
            type="ExpectColumnMaxToBeBetween",
            settings={"column": rule.value, "max_value": 0},
            rule=rule,
            column=rule.value,
            grave=True,
            note="Nobody in an audience of businesses (policy 2d, Law 25, 26)",
        )
        for rule in Forbidden
    ]
    verdict = Validation()
    verdict.add(validate("audience", pd.DataFrame([found]), expected, "BASIC"))
    return {rule: int(found[rule]) for rule, _ in sorted(verdict.missed(), key=str)}


def refuse(connection: Connection, audience: UUID, asked: Asked, missed: dict[str, int], at: datetime) -> None:
    """Keep an audience back for good, and put into evidence why."""
    STEPS.run(connection, "refuse", {"id": audience})
    learn(connection, asked.recipient, asked.purpose, *missed)
    record(
        connection,
        Kind.AUDIENCE_REFUSED,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"audience": audience},
        codes={"purpose": asked.purpose, "recipient": asked.recipient},
        counts=missed,
        hashes={"actor": keyed("actor", asked.asked_by)},
    )


def refusal(audience: UUID, missed: dict[str, int]) -> AudienceRefused:
    """Say by counts why nothing is handed out."""
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in missed.items())
    return AudienceRefused(f"audience {audience}: the check found {told}; nothing was handed out")
