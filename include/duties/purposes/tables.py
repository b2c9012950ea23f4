"""How many recordings a system holds, and of how many nothing says that the call was announced."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, plain

__all__ = ["Unannounced"]


class Unannounced(Base):
    """What the last night counted in one table of one system."""

    __tablename__ = "unannounced"
    __table_args__ = {"schema": "duties"}  # noqa: RUF012 (SQLAlchemy's own declaration)

    system_key: Mapped[str] = plain(primary_key=True)
    table_name: Mapped[str] = plain(primary_key=True)
    recordings: Mapped[int] = mapped_column()
    unannounced: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()
