"""Breaches: what happened, whom it concerns, what was answered, said, decided, reported and done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = [
    "Breach",
    "BreachAnswer",
    "BreachDecision",
    "BreachPerson",
    "BreachReport",
    "BreachScope",
    "BreachStep",
    "BreachWords",
]

DUTIES = {"schema": "duties"}


class Breach(Base):
    """One incident. A real one has a duty of the same id, whose clock is the authority's; a rehearsal has none."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("evidence", "rehearsal"),
        CheckConstraint("kind in ('disclosure', 'unlawful_access', 'destruction', 'damage')", name="kind"),
        CheckConstraint("means in ('form', 'command_line', 'console', 'api')", name="means"),
        Index("ix_breach_open", "known_at", postgresql_where=text("closed_at is null")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = plain(unique=True)
    kind: Mapped[str] = plain()
    means: Mapped[str] = plain()
    processor: Mapped[str | None] = plain()
    discovered_at: Mapped[datetime] = mapped_column()
    known_at: Mapped[datetime] = mapped_column()
    """The clock's start: it does not pause, and is not moved."""
    began_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    end_noted_at: Mapped[datetime | None] = mapped_column()
    """When we were told of its end: who is concerned is counted anew from then on."""
    systems: Mapped[list[str]] = plain()
    evidence: Mapped[str] = plain()
    """A reference: a number, no name."""
    rehearsal: Mapped[bool] = mapped_column()
    jurisdiction: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    due_at: Mapped[datetime | None] = mapped_column()
    people_due_at: Mapped[datetime | None] = mapped_column()
    people_duty: Mapped[UUID | None] = mapped_column()
    """The duty whose clock is that of the people concerned; another one where more were found once all were told."""
    noted_by: Mapped[str] = personal(Category.IDENTITY)
    """The login of an employee, or the name of a processor's key; evidence holds its keyed hash."""
    noted_at: Mapped[datetime] = mapped_column()
    run: Mapped[str | None] = plain()
    """The run that sees to it; one of each."""
    estimate: Mapped[int | None] = mapped_column()
    people: Mapped[int | None] = mapped_column()
    destroyed_since: Mapped[int | None] = mapped_column()
    notice_hash: Mapped[bytes | None] = plain()
    scoped_at: Mapped[datetime | None] = mapped_column()
    assessed_at: Mapped[datetime | None] = mapped_column()
    reported_at: Mapped[datetime | None] = mapped_column()
    supplemented_at: Mapped[datetime | None] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()


class BreachScope(Base):
    """What of one data category stood in one system as of the incident: people or records, by count alone."""

    __tablename__ = "breach_scope"
    __table_args__ = DUTIES

    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), primary_key=True)
    system: Mapped[str] = plain(primary_key=True)
    table: Mapped[str] = plain(primary_key=True, name="table_name")
    category: Mapped[str] = plain(primary_key=True)
    """A data category; `people` for the people themselves, `destroyed_since` for those who are gone, and `unmapped`
    or `away` where nothing could be counted."""
    people: Mapped[int | None] = mapped_column()
    records: Mapped[int | None] = mapped_column()


class BreachPerson(Base):
    """One person concerned: a subject of the register, or a keyed hash of who stands in another system."""

    __tablename__ = "breach_person"
    __table_args__ = (
        CheckConstraint("(subject_id is null) <> (key is null)", name="somebody"),
        CheckConstraint("state in ('owed', 'queued', 'told', 'unreachable', 'rehearsed')", name="state"),
        Index(
            "ix_breach_person_subject", "breach_id", "subject_id",
            unique=True, postgresql_where=text("subject_id is not null"),
        ),
        Index("ix_breach_person_key", "breach_id", "key", unique=True, postgresql_where=text("key is not null")),
        Index("ix_breach_person_state", "breach_id", "state"),
        Index("ix_breach_person_message", "message_id", postgresql_where=text("message_id is not null")),
        DUTIES,
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"))
    subject_id: Mapped[UUID | None] = mapped_column()
    key: Mapped[bytes | None] = personal(Category.KEYED)
    state: Mapped[str] = plain(server_default="owed")
    tried: Mapped[list[str]] = plain(server_default="{}")
    """Channels over which the notice could not be brought."""
    message_id: Mapped[UUID | None] = mapped_column()


class BreachAnswer(Base):
    """One answer of the assessment. The last to a question stands; those before it stay readable."""

    __tablename__ = "breach_answer"
    __table_args__ = DUTIES

    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), primary_key=True)
    question: Mapped[str] = plain(primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(primary_key=True)
    answer: Mapped[str] = plain()
    answered_by: Mapped[str] = personal(Category.IDENTITY)


class BreachWords(Base):
    """What an officer wrote for one element, in one language. The last stands."""

    __tablename__ = "breach_words"
    __table_args__ = DUTIES

    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), primary_key=True)
    element: Mapped[str] = plain(primary_key=True)
    language: Mapped[str] = plain(primary_key=True)
    text: Mapped[str | None] = personal(Category.MESSAGE)
    written_by: Mapped[str] = personal(Category.IDENTITY)
    written_at: Mapped[datetime] = mapped_column()


class BreachDecision(Base):
    """Whether the authority, or the people concerned, are told, and on which reasons (LAW BRE-08)."""

    __tablename__ = "breach_decision"
    __table_args__ = (
        CheckConstraint("whom in ('authority', 'people')", name="whom"),
        CheckConstraint("verdict in ('notify', 'not_notify')", name="verdict"),
        DUTIES,
    )

    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), primary_key=True)
    whom: Mapped[str] = plain(primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(primary_key=True)
    verdict: Mapped[str] = plain()
    reasons: Mapped[list[str]] = plain()
    edition: Mapped[str] = plain()
    decided_by: Mapped[str] = personal(Category.IDENTITY)


class BreachReport(Base):
    """One report to the authority, the first or a supplement, as it was drafted, approved by its hash, and filed."""

    __tablename__ = "breach_report"
    __table_args__ = (CheckConstraint("state in ('drafted', 'approved', 'filed', 'replaced')", name="state"), DUTIES)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), index=True)
    number: Mapped[int] = mapped_column()
    """0 for the first report, then its supplements."""
    state: Mapped[str] = plain()
    hash: Mapped[bytes] = plain()
    content: Mapped[dict[str, Any] | None] = personal(Category.MESSAGE)
    """What it says, in both languages: what an officer wrote is in it."""
    deferred: Mapped[dict[str, Any]] = plain()
    """Element to the code of why it comes later."""
    delays: Mapped[list[str]] = plain()
    counted: Mapped[dict[str, Any] | None] = plain()
    """How many people and kinds of data it names: where more are found later, a supplement is due."""
    edition: Mapped[str] = plain()
    drafted_at: Mapped[datetime] = mapped_column()
    approved_at: Mapped[datetime | None] = mapped_column()
    approved_by: Mapped[str | None] = personal(Category.IDENTITY)
    filed_at: Mapped[datetime | None] = mapped_column()
    filed_by: Mapped[str | None] = personal(Category.IDENTITY)
    authority_reference: Mapped[str | None] = plain()
    """What the authority's platform answered: a number, no name."""


class BreachStep(Base):
    """One step of containment: whose it is, by when, and when it was done (LAW BRE-07)."""

    __tablename__ = "breach_step"
    __table_args__ = DUTIES

    breach_id: Mapped[UUID] = mapped_column(ForeignKey("duties.breach.id"), primary_key=True)
    step: Mapped[str] = plain(primary_key=True)
    office: Mapped[str] = plain()
    due_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by: Mapped[str | None] = personal(Category.IDENTITY)
