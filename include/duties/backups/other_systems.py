"""What went from other systems, and which legal holds stand: in the journal, for an older copy knows neither."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.backups.model import Line
from include.store import keyed
from include.store.sql import Steps

__all__ = ["Gone", "gone_from", "left", "note_gone", "note_hold", "note_released", "note_verified", "put_back"]

STEPS = Steps("include.duties.backups", "other_systems.sql")


def note_gone(connection: Connection, plan: UUID, at: datetime) -> None:
    """Note that rows of another system went, in the transaction that says so; of a request also whom it was about."""
    row = connection.execute(
        text("select system, scope ->> 'request' as request from duties.destruction where id = :plan"), {"plan": plan}
    ).one()
    known = STEPS.rows(connection, "who", {"system": row.system, "request": row.request}) if row.request else ()
    who = [{"kind": one.kind, "key": keyed(one.kind, one.value.casefold()).hex()} for one in known]
    STEPS.run(connection, "note", {"plan": plan, "at": at, "who": json.dumps(who)})


def note_verified(connection: Connection, plan: UUID, at: datetime) -> None:
    """Note that a second look found nothing left of a plan."""
    STEPS.run(connection, "note_verified", {"plan": plan, "at": at})


def note_hold(connection: Connection, hold: UUID) -> None:
    """Note that a hold was placed: its case, its scope, and its people by keyed hashes."""
    STEPS.run(connection, "note_hold", {"hold": hold})


def note_released(connection: Connection, hold: UUID, at: datetime) -> None:
    """Note that a hold was released."""
    STEPS.run(connection, "note_released", {"hold": hold, "at": at})


def put_back(connection: Connection) -> None:
    """Put back, from the journal that is in the unit of work, the holds and the plans that this database lacks."""
    STEPS.run(connection, "put_back_holds")
    STEPS.run(connection, "put_back_plans")


def left(connection: Connection) -> dict[str, int]:
    """Count the plans over other systems, and the holds, that this database lacks."""
    return dict(STEPS.rows(connection, "left")[0]._mapping)


class Gone:
    """What went from one system since a moment, by its journal."""

    def __init__(self) -> None:
        self.people: dict[UUID, set[bytes]] = {}
        """Of each request, the keyed hashes of whom it was about."""
        self.rules: Counter[str] = Counter()
        """How many plans of each rule."""


def gone_from(lines: Iterable[Line], system: str, since: datetime) -> Gone:
    """Read from the journal what went from a system at or after a moment (UTC)."""
    gone = Gone()
    for item in (item for line in lines for item in line.items):
        if item["what"] != "elsewhere" or item["system"] != system or datetime.fromisoformat(item["at"]) < since:
            continue
        if item["rule"]:
            gone.rules[item["rule"]] += 1
        if item["who"]:
            keys = gone.people.setdefault(UUID(item["scope"]["request"]), set())
            keys |= {bytes.fromhex(one["key"]) for one in item["who"]}
    return gone
