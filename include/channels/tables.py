"""The outbox: messages written in one transaction with the duty that owes them, and sent by the relay alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Link", "Message", "Returned"]


class Message(Base):
    """One message to one recipient over one channel. Its body goes when it is sent or destroyed; its proof stays."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state in ('ready', 'sent', 'failed', 'destroyed', 'expired', 'bounced')", name="state"),
        CheckConstraint("channel in ('email', 'sms', 'whatsapp')", name="channel"),
        CheckConstraint("(state = 'ready') = (recipient is not null)", name="recipient"),
        Index("ix_message_due", "urgency", "not_before", "id", postgresql_where=text("state = 'ready'")),
        Index("ix_message_awaited", "not_before", postgresql_where=text("state = 'ready' and kind = 'identity_code'")),
        Index("ix_message_duty_id", "duty_id"),
        Index("ix_message_state", "kind", "channel", "state", "created_at", "id"),
        Index(
            "ix_message_undelivered",
            "recipient_key",
            postgresql_where=text("recipient_key is not null and state in ('bounced', 'failed')"),
        ),
        {"schema": "channels"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty_id: Mapped[UUID | None] = mapped_column()
    """The notice (or other duty) that this message fulfils."""
    kind: Mapped[str] = plain()
    """What it is: `source_notice`, `promise_alert`…"""
    channel: Mapped[str] = plain()
    recipient: Mapped[str | None] = personal(Category.CONTACT)
    recipient_key: Mapped[bytes | None] = personal(Category.KEYED)
    """The keyed hash of the recipient: by it a return is told from another address; it goes with the person's data."""
    subject: Mapped[str | None] = personal(Category.MESSAGE)
    text_body: Mapped[str | None] = personal(Category.MESSAGE)
    html_body: Mapped[str | None] = personal(Category.MESSAGE)
    language: Mapped[str] = plain()
    template: Mapped[str] = plain()
    """Template name and version, `source_notice/3`."""
    jurisdiction: Mapped[str] = plain()
    """Whose edition and time zone set the sending window."""
    urgency: Mapped[int] = mapped_column(server_default="1")
    """0 goes before everything else that is due."""
    state: Mapped[str] = plain()
    not_before: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    """After this it must not go out any more."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None] = plain()
    """A code, never the server's text: that may quote the recipient."""
    message_id: Mapped[str | None] = plain()
    """The Message-ID or the provider's reference: the proof of sending."""
    created_at: Mapped[datetime] = mapped_column()
    sent_at: Mapped[datetime | None] = mapped_column()


class Returned(Base):
    """One mail that arrived in the mailbox of returns: that it was read, and what it was. None of its words is kept."""

    __tablename__ = "returned"
    __table_args__ = (
        CheckConstraint(
            "kind in ('hard_bounce', 'soft_bounce', 'delayed', 'auto_reply', 'complaint', 'report', 'stop', 'reply', "
            "'unreadable')",
            name="kind",
        ),
        Index("ix_returned_message_id", "message_id", postgresql_where=text("message_id is not null")),
        Index("ix_returned_read_at", "read_at"),
        {"schema": "channels"},
    )

    key: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    """The keyed hash of all that the mail says: the same mail twice is one."""
    kind: Mapped[str] = plain()
    reason: Mapped[str | None] = plain()
    """Why it bounced: a code of ours, never the server's words."""
    message_id: Mapped[UUID | None] = mapped_column()
    """The message of ours that it answers."""
    outcome: Mapped[str] = plain()
    """What followed: `told_again`, `stopped`, `forged`, `nothing`…"""
    read_at: Mapped[datetime] = mapped_column()


class Link(Base):
    """A link in a letter that leads its reader to their own page. Only the hash of its token is kept."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint("purpose in ('person')", name="purpose"),
        Index("ix_link_subject_id", "subject_id"),
        {"schema": "portal"},
    )

    hash: Mapped[bytes] = plain(primary_key=True)
    """SHA-256 of the token, which is itself a keyed hash: 200 bits that nobody guesses."""
    purpose: Mapped[str] = plain()
    """What its page is for; no link serves another purpose."""
    subject_id: Mapped[UUID] = mapped_column()
    message_id: Mapped[UUID | None] = mapped_column()
    language: Mapped[str] = plain()
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
