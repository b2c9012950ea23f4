"""Archives of ended accounts with their clocks, and the requests to restore them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Archive", "RestoreRequest"]

DUTIES = {"schema": "duties"}


class Archive(Base):
    """The backup of one account after its subscription ended (policy 4): an encrypted file, and what is known of it."""

    __tablename__ = "archive"
    __table_args__ = (
        CheckConstraint("state in ('writing', 'kept', 'restored', 'destroyed')", name="state"),
        Index("ix_archive_kept", "due_at", postgresql_where=text("state in ('writing', 'kept')")),
        Index("ix_archive_plan_id", "plan_id"),
        Index("ix_archive_end_plan", "end_plan"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    system: Mapped[str] = plain()
    rule: Mapped[str] = plain()
    """`table:rule`, as plans name it."""
    root: Mapped[bytes] = personal(Category.KEYED)
    """The account's own key, hashed."""
    identities: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), info={"personal": Category.KEYED})
    """By what people in it are found: empty once it is ended."""
    key_version: Mapped[int] = mapped_column()
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("duties.destruction.id"))
    edition: Mapped[str] = plain()
    file: Mapped[str] = plain()
    """Its name in the folder of its system: its id, no more."""
    sha256: Mapped[bytes | None] = plain()
    """Null until it is written whole."""
    rows: Mapped[dict[str, Any]] = plain()
    """How many of each table."""
    event_at: Mapped[datetime] = mapped_column()
    """When the subscription ended."""
    made_at: Mapped[datetime] = mapped_column()
    earliest: Mapped[datetime] = mapped_column()
    latest: Mapped[datetime] = mapped_column()
    """Until then it can be restored, and by then it is gone, unless a legal hold keeps it."""
    due_at: Mapped[datetime] = mapped_column()
    """From then on the nights destroy it."""
    shorten_at: Mapped[datetime | None] = mapped_column()
    """When the first of its rows reaches the end of a shorter rule of its own."""
    state: Mapped[str] = plain()
    end_plan: Mapped[UUID | None] = mapped_column(ForeignKey("duties.destruction.id"))
    ended_at: Mapped[datetime | None] = mapped_column()


class RestoreRequest(Base):
    """A customer's own wish to have an ended account back."""

    __tablename__ = "restore_request"
    __table_args__ = (
        CheckConstraint("basis in ('product', 'right')", name="basis"),
        CheckConstraint("quote is null or (basis = 'product' and quote >= 0)", name="quote"),
        CheckConstraint("result in ('restored', 'refused', 'hindered')", name="result"),
        Index("ix_restore_request_archive_id", "archive_id"),
        DUTIES,
    )

    reference: Mapped[str] = plain(primary_key=True)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("duties.archive.id"))
    asked_at: Mapped[datetime] = mapped_column()
    basis: Mapped[str] = plain()
    """`product`: the fee is the product's matter. `right`: a request of a person's right, which is free (Law 4)."""
    quote: Mapped[int | None] = mapped_column()
    """In minor units of the product's currency; null: free."""
    hindrances: Mapped[list[str]] = plain(server_default="{}")
    result: Mapped[str | None] = plain()
    closed_at: Mapped[datetime | None] = mapped_column()
