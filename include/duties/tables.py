"""What is owed: duties with their clocks, source notices, destructions, and the alarms that watch them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Alert", "Awaited", "Destruction", "DestructionRow", "DestructionTarget", "Duty", "Notice", "Stop"]

DUTIES = {"schema": "duties"}


class Duty(Base):
    """Something owed to someone by a time. It keeps the edition that it was born under."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'missed')", name="state"),
        CheckConstraint(
            "kind in ('source_notice', 'impact_assessment', 'sensitive_data', 'rights_request')", name="kind"
        ),
        Index("ix_duty_open", "due_at", postgresql_where=text("state = 'open'")),
        Index("ix_duty_source_key", "source_key"),
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


class Notice(Base):
    """The source notice owed to one subject about one source for one purpose (IR 4(3)). Its id is its duty's."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("subject_id", "source_key", "purpose"),
        CheckConstraint("state in ('owed', 'queued', 'told', 'answered', 'exempt', 'destroyed')", name="state"),
        Index("ix_notice_subject_id", "subject_id"),
        Index("ix_notice_message_id", "message_id", postgresql_where=text("message_id is not null")),
        Index("ix_notice_live", "send_by", postgresql_where=text("state in ('owed', 'queued', 'told')")),
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
        CheckConstraint("state in ('planned', 'halted', 'replaced', 'destroyed', 'verified')", name="state"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    trigger: Mapped[str] = plain()
    """IR 8(1)(a)–(d) or the edition's rule: `unreachable`, `too_late_to_answer`, `silence`."""
    plan_hash: Mapped[bytes] = plain()
    counts: Mapped[dict[str, Any]] = plain()
    """`notices`, `subjects`, `contact_points`, `listings`."""
    allowed_by: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    state: Mapped[str] = plain()
    planned_at: Mapped[datetime] = mapped_column()
    destroyed_at: Mapped[datetime | None] = mapped_column()
    verified_at: Mapped[datetime | None] = mapped_column()


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
        CheckConstraint("means in ('reply', 'complaint', 'link', 'api')", name="means"),
        UniqueConstraint("key", "purpose", "asked_at"),
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
