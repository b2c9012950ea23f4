"""What happened on a day, summed up: pure counting over the events of the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from include.duties.audit.closing import MORE
from include.duties.audit.model import LAST_SECTION, Counted, Day
from include.evidence import Kind
from include.evidence.payload import LARGEST, instant

__all__ = ["NOT_SHOWN", "SECTIONS", "Flow", "Flows", "counted", "number_of", "section_of", "whole"]

SECTIONS: Mapping[str, tuple[Kind, ...]] = {
    "due": (
        Kind.DELIVERY_RECEIVED, Kind.SUBJECTS_FOUND, Kind.DUTY_OPENED, Kind.NOTICES_PLANNED, Kind.CONSENT_ASKED,
        Kind.DELETION_ASKED, Kind.DESTRUCTION_PLANNED, Kind.RESTORE_ASKED, Kind.UNINTENDED_ASKED,
        Kind.REQUEST_BEGUN, Kind.BREACH_NOTED,
    ),
    "done": (
        Kind.DELIVERY_REGISTERED, Kind.DUTY_CLOSED, Kind.POINT_REVIEWED, Kind.CONSENT_GIVEN, Kind.DESTRUCTION_VERIFIED,
        Kind.REMOVAL_CONFIRMED, Kind.UNINTENDED_ANSWERED, Kind.ARCHIVE_RESTORED, Kind.COVERAGE_CHECKED,
        Kind.RESTORE_DRILLED, Kind.MISS_EXPLAINED, Kind.REQUEST_ANSWERED, Kind.CORRECTION_APPLIED, Kind.BREACH_FILED,
        Kind.BREACH_CLOSED, Kind.BREACH_STEP_DONE, Kind.CONSENTS_IMPORTED, Kind.REQUEST_WITHDRAWN,
        Kind.CORRECTION_SPREAD,
    ),
    "late": (
        Kind.PROMISE_WARNED, Kind.PROMISE_MISSED, Kind.DELIVERY_LATE, Kind.DELIVERY_FAILED, Kind.POINTS_UNREVIEWED,
        Kind.MESSAGE_EXPIRED, Kind.REQUEST_EXTENDED,
    ),
    "held": (
        Kind.HOLD_PLACED, Kind.HOLD_RELEASED, Kind.STANDSTILL_BEGUN, Kind.STANDSTILL_ENDED, Kind.DESTRUCTION_HALTED,
        Kind.ARCHIVE_KEPT, Kind.RESTRICTION_RECORDED, Kind.RESTRICTION_ENDED,
    ),
    "denied": (
        Kind.ROWS_QUARANTINED, Kind.ROWS_SUPPRESSED, Kind.USE_BLOCKED, Kind.AUDIENCE_REFUSED, Kind.CONSENT_REFUSED,
        Kind.CONSENT_WITHDRAWN, Kind.CONSENT_EXPIRED, Kind.STOP_RECORDED, Kind.NOTICE_EXEMPT, Kind.RECORDING_REFUSED,
        Kind.RESTORE_REFUSED, Kind.DESTRUCTION_REJECTED, Kind.REQUEST_REFUSED,
    ),
    "sent": (
        Kind.NOTICE_QUEUED, Kind.NOTICE_SENT, Kind.MESSAGE_FAILED, Kind.MAIL_RETURNED, Kind.DISCLOSURE_RECORDED,
        Kind.REMOVAL_TOLD, Kind.PACKAGE_DELIVERED,
    ),
    "destroyed": (
        Kind.DESTRUCTION_DONE, Kind.RAW_DESTROYED, Kind.UNINTENDED_DESTROYED, Kind.BACKUP_GONE, Kind.ARCHIVE_SHORTENED,
        Kind.LISTINGS_WITHDRAWN, Kind.SUPPRESSION_ADDED, Kind.PACKAGE_DESTROYED,
    ),
}  # fmt: skip
"""Where an event stands in the report. What is not here is told in `flows.jsonl` alone."""
NOT_SHOWN = frozenset({
    Kind.DELIVERY_REREAD, Kind.COLUMNS_DROPPED, Kind.DECISIONS_MADE, Kind.DECISIONS_REPLACED, Kind.LABELS_EXPORTED,
    Kind.DESTRUCTION_ALLOWED, Kind.DESTRUCTION_BEGUN, Kind.DESTRUCTION_BATCH, Kind.DESTRUCTION_REPLACED,
    Kind.SUPPRESSION_IMPORTED, Kind.KEYS_ROTATING, Kind.KEYS_ROTATED, Kind.RECORDING_READ, Kind.RECORDINGS_COUNTED,
    Kind.BACKUP_MADE, Kind.RESTORE_REPLAYED, Kind.REQUEST_MERGED, Kind.IDENTITY_CHECKED, Kind.EXTENSION_QUEUED,
    Kind.EXTENSION_RETURNED, Kind.ANSWER_RETURNED, Kind.ANSWER_TOLD,
    Kind.LIFT_QUEUED, Kind.KEY_ISSUED, Kind.KEY_ENDED, Kind.REASON_GIVEN, Kind.VALUE_READ,
    Kind.READING_ALARMED, Kind.PACKAGE_MADE, Kind.PACKAGE_DOWNLOADED, Kind.CORRECTION_PROPOSED, Kind.DAY_COUNTED,
    Kind.DAY_CLOSED, Kind.DAY_AUDITED, Kind.BREACH_SCOPED, Kind.BREACH_ASSESSED, Kind.BREACH_DECIDED, Kind.BREACH_SAID,
    Kind.BREACH_DRAFTED, Kind.BREACH_APPROVED, Kind.BREACH_ALLOWED, Kind.BREACH_QUEUED, Kind.READINESS_CHECKED,
    Kind.LEDGER_VERIFIED, Kind.SEALED, Kind.LEDGER_EXPORTED, Kind.HOUSE_KEPT,
})  # fmt: skip
"""What no chart has: steps on the way to what a chart counts (a batch is in the end of its plan), our own work,
and what one number does not say."""
SPEAKING = ("subjects", "rows", "notices", "requests", "messages", "contact_points", "listings", "questions", "entries")
"""Which count of an event says how many it is about, the first that it has; without any it is about one."""


@dataclass(slots=True)
class Flow:
    """Events of one kind and the same codes."""

    events: int = 0
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Flows:
    """The events of a day, added up one by one."""

    day: Day
    found: dict[tuple[str, str], Flow] = field(default_factory=dict)
    events: int = 0
    begins: str = field(init=False)
    ends: str = field(init=False)

    def __post_init__(self) -> None:
        self.begins, self.ends = instant(self.day.begins), instant(self.day.ends)

    def add(self, kind: str, payload: str) -> None:
        """Count an event, if it happened on the day."""
        if not self.begins <= payload[7:34] < self.ends:  # every payload begins with its instant
            return
        told = json.loads(payload)
        flow = self.found.setdefault((kind, json.dumps(told["codes"], sort_keys=True)), Flow())
        flow.events += 1
        flow.counts.update(told["counts"])
        self.events += 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give them in one order."""
        for (kind, written), flow in sorted(self.found.items()):
            yield {
                "kind": kind,
                "codes": json.loads(written),
                "events": flow.events,
                "counts": dict(sorted(flow.counts.items())),
            }


def section_of(row: Mapping[str, Any], sections: Mapping[str, Sequence[str]]) -> str:
    """Say where a row of flows stands in a report; of what was rehearsed nothing happened."""
    if row["codes"].get("rehearsal") == "rehearsal":
        return LAST_SECTION
    return next((section for section, kinds in sections.items() if row["kind"] in kinds), LAST_SECTION)


def number_of(row: Mapping[str, Any]) -> int:
    """Say how many a row of flows is about: people, rows, notices…, or events where they count nothing."""
    named = next((name for name in SPEAKING if name in row["counts"]), None)
    return int(row["events"]) if named is None else int(row["counts"][named])


def counted(payloads: Iterable[Mapping[str, Any]]) -> list[Counted]:
    """Read what was counted at the end of a day out of the records that say so."""
    return [Counted(told["codes"]["measure"], told["codes"]["about"], whole(told["counts"])) for told in payloads]


def whole(counts: Mapping[str, int]) -> dict[str, int]:
    """Put counts of more than eight digits together again."""
    return {
        name: count + counts.get(f"{name}{MORE}", 0) * (LARGEST + 1)
        for name, count in counts.items()
        if not name.endswith(MORE)
    }
