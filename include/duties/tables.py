"""What is owed: duties with their clocks, source notices, destructions, and the alarms that watch them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = [
    "Alert",
    "Awaited",
    "Destruction",
    "DestructionBatch",
    "DestructionRow",
    "DestructionTarget",
    "DueDay",
    "Duty",
    "Elsewhere",
    "Hold",
    "HoldPerson",
    "Notice",
    "Standstill",
    "Stop",
]

DUTIES = {"schema": "duties"}


class Duty(Base):
    """Something owed to someone by a time. It keeps the edition that it was born under."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'missed')", name="state"),
        CheckConstraint(
            "kind in ('source_notice', 'impact_assessment', 'sensitive_data', 'rights_request', 'unintended', "
            "'breach_authority', 'breach_people', 'processor_check', 'assessment_review')",
            name="kind",
        ),
        Index("ix_duty_open", "due_at", postgresql_where=text("state = 'open'")),
        Index("ix_duty_source_key", "source_key"),
        Index("ix_duty_missed", "closed_at", postgresql_where=text("state = 'missed'")),
        Index(
            "ix_duty_recorded",
            "kind",
            "opened_at",
            postgresql_where=text("kind in ('impact_assessment', 'processor_check', 'assessment_review')"),
        ),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    kind: Mapped[str] = plain()
    source_key: Mapped[str] = plain()
    receipt_id: Mapped[UUID | None] = mapped_column()
    state: Mapped[str] = plain()
    outcome: Mapped[str | None] = plain()
    """How it ended: `told`, `destroyed_unreachable`, `destroyed_late`, `recorded`…"""
    edition: Mapped[str] = plain()
    article: Mapped[str] = plain()
    count: Mapped[int] = mapped_column(server_default="1")
    opened_at: Mapped[datetime] = mapped_column()
    starts_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()


class DueDay(Base):
    """How many clocks of a kind run out on a day, as the watch last counted them: too many to count for a page."""

    __tablename__ = "due_day"
    __table_args__ = DUTIES

    day: Mapped[date] = mapped_column(primary_key=True)
    """By the zone of the edition at home."""
    kind: Mapped[str] = plain(primary_key=True)
    clocks: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime] = mapped_column()


