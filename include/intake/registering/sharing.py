"""What other listings say of a contact point enters its decision, whichever of them came first.

The evidence is counted over what a register's sources say now, never over decisions that rest on such evidence
themselves: so the order in which they came changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from include.intake.classification.model import Shared
from include.intake.classification.sharing import SHARING, beside_others, called, personal_codes
from include.store import copy_into, keyed
from include.store.sql import Steps

__all__ = ["Change", "by_transition", "changed_beside", "decide_held_beside", "take_beside", "weigh_shared"]

STEPS = Steps("include.intake.registering", "sharing.sql")
UNREVIEWED = "unreviewed_in_time"


@dataclass(frozen=True, slots=True)
class Change:
    """So many contact points of a kind that go from one class to another, and the numbers of a few of them."""

    kind: str
    before: str
    after: str
    points: int
    sample: tuple[int, ...]


def weigh_shared(connection: Connection, values: dict[str, Any], places: str, *, removes: bool = False) -> bool:
    """Decide what is taken in with what others say of it; return whether anything is said of anything.

    `places` is the step that names the listings that are taken in; `removes` says that points or listings may be gone
    with this delivery. `earlier` among the values says that the source had listings before it. It needs
    `incoming_point` and `held_point`, and what `reviewed` left of them.
    """
    values = values | _terms()
    STEPS.run(connection, places, values)
    for step in ("shared_keys", "held_beside"):
        STEPS.run(connection, step)
    if STEPS.one(connection, "beside", values):
        STEPS.run(connection, "shared_with_held", values)
    if removes:
        STEPS.run(connection, "shared_before", values)
    if not connection.exec_driver_sql("select exists (select from shared_key)").scalar_one():
        return False
    STEPS.run(connection, "members", values)
    names = [row.organisation for row in STEPS.rows(connection, "organisations", values)]
    _number(connection, names)
    STEPS.run(connection, "weighed", values)
    _answer(connection)
    STEPS.run(connection, "incoming_decided", values)
    rows = [(row.row_number, _named(row.row_key)) for row in STEPS.rows(connection, "unnamed")]
    _keys(connection, "row_named", "row_number", rows)
    STEPS.run(connection, "incoming_owned", values)
    return True


def decide_held_beside(connection: Connection, values: dict[str, Any]) -> dict[str, int]:
    """Add what is held elsewhere, and is decided otherwise now, to what is taken in; count it by transition.

    From there on it goes the way of every decision: the one before is kept, and it is routed at once.
    """
    changed = changed_beside(connection, values)
    take_beside(connection, values)
    return by_transition(changed)


def changed_beside(connection: Connection, values: dict[str, Any]) -> tuple[Change, ...]:
    """Say what is held elsewhere and would be decided otherwise now, once `weigh_shared` has found any; change nothing.

    Where only the reasons change, the class is the same before and after.
    """
    STEPS.run(connection, "held_changed", values)
    rows = STEPS.rows(connection, "transitions")
    return tuple(Change(row.kind, row.before, row.after, int(row.points), tuple(row.sample)) for row in rows)


def take_beside(connection: Connection, values: dict[str, Any]) -> None:
    """Add what `changed_beside` found to what is taken in."""
    rows = [(row.listing_id, _named(row.row_key)) for row in STEPS.rows(connection, "unnamed_elsewhere")]
    _keys(connection, "listing_named", "listing_id", rows)
    STEPS.run(connection, "held_decided", values)


def by_transition(changes: Iterable[Change]) -> dict[str, int]:
    """Count contact points by transition, all kinds together, as `business_to_personal`."""
    counts = Counter[str]()
    for change in changes:
        counts[f"{change.before}_to_{change.after}"] += change.points
    return dict(counts)


def _terms() -> dict[str, Any]:
    return {
        "personal_codes": list(personal_codes()),
        "sharing": list(SHARING),
        "not_its_own": [*SHARING, UNREVIEWED],
        "others": Shared.OTHERS,
        "sources": Shared.SOURCES,
    }


def _number(connection: Connection, names: list[str]) -> None:
    """Tell the database which names are one organisation's."""
    numbers: dict[str, int] = {}
    known = [(name, numbers.setdefault(key, len(numbers))) for name in names if (key := called(name))]
    copy_into(connection, "called", ("organisation", "called"), known)


def _answer(connection: Connection) -> None:
    """Decide each of the few forms that evidence has."""
    verdicts = []
    for number, base, codes, score in STEPS.rows(connection, "questions"):
        said = beside_others(base, codes, score)
        verdicts.append((number, said.klass.value, said.score, list(said.reasons)))
    copy_into(connection, "verdict", ("verdict", "class", "score", "reasons"), verdicts)


def _keys(connection: Connection, table: str, column: str, rows: list[tuple[int, bytes]]) -> None:
    STEPS.run(connection, table)
    copy_into(connection, table, (column, "key"), rows)


def _named(row_key: bytes) -> bytes:
    """Give the key of somebody whom nothing in a row names but the row itself."""
    return keyed("listing", bytes(row_key).hex())
