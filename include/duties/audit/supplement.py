"""Supplements: what was recorded on one day about an earlier one, after that one's pack was sealed.

A pack is never written anew. What came later about its day stands beside it, by the day on which it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from include.duties.audit.flows import Flows
from include.duties.audit.form import Form
from include.duties.audit.making import Subject, made
from include.duties.audit.model import Day
from include.duties.audit.pack import Finished, write_json, write_lines
from include.duties.audit.reading import Span, span_of
from include.duties.audit.statement import statement
from include.evidence import Event, Kind, lines
from include.evidence.model import Head
from include.evidence.payload import instant
from include.evidence.reading import events_of, seals_of

__all__ = ["write_supplements"]

OUR_OWN = frozenset({Kind.DAY_COUNTED, Kind.DAY_CLOSED, Kind.DAY_AUDITED})


def write_supplements(connection: Connection, day: Day, span: Span, at: datetime) -> Iterator[Finished]:
    """Write a supplement for each earlier day about which something was recorded on this one."""
    before = span_of(connection, day.before)
    told = span.after.seq if before is None else before.seal.seq
    late: dict[Day, Event] = {}
    for event in _late(connection, told, span.seal.seq, day):
        late.setdefault(Day.at(datetime.fromisoformat(event.payload[7:34])), event)
    for earlier, first in sorted(late.items(), key=_when):
        yield _written(connection, Subject(earlier, day), first, span, at)


def _when(item: tuple[Day, Event]) -> datetime:
    return item[0].begins


def _late(connection: Connection, after: int, to: int, day: Day) -> Iterator[Event]:
    for event in events_of(connection, after, to):
        if event.kind not in OUR_OWN and event.payload[7:34] < instant(day.begins):
            yield event


def _written(connection: Connection, subject: Subject, first: Event, span: Span, at: datetime) -> Finished:
    """Write the records from the first late one to the day's seal, and what of them is about the earlier day."""
    part = Span(Head(first.seq - 1, first.prev_hash), span.seal, None)

    def write(draft: Path, _: Form, promised: Mapping[str, Any]) -> None:
        flows, records = Flows(subject.day), list(events_of(connection, part.after.seq, part.seal.seq))
        for record in records:
            flows.add(record.kind, record.payload)
        write_lines(draft / "ledger.jsonl", map(lines.event_line, records))
        write_lines(draft / "seals.jsonl", map(lines.seal_line, seals_of(connection, part.after.seq, part.seal.seq)))
        write_json(draft / "statement.json", statement(subject.day, part, promised, events=flows.events))
        write_lines(draft / "flows.jsonl", flows.rows())

    return made(connection, subject, at, write)
