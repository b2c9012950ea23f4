"""Requests as they came in and what became of them, each with the duty that its clock is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from include.duties.requests.model import RIGHTS
from include.store.base import Base, Category, personal, plain

__all__ = ["STATES", "Request"]

STATES = ("received", "checked", "in_work", "answered", "refused", "merged", "withdrawn")


def _one_of(column: str, *values: str) -> str:
    return "{} in ({})".format(column, ", ".join(f"'{value}'" for value in values))


class Request(Base):
    """One request of one right. Its id is its duty's, whose clock started at receipt and does not pause (IR 3(1))."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint(_one_of('"right"', *RIGHTS), name="right"),
        CheckConstraint(_one_of("state", *STATES), name="state"),
        CheckConstraint(_one_of("proof", "link", "code", "api", "operator"), name="proof"),
        CheckConstraint(_one_of("capacity", "self", "guardian", "other"), name="capacity"),
        CheckConstraint("(state = 'merged') = (merged_into is not null)", name="merged"),
        CheckConstraint("(state = 'refused') = (ground is not null)", name="refused"),
        CheckConstraint("(proof is null) = (checked_at is null)", name="checked"),
        CheckConstraint("extended_at is null or extension_reason is not null", name="extended"),
        CheckConstraint("withdrawn_through is null or state = 'withdrawn'", name="withdrawn"),
        Index("ix_request_subject_id", "subject_id"),
        Index(
            "ix_request_open",
            "due_at",
            "id",
            postgresql_where=text("state in ('received', 'checked', 'in_work')"),
        ),
        Index("ix_request_checked", "due_at", "id", postgresql_where=text("state = 'checked'")),
        Index("ix_request_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
        Index("ix_request_untold", "due_at", "id", postgresql_where=text("answer_returned_at is not null")),
        Index("ix_request_closed", "closed_at", "id", postgresql_where=text("closed_at is not null")),
        {"schema": "duties"},
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("duties.duty.id"), primary_key=True)
    reference: Mapped[str] = plain(unique=True)
    """What the person is told: it names nobody."""
    right: Mapped[str] = plain()
    subject_id: Mapped[UUID | None] = mapped_column()
    means: Mapped[str] = plain()
    language: Mapped[str] = plain()
    details: Mapped[str | None] = personal(Category.MESSAGE)
    """What the person wrote."""
    state: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    received_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    """The end of its clock, with the one extension if it was told in time."""
    first_due_at: Mapped[datetime | None] = mapped_column()
    """The end without any extension."""
    proof: Mapped[str | None] = plain()
    """By what it was shown who asks: `link`, `code`, `api`, `operator`; never by an identity document."""
    answers: Mapped[list[str]] = plain(server_default="{}")
    """What an operator found out about who asks, as codes."""
    capacity: Mapped[str] = plain(server_default="self")
    guardianship: Mapped[str | None] = plain()
    facts: Mapped[bytes | None] = personal(Category.KEYED)
    """The keyed hash of what was written: by it the same request is told from a new one."""
    asker: Mapped[bytes | None] = personal(Category.KEYED)
    """The keyed hash of the contact that asks, where nobody is known by it."""
    reply_to: Mapped[str | None] = personal(Category.CONTACT)
    """Where the answer goes, where it does not go to a contact that we hold anyway; empty once it is on its way."""
    channel: Mapped[str | None] = plain()
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("duties.request.id"))
    checked_at: Mapped[datetime | None] = mapped_column()
    begun_at: Mapped[datetime | None] = mapped_column()
    shown_at: Mapped[datetime | None] = mapped_column()
    """When an officer was last asked to decide."""
    shown_in: Mapped[str | None] = plain()
    """The run whose task asks them, and at which place of it: by these it is known whether it still does."""
    shown_place: Mapped[int | None] = mapped_column()
    extension_reason: Mapped[str | None] = plain()
    extension_due: Mapped[datetime | None] = mapped_column()
    """The end that the notice of the extension names."""
    extension_message: Mapped[UUID | None] = mapped_column()
    """The notice: only once it has gone out in time does the extension hold."""
    extended_at: Mapped[datetime | None] = mapped_column()
    answer_message: Mapped[UUID | None] = mapped_column()
    """The letter that answered or refused it."""
    answer_returned_at: Mapped[datetime | None] = mapped_column()
    """When it was seen that this letter, or that of its copy, came back; empty once its person was told another way."""
    ground: Mapped[str | None] = plain()
    """Why it was refused: a code of the law's grounds."""
    outcome: Mapped[str | None] = plain()
    withdrawn_through: Mapped[str | None] = plain()
    """How its person said that they take it back: `phone`, `email`, `counter`…"""
    evidence: Mapped[str | None] = plain()
    """The reference of what shows that they said so: of a recording, a mail, a form."""
    destruction_request: Mapped[UUID | None] = mapped_column()
    """The destruction that it began."""
    closed_at: Mapped[datetime | None] = mapped_column()
