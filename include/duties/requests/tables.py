"""Requests as they came in, each with the duty that its clock is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from include.duties.requests.model import RIGHTS
from include.store.base import Base, Category, personal, plain

__all__ = ["Request"]


class Request(Base):
    """One request of one right. Its id is its duty's, whose clock started at receipt and does not pause (IR 3(1))."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint('"right" in ({})'.format(", ".join(f"'{right}'" for right in RIGHTS)), name="right"),
        CheckConstraint("state in ('open', 'done')", name="state"),
        Index("ix_request_subject_id", "subject_id"),
        {"schema": "duties"},
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"), primary_key=True)
    reference: Mapped[str] = plain(unique=True)
    """What the person is told: it names nobody."""
    right: Mapped[str] = plain()
    subject_id: Mapped[UUID | None] = mapped_column()
    means: Mapped[str] = plain()
    language: Mapped[str] = plain()
    details: Mapped[str | None] = personal(Category.MESSAGE)
    """What the person wrote."""
    state: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    received_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