class Notice(Base):
    """The source notice owed to one subject about one source for one purpose (IR 4(3)). Its id is its duty's."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("subject_id", "source_key", "purpose"),
        CheckConstraint("state in ('owed', 'queued', 'told', 'answered', 'exempt', 'destroyed')", name="state"),
        Index("ix_notice_subject_id", "subject_id"),
        Index("ix_notice_message_id", "message_id", postgresql_where=text("message_id is not null")),
        Index("ix_notice_state", "state", "channel"),
        Index("ix_notice_live", "send_by", postgresql_where=text("state in ('owed', 'queued', 'told')")),
        Index("ix_notice_unsent", "send_by", postgresql_where=text("state in ('owed', 'queued')")),
        Index("ix_notice_ending", "due_at", postgresql_where=text("state in ('owed', 'queued', 'told')")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"), primary_key=True)
    subject_id: Mapped[UUID | None] = mapped_column()
    """Null once the subject is destroyed."""
    source_key: Mapped[str] = plain()
    purpose: Mapped[str] = plain()
    jurisdiction: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    received_at: Mapped[datetime] = mapped_column()
    not_before: Mapped[datetime] = mapped_column()
    send_by: Mapped[datetime] = mapped_column()
    last_sending: Mapped[datetime] = mapped_column()
    """After this there is not enough time left to answer, and the data is destroyed instead."""
    due_at: Mapped[datetime] = mapped_column()
    state: Mapped[str] = plain()
    outcome: Mapped[str | None] = plain()
    channel: Mapped[str | None] = plain()
    language: Mapped[str] = plain()
    point_id: Mapped[int | None] = mapped_column()
    """The contact point that the letter goes to."""
    refused: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    """Contact points whose address refused the letter for good."""
    message_id: Mapped[UUID | None] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()


class Destruction(Base):
    """One plan of destruction: exact targets by hash, what allowed it, and what a second look found afterwards."""

    __tablename__ = "destruction"
    __table_args__ = (
        CheckConstraint(
            "state in ('planned', 'halted', 'rejected', 'replaced', 'destroyed', 'verified')", name="state"
        ),
        CheckConstraint("(system is null) = (scope is null)", name="system"),
        Index(
            "ix_destruction_open_rule",
            "system",
            "rule",
            unique=True,
            postgresql_where=text("rule is not null and state in ('planned', 'halted', 'destroyed')"),
        ),
        Index("ix_destruction_planned_at", "planned_at", "id"),
        Index("ix_destruction_verified", "verified_at", "id", postgresql_where=text("state = 'verified'")),
        Index("ix_destruction_destroyed_at", "destroyed_at", postgresql_where=text("destroyed_at is not null")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    trigger: Mapped[str] = plain()
    """IR 8(1)(a)–(d) or the edition's rule: `unreachable`, `too_late_to_answer`, `silence`, `retention`."""
    plan_hash: Mapped[bytes] = plain()
    counts: Mapped[dict[str, Any]] = plain()
    """`notices`, `subjects`, `contact_points`, `listings`; of another system `rows`, `roots`, `masked`, `held`."""
    allowed_by: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    state: Mapped[str] = plain()
    planned_at: Mapped[datetime] = mapped_column()
    system: Mapped[str | None] = plain()
    """The system of record whose rows go; null for our own register."""
    rule: Mapped[str | None] = plain()
    """`table:rule` of its data map, where the time of rows is over."""
    scope: Mapped[dict[str, Any] | None] = plain()
    """What it was planned by: `cutoff`, counts by table of what goes, is masked and is held, why it waits."""
    begun_at: Mapped[datetime | None] = mapped_column()
    """When it was written down that rows begin to go: before they do."""
    names: Mapped[bytes | None] = plain()
    """Eight bytes for each row of another system that was planned, until it is done: no key of theirs is kept."""
    destroyed_at: Mapped[datetime | None] = mapped_column()
    verified_at: Mapped[datetime | None] = mapped_column()


