"""What of the ledger is about a day: from the last seal before it to the first seal after it was closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from include.duties.audit.model import Day
from include.evidence.model import GENESIS, Head, Seal
from include.evidence.payload import instant
from include.evidence.reading import seal_after, seal_before

__all__ = ["Closing", "Span", "closing_of", "counts_of", "first_instant", "span_of"]


@dataclass(frozen=True, slots=True)
class Closing:
    """That a day was closed: the number of the record that says so, and what that record says."""

    seq: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """The records that tell of a day. They follow `after`, and the last one is under the seal."""

    after: Head
    seal: Seal
    closing: Closing | None
    """None for a day that nobody closed."""

    @property
    def counted(self) -> Closing | None:
        """The closing of a day at whose end something was counted."""
        return self.closing if self.closing and self.closing.told["codes"]["outcome"] == "counted" else None


def first_instant(connection: Connection) -> datetime | None:
    """Say when the first event of the ledger happened; None for an empty one."""
    payload = connection.execute(text("select payload from evidence.ledger order by seq limit 1")).scalar()
    return None if payload is None else datetime.fromisoformat(json.loads(payload)["at"])


def closing_of(connection: Connection, day: Day) -> Closing | None:
    """Find the record by which a day was closed."""
    row = connection.execute(
        text("""
            select seq, payload from evidence.ledger
             where kind = 'day_closed' and position(:ends in payload) > 0 order by seq limit 1
        """),
        {"ends": f'"ends":"{instant(day.ends)}"'},
    ).one_or_none()
    return None if row is None else Closing(row.seq, json.loads(row.payload))


def counts_of(connection: Connection, day: Day, span: Span) -> list[Mapping[str, Any]]:
    """Read what was counted at the end of a day, as it was recorded."""
    if span.closing is None:
        return []
    rows = connection.execute(
        text("""
            select payload from evidence.ledger
             where kind = 'day_counted' and seq > :after and seq < :closing and position(:ends in payload) > 0
             order by seq
        """),
        {"after": span.after.seq, "closing": span.closing.seq, "ends": f'"ends":"{instant(day.ends)}"'},
    )
    return [json.loads(row.payload) for row in rows]


def span_of(connection: Connection, day: Day) -> Span | None:
    """Find the records that tell of a day; None while no seal lies over its end.

    Nothing that comes later moves its bounds: a seal that was made stays, and is the first of its kind for good.
    """
    closing = closing_of(connection, day)
    seal = seal_after(connection, seq=closing.seq) if closing else seal_after(connection, instant=day.ends)
    if seal is None:
        return None
    before = seal_before(connection, day.begins)
    after = Head(0, GENESIS) if before is None else Head(before.seq, before.hash)
    return Span(after, seal, closing)
