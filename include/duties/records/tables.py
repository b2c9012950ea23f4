"""What is remembered of processing activities, so that one that has ended stays on record as long as the law wants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, plain

__all__ = ["RecordedActivity"]


class RecordedActivity(Base):
    """A processing activity as it was last recorded (IR 33(1)-(4)): purpose, categories and rules, nobody's data."""

    __tablename__ = "recorded_activity"
    __table_args__ = {"schema": "duties"}  # noqa: RUF012 (SQLAlchemy's own declaration)

    key: Mapped[str] = plain(primary_key=True)
    told: Mapped[dict[str, Any]] = plain()
    """By language, the cells of its row."""
    first_at: Mapped[datetime] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    """When no contract and no map named it any more."""
