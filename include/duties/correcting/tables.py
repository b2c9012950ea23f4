"""Corrections that people propose: field by field, kept apart from what is held until somebody decides."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Proposal"]


class Proposal(Base):
    """What one field should say, as its person has it. Its values go once it is done everywhere, or refused."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'applied', 'done', 'refused')", name="state"),
        CheckConstraint("(state = 'refused') = (reason is not null)", name="refused"),
        Index("ix_proposal_request_id", "request_id"),
        {"schema": "duties"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("duties.request.id"))
    field: Mapped[str] = plain()
    """A kind of contact point, or a text of a listing."""
    point_id: Mapped[int | None] = mapped_column()
    """The contact point that is to be corrected; null where something is added, or a text is meant."""
    listing_id: Mapped[int] = mapped_column()
    value: Mapped[str | None] = personal(Category.CONTACT)
    normalised: Mapped[str | None] = personal(Category.CONTACT)
    original: Mapped[str | None] = personal(Category.CONTACT)
    """What was held before, until every other system is corrected: what says the same there is found by it."""
    state: Mapped[str] = plain()
    reason: Mapped[str | None] = plain()
    """Why it was not made: `gone`, `unreadable`, `held_already`, `somebody_elses`, `suppressed`."""
    systems: Mapped[list[str]] = plain(server_default="{}")
    """The systems that have it."""
    at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
