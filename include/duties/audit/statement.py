"""What a pack says of its day beside the records themselves: pure, from what was counted, added up and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from include.duties.audit.model import Counted, Day
from include.duties.audit.reading import Span
from include.evidence.payload import instant

__all__ = ["Told", "statement"]

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


def statement(day: Day, span: Span, promised: Mapping[str, Any], *, events: int) -> dict[str, Any]:
    """Say which day it is, what was in force, what was counted when, and which records and seals vouch for it."""
    counted_at = None if span.counted is None else span.counted.told["at"]
    return {
        "day": day.date.isoformat(),
        "zone": promised["zone"],
        "begins": instant(day.begins),
        "ends": instant(day.ends),
        "edition": promised["edition"],
        "edition_sha256": promised["sha256"],
        "law": promised["law"],
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
