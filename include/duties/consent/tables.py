"""What people answered, each answer a line that nobody edits, and what they gave us themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["ConsentEvent", "DestructionRequest", "OwnContact"]

DUTIES = {"schema": "duties"}


class ConsentEvent(Base):
    """One step of one consent: asked, granted, refused, withdrawn or expired. Append-only, a trigger sees to that.

    The view `duties.consent_state` gives the last one of each subject, purpose and channel, by when it was said; that
    somebody was asked counts only until something is said.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint("action in ('asked', 'granted', 'refused', 'withdrawn', 'expired')", name="action"),
        CheckConstraint("channel in ('all', 'email', 'sms', 'whatsapp', 'phone')", name="channel"),
        CheckConstraint("provenance in ('directory', 'direct_from_subject', 'other_system')", name="provenance"),
        CheckConstraint("action <> 'granted' or provenance <> 'other_system' or proof is not null", name="proven"),
        Index(
            "ix_consent_event_asked", "subject_id", "purpose", unique=True, postgresql_where=text("action = 'asked'")
        ),
        Index("ix_consent_event_subject_id", "subject_id", "purpose", "channel", "id"),
        DUTIES,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column()
    """It stays when the subject is destroyed, and then leads to nobody."""
    purpose: Mapped[str] = plain()
    channel: Mapped[str] = plain()
    """One way of contact, or `all`: the keeping and use of the data for the purpose, whatever the way."""
    action: Mapped[str] = plain()
    provenance: Mapped[str] = plain()
    """Whence the contact is that the consent is about: `directory`, `direct_from_subject`, or `other_system`."""
    key: Mapped[bytes | None] = personal(Category.KEYED)
    """The keyed hash of that contact, where the person gave it."""
    text_version: Mapped[str | None] = plain()
    language: Mapped[str | None] = plain()
    means: Mapped[str] = plain()
    """How: `letter`, `page`, `reply`, `api`, `file`, `operator`, `silence`, `stop`."""
    actor: Mapped[str] = plain()
    """Who acted: `subject`, `controller`, or the code of what brought it: of a system, of a key of the API."""
    message_id: Mapped[UUID | None] = mapped_column()
    notice_id: Mapped[UUID | None] = mapped_column()
    proof: Mapped[bytes | None] = plain()
    """SHA-256 of the proof that another system keeps (IR 11(1)(d))."""
    edition: Mapped[str] = plain()
    at: Mapped[datetime] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class OwnContact(Base):
    """A mailbox or number that a person gave for a purpose themselves: only these may marketing use (Law 26)."""

    __tablename__ = "own_contact"
    __table_args__ = (
        CheckConstraint("kind in ('email', 'phone')", name="kind"),
        UniqueConstraint("subject_id", "purpose", "channel", "key"),
        Index("ix_own_contact_key", "key"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("register.subject.id"))
    purpose: Mapped[str] = plain()
    channel: Mapped[str] = plain()
    kind: Mapped[str] = plain()
    key: Mapped[bytes] = personal(Category.KEYED)
    value: Mapped[str] = personal(Category.CONTACT)
    provenance: Mapped[str] = plain()
    received_at: Mapped[datetime] = mapped_column()


class DestructionRequest(Base):
    """What a refusal, a withdrawal or a wish to be deleted asks of `destroy_due`, which waits for it."""

    __tablename__ = "destruction_request"
    __table_args__ = (
        CheckConstraint("trigger in ('refused', 'deletion_asked', 'withdrawn')", name="trigger"),
        Index("ix_destruction_request_open", "subject_id", unique=True, postgresql_where=text("closed_at is null")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    subject_id: Mapped[UUID] = mapped_column()
    trigger: Mapped[str] = plain()
    asked_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()
    alarmed_at: Mapped[datetime | None] = mapped_column()
    """When the watch raised that it is still open."""
    destruction_id: Mapped[UUID | None] = mapped_column(ForeignKey("duties.destruction.id"))