class DestructionBatch(Base):
    """One batch of a large plan over another system: written down before its rows go, in one transaction there."""

    __tablename__ = "destruction_batch"
    __table_args__ = DUTIES

    destruction_id: Mapped[UUID] = mapped_column(ForeignKey("duties.destruction.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = plain()
    """Over tables and keys of what goes with it."""
    counts: Mapped[dict[str, Any]] = plain()
    scope: Mapped[dict[str, Any]] = plain()
    """Counts by table: `tables`, `masked`, `emptied`."""
    names: Mapped[bytes | None] = plain()
    """Eight bytes for each row of it, until it is done: they tell whether a batch that was cut short was kept."""
    begun_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()


class DestructionTarget(Base):
    """One subject's data from one source, named in a plan by the notice that was answered, missed or impossible."""

    __tablename__ = "destruction_target"
    __table_args__ = (Index("ix_destruction_target_notice_id", "notice_id"), DUTIES)

    destruction_id: Mapped[UUID] = mapped_column(ForeignKey("duties.destruction.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("duties.notice.id"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column()
    source_key: Mapped[str] = plain()
    outcome: Mapped[str] = plain()


class DestructionRow(Base):
    """A landing row that a plan takes out, whole or in the named columns: what landing files and restores replay."""

    __tablename__ = "destruction_row"
    __table_args__ = DUTIES

    destruction_id: Mapped[UUID] = mapped_column(ForeignKey("duties.destruction.id"), primary_key=True)
    source_key: Mapped[str] = plain(primary_key=True)
    row_key: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    source_columns: Mapped[list[str] | None] = plain()
    """The columns to blank; null for the whole row."""


class Hold(Base):
    """A legal hold: what must stay because of a case, wherever a plan would destroy it (Law 18(2)(b), LAW RET-05)."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("(released_at is null) = (released_by is null)", name="released"),
        Index("ix_hold_standing", "placed_at", postgresql_where=text("released_at is null")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    case_ref: Mapped[str] = plain()
    """The reference of the case: a number, no name."""
    system: Mapped[str | None] = plain()
    """The system it is about, `register` for our own; null for all."""
    table: Mapped[str | None] = plain(name="table_name")
    since: Mapped[datetime | None] = mapped_column()
    until: Mapped[datetime | None] = mapped_column()
    """Rows of that time alone, by the column that the table's retention rule counts from."""
    placed_by: Mapped[str] = personal(Category.IDENTITY)
    """The login of an employee; evidence holds its keyed hash."""
    placed_at: Mapped[datetime] = mapped_column()
    released_by: Mapped[str | None] = personal(Category.IDENTITY)
    released_at: Mapped[datetime | None] = mapped_column()


class HoldPerson(Base):
    """Whom a hold is about, by an identity: its value goes when the hold is released, its keyed hash stays."""

    __tablename__ = "hold_person"
    __table_args__ = (Index("ix_hold_person_key", "key"), DUTIES)

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("duties.hold.id"), primary_key=True)
    key: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    kind: Mapped[str] = plain()
    """email | phone."""
    value: Mapped[str | None] = personal(Category.CONTACT)


class Standstill(Base):
    """The kill switch: while one stands, nothing is destroyed anywhere."""

    __tablename__ = "standstill"
    __table_args__ = (
        Index(
            "ix_standstill_standing",
            text("(ended_at is null)"),
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    reason: Mapped[str] = plain()
    """A code: `runaway`, `wrong_map`, `investigation`, `drill`."""
    begun_by: Mapped[str] = personal(Category.IDENTITY)
    begun_at: Mapped[datetime] = mapped_column()
    ended_by: Mapped[str | None] = personal(Category.IDENTITY)
    ended_at: Mapped[datetime | None] = mapped_column()


class Elsewhere(Base):
    """A person whose destruction was asked for and who is still to be looked for in another system.

    Written before the register lets go of their identities, and gone with the last system's answer.
    """

    __tablename__ = "elsewhere"
    __table_args__ = DUTIES

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    system: Mapped[str] = plain(primary_key=True)
    kind: Mapped[str] = plain(primary_key=True)
    value: Mapped[str] = personal(Category.CONTACT, primary_key=True)
    since: Mapped[datetime] = mapped_column()


class Alert(Base):
    """A clock at 80 % or past its end, raised once."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("duty_id", "level"), DUTIES)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    duty_id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"))
    level: Mapped[str] = plain()
    """`unsent` past the day of sending, `warning` at 80 % of the clock, `missed` at its end, `overdue` a day later."""
    raised_at: Mapped[datetime] = mapped_column()


class Awaited(Base):
    """Since when deliveries of a source are awaited, and up to which expected one that was asked about."""

    __tablename__ = "awaited"
    __table_args__ = DUTIES

    source_key: Mapped[str] = plain(primary_key=True)
    refresh: Mapped[str] = plain()
    """The schedule that is awaited: another one in the contract is awaited from then on."""
    since: Mapped[datetime] = mapped_column()
    """The last expected delivery that was looked at, or when the contract was first seen, UTC."""


class Stop(Base):
    """A wish to get no more promotion at one address, at whose asking and when: kept for good, so that it holds."""

    __tablename__ = "stop"
    __table_args__ = (
        CheckConstraint("means in ('reply', 'complaint', 'link', 'api', 'operator')", name="means"),
        UniqueConstraint("key", "purpose", "asked_at"),
        Index("ix_stop_asked_at", "asked_at", "id"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    key: Mapped[bytes] = personal(Category.KEYED)
    kind: Mapped[str] = plain()
    """email | phone."""
    key_version: Mapped[int] = mapped_column()
    purpose: Mapped[str] = plain()
    """`promotion`: all advertising and awareness."""
    means: Mapped[str] = plain()
    """How it was asked."""
    message_id: Mapped[UUID | None] = mapped_column()
    """The message that it answers, where one is known."""
    asked_at: Mapped[datetime] = mapped_column()
