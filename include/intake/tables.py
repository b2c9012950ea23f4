"""Where a delivery lies between receipt and register: its shards, and the rows that were set aside."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Quarantined", "Shard"]

LANDING = {"schema": "landing"}


class Shard(Base):
    """One landing file (Parquet) of a receipt: minimised and suppression-filtered rows."""

    __tablename__ = "shard"
    __table_args__ = LANDING

    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("register.receipt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int] = mapped_column()


class Quarantined(Base):
    """A row that was set aside: where it stood and why, never what it said."""

    __tablename__ = "quarantined"
    __table_args__ = (Index("ix_quarantined_receipt_id", "receipt_id"), LANDING)

    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("register.receipt.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_key: Mapped[bytes | None] = personal(Category.KEYED)
    reason: Mapped[str] = plain()
    source_column: Mapped[str | None] = plain()
