"""Take down what somebody proposes: structured, one field each, and only of what is held of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from include.duties.correcting.model import CONTACTS, TEXTS, Proposed
from include.duties.correcting.reading import checked
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.store.sql import Steps

__all__ = ["STEPS", "ProposalUnfit", "propose"]

STEPS = Steps("include.duties.correcting", "correcting.sql")


class ProposalUnfit(NeverRetry):
    """Raised for a proposal about what is not held of this person, or that cannot be read. It names no value."""


def propose(connection: Connection, request: UUID, proposals: Iterable[Proposed], at: datetime) -> int:
    """Store what the person of a request proposes, in the caller's unit of work; return how many. All or none.

    Values are read as intake reads them. Raises ProposalUnfit.
    """
    row = STEPS.rows(connection, "request", {"request": request})[0]
    count = 0
    for each in proposals:
        values = _read(connection, row.subject_id, each)
        STEPS.run(connection, "propose", values | {"id": uuid4(), "request": request, "at": at})
        count += 1
    if not count:
        raise ProposalUnfit("nothing is proposed")
    record(
        connection,
        Kind.CORRECTION_PROPOSED,
        at=at,
        edition=row.edition,
        refs={"request": request},
        counts={"proposals": count},
    )
    return count


def _read(connection: Connection, subject: UUID | None, proposed: Proposed) -> dict[str, object]:
    kind, _, rest = proposed.about.partition(":")
    number, _, field = rest.partition(":")
    if subject is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise ProposalUnfit("a proposal is about nothing that is held")
    step, name = {"point": ("point_of", "point"), "listing": ("listing_of", "listing")}.get(kind, ("", ""))
    rows = STEPS.rows(connection, step, {name: int(number), "subject": subject}) if step else []
    if not rows or (kind == "listing" and field not in (*TEXTS, *CONTACTS)):
        raise ProposalUnfit("a proposal is about nothing that is held of this person")
    what = rows[0].kind if kind == "point" else field
    value = checked(what, proposed.value, rows[0].country)
    if value is None:
        raise ProposalUnfit(f"a proposal for the field {what} cannot be read")
    return {
        "field": what,
        "point": rows[0].id if kind == "point" else None,
        "listing": rows[0].listing_id if kind == "point" else rows[0].id,
        "value": value.value,
        "normalised": value.normalised,
    }
