"""A person's decision about one contact point: it overrides the rules there, until what it rests on changes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.errors import NeverRetry
from include.evidence import Kind, leaf, learn, record
from include.intake.classification import RULES, Klass
from include.intake.registering.actions import STEPS as TAKE_IN
from include.intake.registering.loading import STEPS as LOAD
from include.intake.registering.sharing import decide_held_beside, weigh_shared
from include.intake.registering.telling import decisions_told
from include.intake.routing import permissions
from include.law import edition_for
from include.store import Role, advisory_lock, begin, keyed
from include.store.sql import Steps

__all__ = ["AlreadyReviewed", "PointGone", "correct"]

STEPS = Steps("include.intake.redeciding", "correcting.sql")
CERTAIN = {Klass.BUSINESS: 0.0, Klass.PERSONAL: 1.0}


class PointGone(NeverRetry):
    """No contact point has the number: it never had one, was taken out by its publisher, or was destroyed."""


class AlreadyReviewed(NeverRetry):
    """Somebody decided it already, and what the decision rests on is as it was."""


def correct(point: int, klass: Klass, *, reason: str, by: str, at: datetime, instead_of: int | None = None) -> str:
    """Decide a contact point as a person does; return the class that it had.

    What is somebody's own by it is business in no other listing either. What was decided before stays readable. Routing
    follows at once, by the same steps as for every other decision; the clock stays that of receipt. `instead_of` is the
    number of the review that this one replaces: of two reviewers at once, the second is refused, and may look again.
    The ledger gets the reason, the number and a keyed hash of `by`. Raises PointGone and AlreadyReviewed.
    """
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
        held = _held(connection, point, instead_of)
        edition = edition_for(held.jurisdiction, at)
        values: dict[str, Any] = {
            "point": point,
            "earlier": True,
            "source": held.source_key,
            "listing": held.listing_id,
            "class": str(klass),
            "score": CERTAIN[klass],
            "reason": reason,
            "by": by,
            "at": at,
            "edition": edition.name,
            "rules": RULES,
            "decided_by": "review",
            "jurisdiction": held.jurisdiction,
            "language": held.language,
            "permissions": json.dumps(permissions(edition)),
        }
        values["subject_key"] = _owner(connection, held, values) if klass is not Klass.BUSINESS else None
        STEPS.run(connection, "reviewed", values)
        LOAD.run(connection, "incoming")
        STEPS.run(connection, "incoming", values)
        shared = weigh_shared(connection, values, "place_of_one")
        replaced = decide_held_beside(connection, values) if shared else {}
        for step in ("subjects", "new_subjects", "own_subjects", "decisions"):
            TAKE_IN.run(connection, step, values)
        _tell(connection, held, values)
        if replaced:
            _tell_elsewhere(connection, held, values, replaced)
    return str(held._mapping["class"])


def _held(connection: Connection, point: int, instead_of: int | None) -> Any:
    rows = STEPS.rows(connection, "point", {"point": point})
    if not rows:
        raise PointGone(
            f"no contact point has the number {point}: it was destroyed or taken out; look at the list again"
        )
    if rows[0].review_id != instead_of:
        told = f"review {rows[0].review_id} stands for it" if rows[0].review_id else "that review stands no more"
        raise AlreadyReviewed(f"contact point {point}: {told}; look at it again and name the review to replace, if any")
    return rows[0]


def _owner(connection: Connection, held: Any, values: dict[str, Any]) -> bytes:
    """Give the key of whose it is; where nothing else names somebody, the row does."""
    (found,) = STEPS.rows(connection, "owner", values)
    return bytes(found.key) if found.key is not None else keyed("listing", bytes(held.row_key).hex())


def _tell(connection: Connection, held: Any, values: dict[str, Any]) -> None:
    learn(connection, values["reason"], RULES)
    before = held._mapping["class"]
    record(
        connection,
        Kind.POINT_REVIEWED,
        at=values["at"],
        edition=values["edition"],
        codes={"source": held.source_key, "reason": values["reason"], "rules": RULES},
        counts={f"{before}_to_{values['class']}": 1},
        hashes={"reviewer": keyed("staff", values["by"])},
        leaves=[
            leaf(point=held.id, klass=values["class"], score=values["score"], reasons=[values["reason"]], rules=RULES)
        ],
    )


def _tell_elsewhere(connection: Connection, held: Any, values: dict[str, Any], replaced: dict[str, int]) -> None:
    """Record what the rules decide otherwise in other listings, now that a person has said whose this is."""
    STEPS.run(connection, "decided")
    TAKE_IN.run(connection, "tallied")
    codes = {"source": held.source_key, "rules": RULES}
    common: dict[str, Any] = {"at": values["at"], "edition": values["edition"], "codes": codes}
    for leaves, classes in decisions_told(connection):
        record(connection, Kind.DECISIONS_MADE, **common, leaves=leaves, counts=classes)
    record(connection, Kind.DECISIONS_REPLACED, **common, counts=replaced)
