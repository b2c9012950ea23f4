"""Copies and until when they are kept, what the journal outside the database still lacks, and how long it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Backup", "JournalHead", "Unjournalled"]

DUTIES = {"schema": "duties"}


class Backup(Base):
    """A copy of a system: one that we made of our store, or one that a data map says is made elsewhere."""

    __tablename__ = "backup"
    __table_args__ = (
        CheckConstraint("state in ('kept', 'expired', 'gone')", name="state"),
        CheckConstraint("(sha256 is null) = (size_bytes is null)", name="file"),
        UniqueConstraint("system", "name"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    system: Mapped[str] = plain()
    name: Mapped[str] = plain()
    """Our file's; or what the map calls it, and then the row speaks of the latest that may have been made."""
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    months: Mapped[int | None] = mapped_column()
    """For how long each is kept, where the map says so."""
    sha256: Mapped[bytes | None] = plain()
    size_bytes: Mapped[int | None] = mapped_column()
    state: Mapped[str] = plain()
    """`kept`; `expired` when its time is over, `gone` when it was destroyed, or was not there any more."""
    gone_at: Mapped[datetime | None] = mapped_column()


class Unjournalled(Base):
    """What was destroyed or suppressed and the journal lacks: written with it, taken away when the disk has it."""

    __tablename__ = "unjournalled"
    __table_args__ = (
        Index("ix_unjournalled_batch", "batch", postgresql_where=text("batch is not null")),
        DUTIES,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    batch: Mapped[UUID | None] = mapped_column()
    """The line that it was about to be written in."""
    said: Mapped[dict[str, Any]] = personal(Category.KEYED)
    """Ids, keyed hashes and codes."""


class JournalHead(Base):
    """How long the journal is, by the database: so a journal that lost its end is found out."""

    __tablename__ = "journal_head"
    __table_args__ = (CheckConstraint("single", name="single"), DUTIES)

    single: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    lines: Mapped[int] = mapped_column()
    hash: Mapped[str] = plain()
