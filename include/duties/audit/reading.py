"""What of the ledger is about a day: from the last seal before it to the first seal after it was closed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from include.duties.audit.model import Day
from include.evidence.model import GENESIS, Head, Kind, Seal
from include.evidence.payload import instant
from include.evidence.reading import seal_after, seal_before

__all__ = ["Closing", "Made", "Span", "closing_of", "counts_of", "first_instant", "made_of", "span_of"]

ABOUT = text("""
    select seq, payload from evidence.ledger
     where kind = :kind and kind in ('day_counted', 'day_closed', 'day_audited')
       and substring(payload from '"ends":"([^"]+)"') = :ends
     order by seq
""")
"""The words of the index ix_ledger_day."""


@dataclass(frozen=True, slots=True)
class Closing:
    """That a day was closed: the number of the record that says so, and what that record says."""

    seq: int
    told: Mapping[str, Any]

    @property
    def edition(self) -> str:
        """The name of the edition in force when the day ended."""
        return str(self.told["edition"])

    @property
    def promised(self) -> str | None:
        """The hash of what that edition promised then."""
        promised = self.told["hashes"].get("promised")
        return None if promised is None else str(promised)


@dataclass(frozen=True, slots=True)
class Made:
    """What the ledger says of a pack since it was made: hashes, in hexadecimal."""

    manifest: str
    data: str
    """Of all that is made from records."""
    form: str
    promised: str
    edition: str
    """The name of the edition."""
    layout: int
    """Of the data files, as the form numbers it."""
    sealed: str | None = None
    """Of the records and their seals alone; None where it was made before that was recorded."""


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
    row = next(_about(connection, Kind.DAY_CLOSED, day), None)
    return None if row is None else Closing(row.seq, json.loads(row.payload))


def counts_of(connection: Connection, day: Day, span: Span) -> list[Mapping[str, Any]]:
    """Read what was counted at the end of a day, as it was recorded."""
    if span.closing is None:
        return []
    within = range(span.after.seq + 1, span.closing.seq)
    return [json.loads(row.payload) for row in _about(connection, Kind.DAY_COUNTED, day) if row.seq in within]


def made_of(connection: Connection, day: Day, recorded_on: Day | None = None) -> Made | None:
    """Find what was last recorded of a day's pack, or of its supplement of another day; None where none was made."""
    made = None
    for row in _about(connection, Kind.DAY_AUDITED, day):
        told = json.loads(row.payload)
        if told["times"].get("recorded") == (recorded_on and instant(recorded_on.ends)):
            hashes = {name: told["hashes"][name] for name in ("manifest", "data", "form", "promised")}
            hashes["sealed"] = told["hashes"].get("sealed")
            made = Made(**hashes, edition=told["edition"], layout=told["counts"]["layout"])
    return made


def _about(connection: Connection, kind: Kind, day: Day) -> Iterator[Any]:
    """Find the records of a kind that name a day by its end, by their index: however long the ledger is."""
    yield from connection.execute(ABOUT, {"kind": str(kind), "ends": instant(day.ends)})


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
