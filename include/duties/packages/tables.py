"""Packages: copies of all that is held of somebody, made for them, kept encrypted and not for long."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Package"]


class Package(Base):
    """The answer to a request for access or a copy: an encrypted file, and what became of it."""

    __tablename__ = "package"
    __table_args__ = (
        UniqueConstraint("request_id"),
        CheckConstraint("state in ('writing', 'ready', 'delivered', 'destroyed')", name="state"),
        CheckConstraint("(state = 'delivered') <= (delivered_at is not null)", name="delivered"),
        Index("ix_package_subject_id", "subject_id"),
        Index("ix_package_kept", "made_at", postgresql_where=text("state <> 'destroyed'")),
        {"schema": "duties"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("duties.request.id"))
    subject_id: Mapped[UUID | None] = mapped_column()
    language: Mapped[str] = plain()
    recipient: Mapped[str | None] = personal(Category.CONTACT)
    """Whoever acts for its person: letter and code go there. Null where they go to its person."""
    channel: Mapped[str | None] = plain()
    letter: Mapped[UUID | None] = mapped_column()
    """The message that told where it lies."""
    sha256: Mapped[bytes | None] = plain()
    """Of the encrypted file; null until it is whole."""
    counts: Mapped[dict[str, Any]] = plain()
    """`rows`, `sheets`, `withheld`, and `unsure`: rows elsewhere that may be theirs or another's, and were left out."""
    state: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    made_at: Mapped[datetime] = mapped_column()
    delivered_at: Mapped[datetime | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    """From then on its link opens nothing and it goes, delivered or not."""
    downloads: Mapped[int] = mapped_column(server_default="0")
    downloaded_at: Mapped[datetime | None] = mapped_column()
    """The last time."""
    ended_at: Mapped[datetime | None] = mapped_column()
