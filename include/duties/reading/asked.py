"""Read what somebody wrote in a request, and what they say that their data should say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from include.duties.reading.actions import STEPS, noted
from include.duties.reading.model import Proposal, Written
from include.errors import NeverRetry
from include.evidence import leaf
from include.store import Role, begin

__all__ = ["read_request"]

SHOWN = 200
"""So many proposals of one request are shown at once."""


def read_request(request: UUID, *, by: str, at: datetime) -> Written:
    """Show what a person wrote in a request to an operator, by login, at `at` (UTC); the ledger says who read it.

    What was written, and each proposal of a correction, is one value of the reading. Nothing is recorded where nothing
    was written, or is not kept any more. Raises NeverRetry where there is no such request.
    """
    with begin(Role.DUTIES) as connection:
        rows = STEPS.rows(connection, "request", {"request": request})
        if not rows:
            raise NeverRetry("there is no such request")
        (row,) = rows
        proposed = STEPS.rows(connection, "proposed", {"request": request, "limit": SHOWN})
        leaves = [leaf(request=request)] if row.details is not None else []
        leaves += [leaf(proposal=each.id) for each in proposed]
        alarmed = bool(leaves) and noted(
            connection, "to_answer", subject=row.subject_id, duty=request, leaves=leaves, by=by, at=at
        )
    return Written(row.details, {each.id: Proposal(each.field, each.value, each.held) for each in proposed}, alarmed)
