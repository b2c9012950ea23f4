"""Restrict the use of somebody's data: an objection, a complaint, a doubt about accuracy; and lift it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection

from include.duties.marketing.gate import STEPS
from include.duties.marketing.model import PURPOSES
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind as Event
from include.evidence import record
from include.law import edition_for
from include.store import key_version

__all__ = ["Kind", "Restriction", "lift", "lift_once_told", "lifts_told", "restrict"]


RETURNS_WITHIN = timedelta(hours=24)
"""So long a letter that has gone out is waited for, our own rule: most that cannot arrive come back meanwhile."""
Kind = Literal["objection", "complaint", "contested_accuracy", "restriction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What may not be done any more with the data of a subject, or with the contact of a keyed hash."""

    kind: Kind
    means: Literal["page", "reply", "letter", "api", "operator"]
    subject: UUID | None = None
    key: bytes | None = field(default=None, repr=False)
    purpose: str | None = None
    """None: no use at all (IR 7(1): while accuracy is contested)."""
    id: UUID = field(default_factory=uuid4)
    """Given by whoever may ask twice: the same id is the same restriction."""


def restrict(connection: Connection, asked: Restriction, at: datetime) -> UUID:
    """Restrict from `at` (UTC) on, in the caller's unit of work; return the restriction's id. Twice is once.

    Raises NeverRetry where it names nobody, or a purpose that nobody knows.
    """
    if asked.subject is None and asked.key is None:
        raise NeverRetry("a restriction needs a subject or the keyed hash of a contact")
    if asked.purpose is not None and asked.purpose not in PURPOSES:
        raise NeverRetry(f"restriction: the purpose is one of {', '.join(PURPOSES)}, or none for every use")
    edition = edition_for(HOME, at).name
    values = {"id": asked.id, "subject": asked.subject, "key": asked.key, "kind": asked.kind, "purpose": asked.purpose}
    if STEPS.run(
        connection, "restrict", values | {"means": asked.means, "at": at, "edition": edition, "lowest": key_version()}
    ):
        record(
            connection,
            Event.RESTRICTION_RECORDED,
            at=at,
            edition=edition,
            refs={"restriction": asked.id},
            codes={"kind": asked.kind, "purpose": asked.purpose or "all", "means": asked.means},
        )
    return asked.id


def lift_once_told(connection: Connection, restriction: UUID, reason: str, message: UUID) -> bool:
    """Let a restriction end a day after a letter of the outbox, for a reason (a code); say whether one stands.

    Its person is told before their data is used again. Asked again, the later letter counts.
    """
    return bool(STEPS.run(connection, "lift_asked", {"id": restriction, "reason": reason, "message": message}))


def lifts_told(connection: Connection, at: datetime) -> int:
    """End at `at` (UTC) every restriction of which a letter that went out says that it ends; return how many.

    A letter that failed, came back within `RETURNS_WITHIN` or was too late ends nothing.
    """
    rows = STEPS.rows(connection, "lifts_told", {"before": at - RETURNS_WITHIN})
    for row in rows:
        lift(connection, row.id, at, reason=row.lift_reason, message=row.lift_message)
    return len(rows)


def lift(connection: Connection, restriction: UUID, at: datetime, *, reason: str, message: UUID | None = None) -> bool:
    """End a restriction at `at` (UTC), in the caller's unit of work; say whether it stood until then.

    For whoever knows that its person was told: by a letter that has gone out, or otherwise.
    """
    ended = bool(STEPS.run(connection, "lift", {"id": restriction, "at": at, "reason": reason}))
    if ended:
        refs = {"restriction": restriction} | ({"message": message} if message else {})
        edition = edition_for(HOME, at).name
        record(connection, Event.RESTRICTION_ENDED, at=at, edition=edition, refs=refs, codes={"reason": reason})
    return ended
