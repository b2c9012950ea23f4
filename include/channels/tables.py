"""The outbox: messages written in one transaction with the duty that owes them, and sent by the relay alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Message"]


class Message(Base):
    """One message to one recipient over one channel. Its body goes when it is sent or destroyed; its proof stays."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state in ('ready', 'sent', 'failed', 'destroyed', 'expired')", name="state"),
        CheckConstraint("channel in ('email', 'sms', 'whatsapp')", name="channel"),
        CheckConstraint("(state = 'ready') = (recipient is not null)", name="recipient"),
        Index("ix_message_due", "not_before", postgresql_where=text("state = 'ready'")),
        Index("ix_message_duty_id", "duty_id"),
        {"schema": "channels"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty_id: Mapped[UUID | None] = mapped_column()
    """The notice (or other duty) that this message fulfils."""
    kind: Mapped[str] = plain()
    """What it is: `source_notice`, `promise_alert`…"""
    channel: Mapped[str] = plain()
    recipient: Mapped[str | None] = personal(Category.CONTACT)
    subject: Mapped[str | None] = personal(Category.MESSAGE)
    text_body: Mapped[str | None] = personal(Category.MESSAGE)
    html_body: Mapped[str | None] = personal(Category.MESSAGE)
    language: Mapped[str] = plain()
    template: Mapped[str] = plain()
    """Template name and version, `source_notice/1`."""
    jurisdiction: Mapped[str] = plain()
    """Whose edition and time zone set the sending window."""
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
