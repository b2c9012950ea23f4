"""Decide everything again that a source has given us: look first what would change, then do it in one transaction."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.evidence import Kind, learn, record
from include.intake.classification import RULES
from include.intake.contracts import Contract
from include.intake.progress import Progress
from include.intake.redeciding.landed import decided_again
from include.intake.redeciding.loading import load_decided
from include.intake.registering.actions import LEAVES, ROOMY
from include.intake.registering.actions import STEPS as TAKE_IN
from include.intake.registering.sharing import Change, by_transition, changed_beside, take_beside, weigh_shared
from include.intake.registering.telling import decisions_told
from include.intake.routing import permissions
from include.law import Edition, edition_for
from include.store import Role, advisory_lock, begin
from include.store.sql import Steps

__all__ = ["Change", "Redecided", "redecide"]

STEPS = Steps("include.intake.redeciding", "redeciding.sql")


@dataclass(frozen=True, slots=True)
class Redecided:
    """What a re-decision of one source changes, or would change. It shows numbers and codes, never a value.

    `changes` has every transition, also from a class to itself; `found` counts contact points that only the new rules
    find; `kept` what a person, or the day on which doubt ends, decided and which therefore stays; `unread` what is held
    of rows that are in no landing file any more: it stays as it was decided. `elsewhere` is what the rules then decide
    otherwise in other listings, mostly of other sources: what is somebody's own here is business nowhere.
    """

    source: str
    edition: str
    rules: str
    changes: tuple[Change, ...]
    found: int
    kept: int
    unread: int
    elsewhere: tuple[Change, ...] = ()

    @property
    def transitions(self) -> dict[str, int]:
        """Count the points of the source by transition, all kinds together, as `business_to_personal`."""
        return by_transition(self.changes)

    @property
    def transitions_elsewhere(self) -> dict[str, int]:
        """Count those of other listings by transition."""
        return by_transition(self.elsewhere)


def redecide(contract: Contract, *, at: datetime, apply: bool) -> Redecided:
    """Decide every contact point that is held of a source by the rules and the edition of now; return what changes.

    Without `apply` nothing is changed. With it, every decision that is replaced is kept, whatever becomes personal or
    undetermined is blocked and has a subject from that moment on (IR 8(1)(d)), whatever becomes business is let go, and
    all of it is told to the ledger, in one transaction. Clocks stay those of receipt (IR 4(3)). Doing it again changes
    nothing more.
    """
    edition = edition_for(contract.jurisdiction, at)
    with begin(Role.INTAKE) as connection:
        values = _values(contract, edition, at)
        connection.execute(ROOMY)
        prints = {bytes(row.fingerprint) for row in STEPS.rows(connection, "prints", values)}
        progress = Progress(f"deciding {contract.key} again", len(prints))
        load_decided(connection, decided_again(contract, prints, progress))
        if apply:
            advisory_lock(connection, "register")
        STEPS.run(connection, "unheld", values)
        STEPS.run(connection, "held_points", values)
        TAKE_IN.run(connection, "reviewed", values)
        shared = weigh_shared(connection, values, "places_again")
        found = _found(connection, contract, edition, values)
        if shared:
            found = replace(found, elsewhere=changed_beside(connection, values))
        if apply:
            if shared:
                take_beside(connection, values)
            _apply(connection, found, values)
    return found


def _values(contract: Contract, edition: Edition, at: datetime) -> dict[str, Any]:
    return {
        "earlier": True,
        "source": contract.key,
        "leaves": LEAVES,
        "at": at,
        "edition": edition.name,
        "rules": RULES,
        "decided_by": "rules",
        "jurisdiction": contract.jurisdiction,
        "language": contract.language,
        "permissions": json.dumps(permissions(edition)),
    }


def _found(connection: Connection, contract: Contract, edition: Edition, values: dict[str, Any]) -> Redecided:
    rows = STEPS.rows(connection, "transitions", values)
    changes = tuple(Change(row.kind, row.before, row.after, row.points, tuple(row.sample)) for row in rows)
    held = STEPS.one(connection, "points", values)
    STEPS.run(connection, "found", values)
    fresh = sum(row.points for row in STEPS.rows(connection, "found_kinds", values))
    read = connection.exec_driver_sql("select count(*) from held_point").scalar_one()
    kept = read - sum(change.points for change in changes)
    return Redecided(contract.key, edition.name, RULES, changes, fresh, kept, held - read)


def _apply(connection: Connection, found: Redecided, values: dict[str, Any]) -> None:
    for step in ("corrected", "subjects", "new_subjects", "own_subjects", "decisions"):
        TAKE_IN.run(connection, step, values)
    for step in ("add_found", "listings", "decided"):
        STEPS.run(connection, step, values)
    TAKE_IN.run(connection, "tallied", values)
    learn(connection, RULES)
    common: dict[str, Any] = {
        "at": values["at"],
        "edition": found.edition,
        "codes": {"source": found.source, "rules": found.rules},
    }
    told = 0
    for leaves, classes in decisions_told(connection):
        record(connection, Kind.DECISIONS_MADE, **common, leaves=leaves, counts=classes)
        told += len(leaves)
    if told:
        rest = {"found": found.found, "kept": found.kept, "unread": found.unread}
        changed = Counter(found.transitions) + Counter(found.transitions_elsewhere)
        record(connection, Kind.DECISIONS_REPLACED, **common, counts=changed | rest)
