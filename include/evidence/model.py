"""The nouns of evidence: kinds of event, the event as it stands in the ledger, seals, and what a verifier finds."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["GENESIS", "Event", "Fault", "Flaw", "Head", "Kind", "Seal", "Verdict"]

GENESIS = bytes(32)
"""What the first record follows."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Kind(enum.StrEnum):
    """What happened. The same list stands in the table `evidence.kind`; a new kind needs a migration."""

    DELIVERY_RECEIVED = "delivery_received"
    DELIVERY_REGISTERED = "delivery_registered"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_REREAD = "delivery_reread"
    DELIVERY_LATE = "delivery_late"
    RAW_DESTROYED = "raw_destroyed"
    ROWS_QUARANTINED = "rows_quarantined"
    ROWS_SUPPRESSED = "rows_suppressed"
    COLUMNS_DROPPED = "columns_dropped"
    DECISIONS_MADE = "decisions_made"
    DECISIONS_REPLACED = "decisions_replaced"
    POINT_REVIEWED = "point_reviewed"
    POINTS_UNREVIEWED = "points_unreviewed"
    LABELS_EXPORTED = "labels_exported"
    LISTINGS_WITHDRAWN = "listings_withdrawn"
    SUBJECTS_FOUND = "subjects_found"
    DUTY_OPENED = "duty_opened"
    DUTY_CLOSED = "duty_closed"
    NOTICES_PLANNED = "notices_planned"
    NOTICE_QUEUED = "notice_queued"
    NOTICE_SENT = "notice_sent"
    NOTICE_EXEMPT = "notice_exempt"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_EXPIRED = "message_expired"
    PROMISE_WARNED = "promise_warned"
    PROMISE_MISSED = "promise_missed"
    DESTRUCTION_PLANNED = "destruction_planned"
    DESTRUCTION_HALTED = "destruction_halted"
    DESTRUCTION_ALLOWED = "destruction_allowed"
    DESTRUCTION_DONE = "destruction_done"
    DESTRUCTION_VERIFIED = "destruction_verified"
    SUPPRESSION_ADDED = "suppression_added"
    MAIL_RETURNED = "mail_returned"
    STOP_RECORDED = "stop_recorded"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    DELETION_ASKED = "deletion_asked"
    CONSENTS_IMPORTED = "consents_imported"
    USE_BLOCKED = "use_blocked"
    RESTRICTION_RECORDED = "restriction_recorded"
    RESTRICTION_ENDED = "restriction_ended"
    AUDIENCE_REFUSED = "audience_refused"
    DISCLOSURE_RECORDED = "disclosure_recorded"
    REMOVAL_TOLD = "removal_told"
    REMOVAL_CONFIRMED = "removal_confirmed"
    SUPPRESSION_IMPORTED = "suppression_imported"
    KEYS_ROTATING = "keys_rotating"
    KEYS_ROTATED = "keys_rotated"
    COVERAGE_CHECKED = "coverage_checked"
    HOUSE_KEPT = "house_kept"
    RECORDING_READ = "recording_read"
    RECORDING_REFUSED = "recording_refused"
    RECORDINGS_COUNTED = "recordings_counted"
    DESTRUCTION_BEGUN = "destruction_begun"
    DESTRUCTION_BATCH = "destruction_batch"
    DESTRUCTION_REJECTED = "destruction_rejected"
    DESTRUCTION_REPLACED = "destruction_replaced"
    HOLD_PLACED = "hold_placed"
    HOLD_RELEASED = "hold_released"
    STANDSTILL_BEGUN = "standstill_begun"
    STANDSTILL_ENDED = "standstill_ended"
    UNINTENDED_ASKED = "unintended_asked"
    UNINTENDED_ANSWERED = "unintended_answered"
    UNINTENDED_DESTROYED = "unintended_destroyed"
    BACKUP_MADE = "backup_made"
    BACKUP_GONE = "backup_gone"
    RESTORE_REPLAYED = "restore_replayed"
    RESTORE_DRILLED = "restore_drilled"
    ARCHIVE_KEPT = "archive_kept"
    ARCHIVE_SHORTENED = "archive_shortened"
    ARCHIVE_RESTORED = "archive_restored"
    RESTORE_ASKED = "restore_asked"
    RESTORE_REFUSED = "restore_refused"
    REQUEST_MERGED = "request_merged"
    IDENTITY_CHECKED = "identity_checked"
    REQUEST_BEGUN = "request_begun"
    EXTENSION_QUEUED = "extension_queued"
    REQUEST_EXTENDED = "request_extended"
    REQUEST_REFUSED = "request_refused"
    REQUEST_ANSWERED = "request_answered"
    REQUEST_WITHDRAWN = "request_withdrawn"
    LIFT_QUEUED = "lift_queued"
    EXTENSION_RETURNED = "extension_returned"
    ANSWER_RETURNED = "answer_returned"
    ANSWER_TOLD = "answer_told"
    KEY_ISSUED = "key_issued"
    KEY_ENDED = "key_ended"
    REASON_GIVEN = "reason_given"
    VALUE_READ = "value_read"
    READING_ALARMED = "reading_alarmed"
    PACKAGE_MADE = "package_made"
    PACKAGE_DELIVERED = "package_delivered"
    PACKAGE_DOWNLOADED = "package_downloaded"
    PACKAGE_DESTROYED = "package_destroyed"
    CORRECTION_PROPOSED = "correction_proposed"
    CORRECTION_APPLIED = "correction_applied"
    CORRECTION_SPREAD = "correction_spread"
    MISS_EXPLAINED = "miss_explained"
    DAY_COUNTED = "day_counted"
    DAY_CLOSED = "day_closed"
    DAY_AUDITED = "day_audited"
    BREACH_NOTED = "breach_noted"
    BREACH_SCOPED = "breach_scoped"
    BREACH_ASSESSED = "breach_assessed"
    BREACH_DECIDED = "breach_decided"
    BREACH_SAID = "breach_said"
    BREACH_DRAFTED = "breach_drafted"
    BREACH_APPROVED = "breach_approved"
    BREACH_FILED = "breach_filed"
    BREACH_ALLOWED = "breach_allowed"
    BREACH_QUEUED = "breach_queued"
    BREACH_STEP_DONE = "breach_step_done"
    BREACH_CLOSED = "breach_closed"
    READINESS_CHECKED = "readiness_checked"
    LEDGER_VERIFIED = "ledger_verified"
    SEALED = "sealed"
    LEDGER_EXPORTED = "ledger_exported"


