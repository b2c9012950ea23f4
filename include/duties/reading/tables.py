"""How much each operator reads: a count for the alarm. What was read, and by whom, stands in the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal

__all__ = ["Reader"]


class Reader(Base):
    """One operator, by the keyed hash of a login, and what they read since an instant without deciding it."""

    __tablename__ = "reader"
    __table_args__ = {"schema": "duties"}  # noqa: RUF012 (SQLAlchemy's own declaration)

    actor: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    since: Mapped[datetime] = mapped_column()
    undecided: Mapped[int] = mapped_column()
    alarmed_at: Mapped[datetime | None] = mapped_column()
    """When they last read more than a person needs to."""
    sought_since: Mapped[datetime | None] = mapped_column()
    sought: Mapped[int] = mapped_column(server_default="0")
    """Contacts that they looked for since then, found or not."""
