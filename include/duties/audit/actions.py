"""Audit a day: close it if its time has not passed, seal the ledger, and write the pack and its supplements."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from include.duties.audit import verifier
from include.duties.audit.checking import checked
from include.duties.audit.closing import LOCK, close_day, mark_not_counted, see_that_it_is_over
from include.duties.audit.flows import Flows, counted, whole
from include.duties.audit.form import Form
from include.duties.audit.making import Subject, made
from include.duties.audit.model import Check, Day
from include.duties.audit.pack import write_json, write_lines
from include.duties.audit.reading import Span, counts_of, span_of
from include.duties.audit.report import write_reports
from include.duties.audit.statement import Told, statement
from include.duties.audit.supplement import write_supplements
from include.errors import NeverRetry
from include.evidence import Event, lines, seal
from include.evidence.reading import events_of, seals_of
from include.store import Role, advisory_lock, begin

__all__ = ["Audited", "CheckFailed", "audit", "see_that_it_holds"]


class CheckFailed(NeverRetry):
    """Something was there at the end of a day that must not be. The pack says so; the message counts it."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of an audit: where its pack lies, and what it found, as counts."""

    pack: Path
    events: int
    failed: Mapping[str, int]
    """By check, what must not be there."""
    counted: bool
    """Whether what was held was counted when the day ended."""
    supplements: tuple[Path, ...] = ()
    """To the packs of earlier days, about which something was recorded on this one."""
    notes: tuple[str, ...] = ()
    """How packs compare with the form under which they were first made, where this software has another."""


def audit(day: Day, at: datetime, settings: Mapping[str, str] = os.environ) -> Audited:
    """Write the pack of a day that is over at `at` (UTC), or find that the one that stands is the same.

    It tells what was recorded up to the first seal after the day was closed, and nothing later; what was recorded after
    that about an earlier day is a supplement of that day. Two at once take turns. Raises NoSuchDay, PackDiffers,
    DiskFull, and StoreAway where the ledger is away: then no part of a pack is left.
    """
    close_day(day, at, settings)
    _seal_over(day, at)
    with begin(Role.AUDITOR) as waiting:
        advisory_lock(waiting, LOCK)
        with begin(Role.AUDITOR) as connection:
            span = span_of(connection, day)
            assert span is not None, "it was sealed above"
            done = _written(connection, day, span, at)
            supplements = tuple(write_supplements(connection, day, span, at))
    notes = (*done.notes, *(f"{each.pack.name}: {each.note}" for each in supplements if each.note))
    return replace(done, supplements=tuple(each.pack for each in supplements), notes=notes)


def see_that_it_holds(done: Audited) -> None:
    """Raise CheckFailed where a check of an audit found anything."""
    if done.failed:
        told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in done.failed.items())
        raise CheckFailed(f"{done.pack.name}: {told}; the pack was written and says so. Look what brought it about")


def _seal_over(day: Day, at: datetime) -> None:
    """See that a seal lies over the day: the first one is for good the end of what its pack tells."""
    see_that_it_is_over(day, at)
    for _ in range(2):
        with begin(Role.AUDITOR) as connection:
            if span_of(connection, day) is not None:
                return
        if seal(at) is None:  # all is sealed already, before the day ended: nothing was recorded since
            mark_not_counted(day, at)
            seal(at)


def _written(connection: Connection, day: Day, span: Span, at: datetime) -> Audited:
    found = Flows(day), list[Told]()

    def write(draft: Path, form: Form, promised: Mapping[str, Any]) -> None:
        flows, told = found
        _write_records(connection, draft, span, flows)
        said = statement(day, span, promised, events=flows.events)
        write_json(draft / "statement.json", said)
        told.append(
            Told(
                statement=said,
                promised=promised["figures"],
                held=counted(counts_of(connection, day, span)),
                flows=list(flows.rows()),
                checks=checked(_counts(draft, span)),
            )
        )
        _write_parts(draft, told[0])
        write_reports(draft, told[0], form)

    done = made(connection, Subject(day), at, write)
    flows, (told,) = found
    failed = {row["check"]: row["found"] for row in told.checks if row["holds"] is False}
    notes = (f"{done.pack.name}: {done.note}",) if done.note else ()
    return Audited(done.pack, flows.events, failed, bool(told.held), notes=notes)


def _write_records(connection: Connection, draft: Path, span: Span, flows: Flows) -> None:
    records = events_of(connection, span.after.seq, span.seal.seq)
    write_lines(draft / "ledger.jsonl", map(lines.event_line, _added_up(records, flows)))
    write_lines(draft / "seals.jsonl", map(lines.seal_line, seals_of(connection, span.after.seq, span.seal.seq)))


def _counts(draft: Path, span: Span) -> dict[str, int]:
    """Say what was counted of that which must be nothing: of the records here, of the rest when the day was closed."""
    counts = {Check.CHAIN_BROKEN.value: sum(1 for _ in verifier.chain_faults(draft))}
    return counts | (whole(span.closing.told["counts"]) if span.closing else {})


def _added_up(records: Iterable[Event], flows: Flows) -> Iterator[Event]:
    for record in records:
        flows.add(record.kind, record.payload)
        yield record


def _write_parts(draft: Path, told: Told) -> None:
    held: list[dict[str, Any]] = [
        {"measure": each.measure, "about": each.about, "counts": dict(sorted(each.counts.items()))}
        for each in told.held
    ]
    parts = {"promised": told.promised, "held": held, "flows": told.flows, "checks": told.checks}
    for name, rows in parts.items():
        write_lines(draft / f"{name}.jsonl", rows)
