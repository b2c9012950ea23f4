"""Undetermined contact points wait for a person: the queue, the decision, the day on which doubt ends, the labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.duties.notice.calendar import notice_dates
from include.duties.review.reasons import REASONS
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.intake.classification import Klass, reasons
from include.intake.classification.wording import Texts
from include.intake.classification.wording import UnknownReason as NoText
from include.intake.redeciding import PointGone, correct, treat_as_personal
from include.store import Role, begin, copy_into, keyed
from include.store.sql import Steps

__all__ = [
    "LABELS", "History", "UnknownReason", "Waiting", "decide", "history", "labels", "reason_text", "reason_texts",
    "settle_unreviewed", "waiting",
]  # fmt: skip

STEPS = Steps("include.duties.review", "review.sql")
CALENDAR = ("jurisdiction", "received_at", "decided_by", "due_at")
LABELS = (
    "value", "kind", "region", "label", "source", "basis", "owner_name", "number_type_libphonenumber", "split",
)  # fmt: skip
"""The columns of a file of labelled contact points."""


class UnknownReason(NeverRetry):
    """The reason is not one of the codes that the class can have."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact point that nobody has decided yet. It shows no value: `history` does, to who is to decide."""

    id: int
    source: str
    kind: str
    score: float
    reasons: tuple[str, ...]
    received_at: datetime
    decided_by: datetime
    """Until then a person may decide; then it is treated as personal."""
    due_at: datetime
    """The end of the notice's clock."""


@dataclass(frozen=True, slots=True)
class History:
    """One contact point with everything that was ever decided about it, the latest first."""

    id: int
    source: str
    kind: str
    column: str
    value: str = field(repr=False)
    name: str | None = field(repr=False)
    decisions: tuple[dict[str, Any], ...]
    reviews: tuple[dict[str, Any], ...]


def waiting(limit: int = 50) -> list[Waiting]:
    """List undetermined contact points, the one whose time to decide ends first at the head."""
    with begin(Role.DUTIES) as connection:
        starts = [tuple(row) for row in STEPS.rows(connection, "starts")]
        STEPS.run(connection, "calendar")
        copy_into(connection, "calendar", CALENDAR, [(*start, *_ends(*start)) for start in starts])
        rows = STEPS.rows(connection, "waiting", {"limit": limit})
    return [
        Waiting(r.id, r.source_key, r.kind, r.score, tuple(r.reasons), r.received_at, r.decided_by, r.due_at)
        for r in rows
    ]


def history(point: int, within: Connection | None = None) -> History:
    """Show a contact point to who is to decide it: its value, its listing's name, every decision. Raises PointGone.

    `within` is a unit of work of the duties that reads it; by default a new one is opened.
    """
    if within is None:
        with begin(Role.DUTIES) as connection:
            return history(point, connection)
    rows = STEPS.rows(within, "point", {"point": point})
    if not rows:
        raise PointGone(f"no contact point has the number {point}: it was destroyed or taken out; look at the list")
    past = STEPS.rows(within, "past", {"point": point})
    reviews = STEPS.rows(within, "reviews", {"point": point})
    (held,) = rows
    said = ("class", "score", "reasons", "edition", "rules", "decided_at", "decided_by")
    return History(
        id=held.id,
        source=held.source_key,
        kind=held.kind,
        column=held.source_column,
        value=held.value,
        name=held.name,
        decisions=tuple({name: row._mapping[name] for name in said} for row in (held, *past)),
        reviews=tuple(dict(row._mapping) for row in reviews),
    )


def reason_texts(known: History) -> dict[str, Texts]:
    """Say the reasons of every decision and review of a point by language; a code that nothing knows says itself."""
    codes = [code for said in known.decisions for code in said["reasons"]]
    codes += [review["reason"] for review in known.reviews]
    return {code: reason_text(code) for code in dict.fromkeys(codes)}


def reason_text(code: str) -> Texts:
    """Say a reason by language; a code that nothing knows says itself."""
    try:
        return reasons(code)
    except NoText:
        return {"ar": code, "en": code}


def decide(point: int, klass: str, *, reason: str, by: str, at: datetime, instead_of: int | None = None) -> str:
    """Decide a contact point as a person does, for one of the reasons of its class; return the class that it had.

    Raises UnknownReason, NeverRetry where nobody is named, and what `correct` raises.
    """
    if reason not in REASONS.get(klass, {}):
        known = "; ".join(f"{name}: {', '.join(codes)}" for name, codes in REASONS.items())
        raise UnknownReason(f"a decision needs a class and one of its reasons: {known}")
    if not by.strip():
        raise NeverRetry("a decision needs whoever decides: name them with --by")
    return correct(point, Klass(klass), reason=reason, by=by.strip(), at=at, instead_of=instead_of)


def settle_unreviewed(at: datetime) -> int:
    """Treat as personal what is undetermined and whose time to decide ended by `at`; return how many there were.

    That is `notice.review_days` of the edition in force at receipt, before the notice is to be sent (house; Law 1(4)).
    """
    with begin(Role.DUTIES) as connection:
        starts = [(row.jurisdiction, row.received_at) for row in STEPS.rows(connection, "starts")]
    over = [start for start in starts if notice_dates(*start).decided_by <= at]
    return treat_as_personal(over, at) if over else 0


def labels(by: str, at: datetime) -> list[tuple[str, ...]]:
    """Give every decision of a person that stands, as rows of LABELS, for the next training.

    These are contact details: that they were taken out, how many, and by whom (keyed), is put into the evidence.
    """
    with begin(Role.DUTIES) as connection:
        rows = [tuple(row) for row in STEPS.rows(connection, "labels")]
        reviewer = {"reviewer": keyed("staff", by)}
        record(connection, Kind.LABELS_EXPORTED, at=at, counts={"labels": len(rows)}, hashes=reviewer)
    return rows


def _ends(jurisdiction: str, received_at: datetime) -> tuple[datetime, datetime]:
    dates = notice_dates(jurisdiction, received_at)
    return dates.decided_by, dates.due_at
