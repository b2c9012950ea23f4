"""Personal data that nobody meant to have, by column, and how far each column was looked through."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["LookedThrough", "Unintended"]

DUTIES = {"schema": "duties"}


class Unintended(Base):
    """One column in which personal data was found that it is not for (policy section 5). Its id is its duty's."""

    __tablename__ = "unintended"
    __table_args__ = (
        CheckConstraint("why in ('free_text', 'unmapped')", name="why"),
        CheckConstraint("state in ('found', 'asked', 'kept', 'refused', 'destroyed')", name="state"),
        CheckConstraint("state <> 'kept' or asked_at is not null", name="kept"),
        Index(
            "ix_unintended_standing",
            "system_key", "table_name", "column_name",
            unique=True,
            postgresql_where=text("state <> 'destroyed'"),
        ),
        DUTIES,
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"), primary_key=True)
    system_key: Mapped[str] = plain()
    table_name: Mapped[str] = plain()
    column_name: Mapped[str] = plain()
    why: Mapped[str] = plain()
    """Why it was looked through: people write there what they like, or no map knows it."""
    kinds: Mapped[list[str]] = plain()
    """What was found: `email`, `phone`, `national_id`…"""
    state: Mapped[str] = plain()
    silent_at: Mapped[datetime] = mapped_column()
    """From then on no answer counts as none (IR 11(1)); the data goes, UTC."""
    asked_at: Mapped[datetime | None] = mapped_column()
    asked_by: Mapped[str | None] = personal(Category.IDENTITY)
    """The login of an employee; evidence holds its keyed hash."""
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by: Mapped[str | None] = personal(Category.IDENTITY)
    reason: Mapped[str | None] = plain()
    emptied: Mapped[int | None] = mapped_column()
    """In how many rows."""


class LookedThrough(Base):
    """How far a column was looked through, where its table has one number for a key."""

    __tablename__ = "looked_through"
    __table_args__ = DUTIES

    system_key: Mapped[str] = plain(primary_key=True)
    table_name: Mapped[str] = plain(primary_key=True)
    column_name: Mapped[str] = plain(primary_key=True)
    up_to: Mapped[int | None] = mapped_column()
    """The last row that was ever looked at: what is above it is new."""
    again_from: Mapped[int | None] = mapped_column()
    """Where the next look at older rows begins, for they may have been changed; null for the beginning."""
    at: Mapped[datetime] = mapped_column()
