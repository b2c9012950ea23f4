"""Why clocks were missed, said by whoever answers for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, plain

__all__ = ["MissedReason"]


class MissedReason(Base):
    """The reason of one missed clock, said once. Who said it stands in the evidence, by a keyed hash."""

    __tablename__ = "missed_reason"
    __table_args__ = {"schema": "duties"}  # noqa: RUF012 (SQLAlchemy's own declaration)

    duty_id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"), primary_key=True)
    reason: Mapped[str] = plain()
    at: Mapped[datetime] = mapped_column()
