"""Use data again that a request held back: one way, for a reason, and only after its person was told (IR 7(1)).

The law says until when a use is restricted: until the data is verified. That its person is told before is our own rule,
as in other laws (GDPR Art. 18(3)).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels import enqueue
from include.duties.marketing.restricting import lift as end
from include.duties.marketing.restricting import lift_once_told
from include.duties.references import REFERENCE
from include.duties.requests.actions import restriction_of
from include.duties.rights.actions import STEPS, NotAllowed, allowed, standing, tell
from include.duties.rights.addresses import address_of
from include.duties.rights.grounds import grounds
from include.duties.rights.letters import lift_letter
from include.duties.rights.model import Standing, Why
from include.duties.rights.rules import may_lift
from include.evidence import Kind
from include.law import Controller
from include.store import Role, begin

__all__ = ["held_back", "let_go", "lift", "restricted"]


def lift(
    request: UUID,
    reason: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    told: str | None = None,
    settings: Mapping[str, str] = os.environ,
) -> str:
    """Tell a person at `at` (UTC) that what their request held back is used again; return `queued`, or `lifted`.

    By an officer's login, for a reason of `grounds.yml`. It ends a day after the letter has gone out. Where
    there is no address of theirs alone, `told` is the reference of what shows that they were told another way: then it
    ends at once. Raises NotAllowed: for what is not answered, an objection, or a reason that the law does not know.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        row = restricted(connection, request)
        allowed(may_lift(found, reason, row and row.kind, row and row.letter))
        if told is not None:
            if not REFERENCE.fullmatch(told):
                raise NotAllowed(Why.NO_EVIDENCE)
            end(connection, restriction_of(request), at, reason=reason)
            tell(connection, Kind.LIFT_QUEUED, found, at, by=by, evidence=told, reason=reason, through="told_otherwise")
            return "lifted"
        if (to := address_of(connection, found, settings)) is None or to.shared:
            raise NotAllowed(Why.NO_ADDRESS)
        letter = lift_letter(found, grounds().lifts[reason], controller, to, at)
        enqueue(connection, letter, at=at)
        let_go(connection, found, reason, letter.id, at, by=by)
    return "queued"


def restricted(connection: Connection, request: UUID) -> Any | None:
    """Give what a request holds back, held until the unit of work ends: its kind, and the state of a letter of its end.

    None where nothing is.
    """
    return next(iter(STEPS.rows(connection, "restricted", {"id": restriction_of(request)})), None)


def let_go(
    connection: Connection, request: Standing, reason: str, message: UUID | None, at: datetime, *, by: str | None = None
) -> None:
    """Let what a request held back be used again once a letter has gone out that says so; without one it stays."""
    if message is None or not lift_once_told(connection, restriction_of(request.id), reason, message):
        return
    tell(connection, Kind.LIFT_QUEUED, request, at, by=by, refs={"message": message}, reason=reason)


def held_back(limit: int) -> list[dict[str, Any]]:
    """List what may not be used, the longest first: since when, of which kind, and what became of its end's letter."""
    with begin(Role.DUTIES) as connection:
        rows = STEPS.rows(connection, "held_back")
    theirs = [row for row in rows if row.id == restriction_of(row.request)]
    return [
        {
            "reference": row.reference,
            "kind": row.kind,
            "since": row.since.isoformat(),
            "reason": row.lift_reason,
            "letter": row.letter,
        }
        for row in theirs[:limit]
    ]
