"""Where the ledger lies. Hashing, linking and refusing are the database's own work: see migration 0002."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, plain

__all__ = ["LedgerHead", "LedgerKind", "LedgerLeaf", "LedgerRecord", "LedgerSeal", "LedgerWord"]

EVIDENCE = {"schema": "evidence"}
ENDS = """"substring"(payload, '"ends":"([^"]+)"'::text)"""
"""As the database writes it down: what an event says of the day's end that it is about."""
OF_A_DAY = "kind in ('day_counted', 'day_closed', 'day_audited')"


class LedgerKind(Base):
    """A kind of event that the ledger takes."""

    __tablename__ = "kind"
    __table_args__ = EVIDENCE

    name: Mapped[str] = plain(primary_key=True)


class LedgerWord(Base):
    """A word of the vocabulary: nothing else can be a key or a code in an event."""

    __tablename__ = "word"
    __table_args__ = EVIDENCE

    word: Mapped[str] = plain(primary_key=True)


class LedgerRecord(Base):
    """One event, linked by its hash to the one before it."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_kind", "kind", "recorded_at"),
        Index("ix_ledger_day", text(ENDS), "seq", postgresql_where=text(OF_A_DAY)),
        EVIDENCE,
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(ForeignKey("evidence.kind.name"), info={"personal": None})
    payload: Mapped[str] = plain()
    prev_hash: Mapped[bytes] = plain()
    hash: Mapped[bytes] = plain()
    recorded_at: Mapped[datetime] = mapped_column()


class LedgerLeaf(Base):
    """The hash of one item of a batch event."""

    __tablename__ = "leaf"
    __table_args__ = EVIDENCE

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf: Mapped[bytes] = plain()


class LedgerHead(Base):
    """The last record, in the one row that writers wait for in turn."""

    __tablename__ = "head"
    __table_args__ = EVIDENCE

    single: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    seq: Mapped[int] = mapped_column()
    hash: Mapped[bytes] = plain()


class LedgerSeal(Base):
    """A signature under the ledger at one record."""

    __tablename__ = "seal"
    __table_args__ = EVIDENCE

    seq: Mapped[int] = mapped_column(ForeignKey("evidence.ledger.seq"), primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = plain()
    count: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    fingerprint: Mapped[str] = plain()
    public_key: Mapped[bytes] = plain()
    signature: Mapped[bytes] = plain()
