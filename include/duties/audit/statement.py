"""What a pack says of its day beside the records themselves: pure, from what was counted, added up and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from include.duties.audit.model import Counted, Day
from include.duties.audit.reading import Span
from include.duties.notice.calendar import HOME
from include.evidence.payload import instant
from include.law import Edition, edition_for, edition_named

__all__ = ["Told", "edition_of", "statement"]

LATE = timedelta(hours=1)
"""Counts that were taken later than this after the day's end are marked so."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of a day."""

    statement: Mapping[str, Any]
    promised: Sequence[Mapping[str, Any]]
    held: Sequence[Counted]
    flows: Sequence[Mapping[str, Any]]
    checks: Sequence[Mapping[str, Any]]


def edition_of(day: Day, span: Span) -> Edition:
    """Give the edition that was in force when the day ended, as it was written down then."""
    if span.closing is not None:
        return edition_named(span.closing.told["edition"])
    return edition_for(HOME, day.ends - timedelta(microseconds=1))


def statement(day: Day, span: Span, about: Mapping[str, Any], *, events: int) -> dict[str, Any]:
    """Say which day it is, what was in force, what was counted when, and which records and seals vouch for it."""
    edition, counted_at = edition_of(day, span), None if span.counted is None else span.counted.told["at"]
    return {
        "manifest": dict(about),
        "day": day.date.isoformat(),
        "zone": str(edition.zone),
        "begins": instant(day.begins),
        "ends": instant(day.ends),
        "edition": edition.name,
        "law": edition.law.model_dump(),
        "counted_at": counted_at,
        "counted_late": counted_at is not None and counted_at > instant(day.ends + LATE),
        "records": {
            "after": span.after.hash.hex(),
            "first": span.after.seq + 1,
            "last": span.seal.seq,
            "of_the_day": events,
        },
        "seal": {"seq": span.seal.seq, "at": instant(span.seal.at), "key": span.seal.fingerprint},
    }
