"""Make the corrections that somebody asked for: in the register, in every other system, and known to who had it before.

What a person says of themselves stands from then on: a later delivery of the source does not write over it (Law 17,
IR 22). Each step is done once, however often this is run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.audience.removing import tell_of
from include.duties.correcting.model import CONTACTS, Applied
from include.duties.correcting.proposing import STEPS
from include.duties.correcting.reading import Checked, checked
from include.duties.correcting.spreading import spread
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, keyed

__all__ = ["apply"]

ADDED = "subject"
"""Where a contact comes from that its person added: of no column of the source."""
REASON = "corrected"


@dataclass(slots=True)
class _Work:
    """What is done in one unit of work."""

    request: UUID
    subject: UUID
    at: datetime
    edition: str
    points: list[int] = field(default_factory=list)
    changes: list[tuple[bytes, bytes]] = field(default_factory=list, repr=False)
    refused: Counter[str] = field(default_factory=Counter)


def apply(request: UUID, by: str, at: datetime, *, settings: Mapping[str, str] = os.environ) -> Applied:
    """Make what was proposed in a request the register's, tell earlier recipients, and correct every mapped system.

    `by` is the login of whoever decided; evidence holds its keyed hash. When all of it is done everywhere, the
    proposals' values are destroyed; what was held back while the accuracy was contested is let go by the answer, which
    tells the person. A system that is away raises SystemAway when the others are done: called again, only what is
    missing is done. Refused one by one, by reason: what is gone, stands there already, is another person's, or was
    destroyed before.
    """
    with begin(Role.DUTIES) as store:
        row = STEPS.rows(store, "request", {"request": request})[0]
        proposals = STEPS.rows(store, "proposals", {"request": request})
        told = 0
        if row.subject_id is not None and any(each.state == "proposed" for each in proposals):
            work = _Work(request, row.subject_id, at, edition_for(row.jurisdiction, at).name)
            told = _in_the_register(store, work, [each for each in proposals if each.state == "proposed"], by)
    systems = spread(request, row.subject_id, row.edition, at, settings) if row.subject_id else {}
    with begin(Role.DUTIES) as store:
        STEPS.run(store, "done", {"request": request})
        ended = STEPS.rows(store, "proposals", {"request": request})
    refused = Counter(each.reason for each in ended if each.state == "refused")
    return Applied(sum(each.state == "done" for each in ended), dict(refused), systems, told)


def _in_the_register(store: Connection, work: _Work, proposals: Iterable[Any], by: str) -> int:
    for proposal in proposals:
        reason = _decide(store, work, proposal)
        if reason is not None:
            work.refused[reason] += 1
            STEPS.run(store, "refused", {"id": proposal.id, "reason": reason, "at": work.at})
    told = tell_of(store, STEPS.rows(store, "handed_out", {"points": work.points}), REASON, work.at)
    for before, after in work.changes:
        record(
            store,
            Kind.CORRECTION_APPLIED,
            at=work.at,
            edition=work.edition,
            refs={"request": work.request, "subject": work.subject},
            hashes={"before": before, "after": after, "actor": keyed("login", by)},
        )
    if work.refused:
        record(
            store,
            Kind.CORRECTION_APPLIED,
            at=work.at,
            edition=work.edition,
            refs={"request": work.request, "subject": work.subject},
            counts={f"refused_{reason}": count for reason, count in work.refused.items()},
            hashes={"actor": keyed("login", by)},
        )
    return told


def _decide(store: Connection, work: _Work, proposal: Any) -> str | None:
    """Make one correction; return why it is not made, if so."""
    listing = next(iter(STEPS.rows(store, "listing", {"listing": proposal.listing_id, "subject": work.subject})), None)
    read = checked(proposal.field, proposal.normalised if proposal.field == "phone" else proposal.value, None)
    if listing is None or not listing.theirs:
        return "gone"
    if read is None:
        return "unreadable"
    value = replace(read, value=proposal.value)  # a number as it was written, under its own country
    if proposal.field not in CONTACTS:
        return _text(store, work, proposal, listing, value)
    if proposal.point_id is None:
        return _missing(store, work, proposal, value)
    return _contact(store, work, proposal, value)


def _text(store: Connection, work: _Work, proposal: Any, listing: Any, value: Checked) -> str | None:
    if listing.shared:
        return "somebody_elses"  # whose role it is in a listing of several people, nobody knows
    before = str(listing.fields.get(proposal.field) or "")
    STEPS.run(store, "write", {"listing": listing.id, "field": proposal.field, "value": value.value})
    original, after = (keyed(f"text:{proposal.field}", each) for each in (before, value.value))
    _state(store, work, proposal, value, point=None, column=None, original=original)
    _applied(store, work, proposal, point=None, original=before or None, change=(original, after))
    return None


def _missing(store: Connection, work: _Work, proposal: Any, value: Checked) -> str | None:
    if (reason := _taken(store, work, proposal, value)) is not None:
        return reason
    given = {"listing": proposal.listing_id, "subject": work.subject, "kind": proposal.field, "column": ADDED}
    more = {"key": value.key, "value": value.value, "normalised": value.normalised}
    point = STEPS.rows(store, "add", given | more | {"edition": work.edition, "at": work.at})[0].id
    assert value.key
    _state(store, work, proposal, value, point=point, column=ADDED, original=value.key)
    _known(store, work, proposal, value, original=value.key)
    _applied(store, work, proposal, point=point, original=None, change=(keyed(proposal.field, ""), value.key))
    return None


def _contact(store: Connection, work: _Work, proposal: Any, value: Checked) -> str | None:
    held = next(iter(STEPS.rows(store, "held", {"point": proposal.point_id, "subject": work.subject})), None)
    if held is None:
        return "gone"
    if (reason := _taken(store, work, proposal, value)) is not None:
        return reason
    given = {"point": held.id, "listing": held.listing_id}
    STEPS.run(store, "correct", given | {"key": value.key, "value": value.value, "normalised": value.normalised})
    original = bytes(held.key)
    assert value.key
    _state(store, work, proposal, value, point=held.id, column=held.source_column, original=original)
    _known(store, work, proposal, value, original=original)
    work.points.append(held.id)
    _applied(store, work, proposal, point=held.id, original=held.normalised or held.value, change=(original, value.key))
    return None


def _taken(store: Connection, work: _Work, proposal: Any, value: Checked) -> str | None:
    given = {"listing": proposal.listing_id, "kind": proposal.field, "key": value.key, "point": proposal.point_id}
    (row,) = STEPS.rows(store, "taken", given | {"subject": work.subject})
    return next((name for name, holds in row._mapping.items() if holds), None)


def _state(
    store: Connection,
    work: _Work,
    proposal: Any,
    value: Checked,
    *,
    point: int | None,
    column: str | None,
    original: bytes,
) -> None:
    values = {
        "subject": work.subject, "listing": proposal.listing_id, "point": point, "field": proposal.field,
        "column": column, "original": original, "key": value.key, "value": value.value,
        "normalised": value.normalised, "request": work.request, "at": work.at,
    }  # fmt: skip
    if not STEPS.run(store, "restate", values):
        STEPS.run(store, "state", values)


def _known(store: Connection, work: _Work, proposal: Any, value: Checked, *, original: bytes) -> None:
    if proposal.field in ("email", "phone") and original != value.key:
        STEPS.run(store, "known_by", {"subject": work.subject, "original": original, "key": value.key})


def _applied(
    store: Connection,
    work: _Work,
    proposal: Any,
    *,
    point: int | None,
    original: str | None,
    change: tuple[bytes, bytes],
) -> None:
    work.changes.append(change)
    STEPS.run(store, "applied", {"id": proposal.id, "original": original, "point": point, "at": work.at})