@dataclass(frozen=True, slots=True)
class Event:
    """One record of the ledger, as it is stored."""

    seq: int
    kind: str
    payload: str
    prev_hash: bytes
    hash: bytes
    recorded_at: datetime
    """When the database wrote it, by the database's own clock, UTC."""

    def digest(self) -> bytes:
        """Compute the hash that this record must carry, from everything else that it says.

        SHA-256 over the hash of the record before it, its number and its time of writing (each eight bytes, big-endian;
        the time in microseconds since 1970), its kind, a zero byte and its payload.
        """
        moment = (self.recorded_at - EPOCH) // MICROSECOND
        numbers = self.seq.to_bytes(8, "big", signed=True) + moment.to_bytes(8, "big", signed=True)
        return hashlib.sha256(self.prev_hash + numbers + self.kind.encode() + b"\0" + self.payload.encode()).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last record, as the database remembers it apart from the ledger."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature under the ledger as it stood at one record: from then on nothing up to there can change unseen."""

    seq: int
    hash: bytes
    count: int
    """How many records the ledger held; the same as `seq` unless somebody took one out."""
    at: datetime
    public_key: bytes
    """The 32 raw bytes of the Ed25519 key (RFC 8032) that signed."""
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, in hex: what two people compare over the telephone."""
        return hashlib.sha256(self.public_key).hexdigest()


class Flaw(enum.StrEnum):
    """What can be wrong with a ledger, in words that name the finding and not a culprit."""

    RECORD_EDITED = "record_edited"
    """Its hash is not the hash of what it says."""
    RECORD_UNLINKED = "record_unlinked"
    """It does not follow the record before it."""
    RECORD_MISSING = "record_missing"
    RECORD_OUT_OF_ORDER = "record_out_of_order"
    PAYLOAD_MALFORMED = "payload_malformed"
    """Intact, but not of the shape that keeps personal values out."""
    LEAVES_CHANGED = "leaves_changed"
    """The event's items do not make the root that the event recorded."""
    LEAVES_ORPHANED = "leaves_orphaned"
    TAIL_MISSING = "tail_missing"
    """The ledger ends before the record that its head or a seal speaks of."""
    HEAD_DIFFERS = "head_differs"
    """The head is gone, or speaks of another record than the last."""
    SEAL_FORGED = "seal_forged"
    """The signature does not fit, or the key is none that the reader trusts."""
    SEALED_RECORD_REWRITTEN = "sealed_record_rewritten"
    """The record is whole, but it is not the one that was sealed."""
    SEALS_UNREADABLE = "seals_unreadable"
    """A line of the seals' file outside the database is no seal."""
    PACK_UNREADABLE = "pack_unreadable"
    """Part of the pack is damaged; it was read up to there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding of the verifier, at one record (0 where no record can be named)."""

    seq: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found."""

    events: int
    head: bytes
    """The hash of the last record that was read."""
    sealed: int
    """The last record under a seal that holds; 0 without one."""
    seals: int
    outside: int
    """How many of the seals are kept in a second place, outside the database."""
    keys: tuple[str, ...]
    """Fingerprints of the keys that signed."""
    trusted: bool
    """Whether those keys were compared with keys that the reader knows from elsewhere."""
    faults: tuple[Fault, ...]
    """By record; at most the first hundred."""
    fault_count: int

    @property
    def ok(self) -> bool:
        """Whether the ledger is whole."""
        return not self.fault_count

    @property
    def first_fault(self) -> Fault | None:
        """The finding at the lowest record."""
        return self.faults[0] if self.faults else None
