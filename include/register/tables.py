"""What we hold: sources, deliveries, listings, contact points, subjects; and who must not come back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = [
    "ContactPoint",
    "Delivery",
    "Identity_",
    "Listing",
    "PastDecision",
    "Receipt",
    "Reread",
    "Review",
    "Run",
    "Rung",
    "Source",
    "Statement",
    "Subject",
    "Suppression",
    "Turn",
]

REGISTER = {"schema": "register"}
SUPPRESSION = {"schema": "suppression"}


class Source(Base):
    """A directory or partner, as its contract stood at the last run."""

    __tablename__ = "source"
    __table_args__ = REGISTER

    key: Mapped[str] = plain(primary_key=True)
    kind: Mapped[str] = plain()
    jurisdiction: Mapped[str] = plain()
    basis_case: Mapped[str] = plain()
    basis_proof: Mapped[str] = plain()
    basis_expires: Mapped[date | None] = mapped_column()
    purposes: Mapped[list[str]] = plain()
    assessment: Mapped[str | None] = plain()
    contract_hash: Mapped[bytes] = plain()
    contract: Mapped[dict[str, Any]] = plain()
    """The contract's own text as data: no row of the directory is in it."""
    joined_at: Mapped[datetime] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column()


class Delivery(Base):
    """One content of a source, known by the hash of its bytes. The same bytes twice are one delivery."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("source_key", "sha256"),
        CheckConstraint("state in ('received', 'landed', 'registered', 'failed')", name="state"),
        REGISTER,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_key: Mapped[str] = plain()
    sha256: Mapped[bytes] = plain()
    size_bytes: Mapped[int] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    """When these bytes first reached us, or again after they had failed and nothing was kept, UTC: the clock of every
    row first seen in them (IR 4(3))."""
    state: Mapped[str] = plain()
    landing: Mapped[UUID | None] = mapped_column()
    """The receipt whose landing files stand for this delivery."""
    registered_at: Mapped[datetime | None] = mapped_column()


class Receipt(Base):
    """One arrival of a delivery: a run's unit of work, with what became of its rows."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("source_key", "run"),
        CheckConstraint("state in ('received', 'landed', 'checked', 'registered', 'failed')", name="state"),
        REGISTER,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_key: Mapped[str] = plain()
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("register.delivery.id"), index=True)
    received_at: Mapped[datetime] = mapped_column()
    state: Mapped[str] = plain()
    run: Mapped[str] = plain()
    """What asked for it: a DAG run, or a call of the command line. One run is one receipt, however often retried."""
    reason: Mapped[str] = plain()
    counts: Mapped[dict[str, Any]] = plain()
    closed_at: Mapped[datetime | None] = mapped_column()
    contract_hash: Mapped[bytes | None] = plain()
    """SHA-256 of the contract's terms at receipt."""
    edition: Mapped[str | None] = plain()
    rules: Mapped[str | None] = plain()
    """The version of the classification's rules at receipt."""
    landing: Mapped[UUID | None] = mapped_column()
    """The receipt whose landing files hold its rows; null for its own."""


class Turn(Base):
    """Which run a source's turn is: it alone may take a delivery in, from receipt to register."""

    __tablename__ = "turn"
    __table_args__ = REGISTER

    source_key: Mapped[str] = plain(primary_key=True)
    run: Mapped[str] = plain()
    since: Mapped[datetime] = mapped_column()
    """By the database's clock, like the next."""
    rests_until: Mapped[datetime] = mapped_column()
    """So long it may go without a process at work: between two tasks, or before one is tried again."""


class Run(Base):
    """Who asked for a run by hand or a backfill, and why. Its name is that of the receipts and re-reads."""

    __tablename__ = "run"
    __table_args__ = (CheckConstraint("kind in ('manual', 'backfill', 'command_line')", name="kind"), REGISTER)

    run: Mapped[str] = plain(primary_key=True)
    kind: Mapped[str] = plain(primary_key=True)
    reason: Mapped[str] = plain(primary_key=True)
    started_by: Mapped[str] = personal(Category.IDENTITY, primary_key=True)
    """The login of an employee, as Airflow or the machine knows it; evidence holds its keyed hash."""
    at: Mapped[datetime] = mapped_column()


class Reread(Base):
    """What a backfill found when it read a past delivery again: counts alone, for it changes nothing."""

    __tablename__ = "reread"
    __table_args__ = REGISTER

    run: Mapped[str] = plain(primary_key=True)
    source_key: Mapped[str] = plain()
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("register.receipt.id"))
    edition: Mapped[str] = plain()
    """The edition in force when that delivery was received."""
    rules: Mapped[str] = plain()
    counts: Mapped[dict[str, Any]] = plain()
    at: Mapped[datetime] = mapped_column()


class Subject(Base):
    """The natural person behind personal contact points."""

    __tablename__ = "subject"
    __table_args__ = REGISTER

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    jurisdiction: Mapped[str] = plain()
    language: Mapped[str] = plain()
    created_at: Mapped[datetime] = mapped_column()


class Identity_(Base):  # noqa: N801 (`Identity` is SQLAlchemy's)
    """A keyed hash by which a subject is recognised: of an e-mail address, a phone, or a name in its listing."""

    __tablename__ = "identity"
    __table_args__ = REGISTER

    key: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("register.subject.id", ondelete="CASCADE"), index=True)


class Listing(Base):
    """One row of a source, minimised, as it last stood."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("source_key", "row_key"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_listing_last_delivery_id", "last_delivery_id"),
        REGISTER,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source_key: Mapped[str] = plain()
    row_key: Mapped[bytes] = personal(Category.KEYED)
    """Keyed hash of the source's own row id, or of the whole row where it has none."""
    fingerprint: Mapped[bytes] = personal(Category.KEYED)
    """Keyed hash of the minimised row: what has not changed is not done again."""
    state: Mapped[str] = plain()
    name_class: Mapped[str] = plain()
    """person | organisation | undetermined, of the listing's name."""
    name_holds_person: Mapped[bool] = mapped_column()
    fields: Mapped[dict[str, Any]] = personal(Category.IDENTITY)
    """Our field name to the text as given (no contact values: those are contact points)."""
    provenance: Mapped[dict[str, Any]] = plain()
    """Our field name to the source's column."""
    country: Mapped[str | None] = plain()
    language: Mapped[str] = plain()
    opted_out: Mapped[bool] = mapped_column()
    """The directory's own opt-out column says that this listing wants to be left alone."""
    received_at: Mapped[datetime] = mapped_column()
    first_delivery_id: Mapped[UUID] = mapped_column()
    last_delivery_id: Mapped[UUID] = mapped_column()
    """The delivery that last changed it: a row that stays as it was is not touched."""
    changed_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()


class ContactPoint(Base):
    """A phone, e-mail, address, website or named person in the context of a listing, with its class and why.

    Kept in volumes: the digits of its number, and of its listing's, before the last twelve are the volume's.
    """

    __tablename__ = "contact_point"
    __table_args__ = (
        PrimaryKeyConstraint("id", "listing_id"),
        UniqueConstraint("listing_id", "kind", "key", "source_column"),
        CheckConstraint("kind in ('phone', 'email', 'address', 'website', 'person')", name="kind"),
        CheckConstraint("class in ('business', 'personal', 'undetermined')", name="class"),
        CheckConstraint("(class = 'business') = (subject_id is null)", name="subject"),
        CheckConstraint("id / 1000000000000 = listing_id / 1000000000000", name="volume"),
        Index("ix_contact_point_key", "key"),
        Index("ix_contact_point_subject_id", "subject_id", postgresql_where=text("subject_id is not null")),
        Index("ix_contact_point_awaiting", "listing_id", postgresql_where=text("permission = 'awaiting_assessment'")),
        Index("ix_contact_point_undetermined", "received_at", "id", postgresql_where=text("class = 'undetermined'")),
        REGISTER | {"postgresql_partition_by": "range (listing_id)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    listing_id: Mapped[int] = mapped_column(ForeignKey("register.listing.id", ondelete="CASCADE"))
    kind: Mapped[str] = plain()
    key: Mapped[bytes] = personal(Category.KEYED)
    value: Mapped[str] = personal(Category.CONTACT)
    normalised: Mapped[str | None] = personal(Category.CONTACT)
    """E.164, lower-case address, registrable domain…; null where the value could not be read."""
    number_type: Mapped[str | None] = plain()
    traits: Mapped[list[str]] = plain()
    unparsed: Mapped[str | None] = plain()
    """The reason code where `normalised` is null."""
    source_column: Mapped[str] = plain()
    delivery_id: Mapped[UUID] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    """When we received this value first, UTC: its source-notice clock."""
    klass: Mapped[str] = plain(name="class")
    score: Mapped[float] = mapped_column()
    reasons: Mapped[list[str]] = plain()
    edition: Mapped[str] = plain()
    rules: Mapped[str] = plain()
    decided_at: Mapped[datetime] = mapped_column()
    decided_by: Mapped[str] = plain()
    permission: Mapped[str] = plain()
    """What routing allows: `business_use`, `blocked`, `awaiting_assessment`, `opted_out_at_source`."""
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("register.subject.id"))


class PastDecision(Base):
    """A decision that a later one replaced: kept, never edited."""

    __tablename__ = "past_decision"
    __table_args__ = (Index("ix_past_decision_contact_point_id", "contact_point_id"), REGISTER)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_point_id: Mapped[int] = mapped_column()
    klass: Mapped[str] = plain(name="class")
    score: Mapped[float] = mapped_column()
    reasons: Mapped[list[str]] = plain()
    edition: Mapped[str] = plain()
    rules: Mapped[str] = plain()
    decided_at: Mapped[datetime] = mapped_column()
    decided_by: Mapped[str] = plain()
    replaced_at: Mapped[datetime] = mapped_column()


class Review(Base):
    """What a person decided about a contact point, beside what had been decided before. It stands until it is ended."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("class in ('business', 'personal')", name="class"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
        Index("ix_review_standing", "contact_point_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_review_contact_point_id", "contact_point_id"),
        REGISTER,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_point_id: Mapped[int] = mapped_column()
    listing_id: Mapped[int] = mapped_column()
    evidence: Mapped[bytes] = personal(Category.KEYED)
    """On what it was decided: a hash over keyed hashes. Where it is another, the rules decide again."""
    original_class: Mapped[str] = plain()
    original_score: Mapped[float] = mapped_column()
    original_reasons: Mapped[list[str]] = plain()
    original_edition: Mapped[str] = plain()
    original_rules: Mapped[str] = plain()
    klass: Mapped[str] = plain(name="class")
    reason: Mapped[str] = plain()
    reviewed_by: Mapped[str] = personal(Category.IDENTITY)
    """The login of an employee; evidence holds its keyed hash."""
    at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[str | None] = plain()
    """`evidence_changed`, or `reviewed_again`."""


class Statement(Base):
    """What a person said themselves of a contact or a text of theirs: it stands, whatever its source goes on saying.

    The register holds what they said; what the source said before is known by its keyed hash alone (Law 17, IR 22).
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("listing_id", "field", "original"),
        CheckConstraint("(point_id is null) = (key is null)", name="of_point"),
        Index("ix_statement_point_id", "point_id", postgresql_where=text("point_id is not null")),
        Index("ix_statement_subject_id", "subject_id"),
        REGISTER,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("register.subject.id", ondelete="CASCADE"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("register.listing.id", ondelete="CASCADE"))
    point_id: Mapped[int | None] = mapped_column()
    """The contact point that it is about; null where it is a text of the listing."""
    field: Mapped[str] = plain()
    """Its kind, or which text."""
    source_column: Mapped[str | None] = plain()
    original: Mapped[bytes] = personal(Category.KEYED)
    """Of what the source says."""
    key: Mapped[bytes | None] = personal(Category.KEYED)
    """Of what the person says, as contact points have it."""
    value: Mapped[str] = personal(Category.CONTACT)
    normalised: Mapped[str | None] = personal(Category.CONTACT)
    request_id: Mapped[UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column()


class Suppression(Base):
    """The keyed hash of what must not come back, in a schema that only its own role reads."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_key_version", "key_version"), SUPPRESSION)

    key: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    kind: Mapped[str] = plain()
    """phone | email; `row` for a row key of one source; `cell` for a name, address or website in one row."""
    key_version: Mapped[int] = mapped_column()
    """Under which key it stands: `AMANAH_KEY`, or that of a rung."""
    reason: Mapped[str] = plain()
    since: Mapped[datetime] = mapped_column()


class Rung(Base):
    """A key that hashes of `entry`, stops and restrictions stand under: its version, and a mark to know it again by."""

    __tablename__ = "rung"
    __table_args__ = SUPPRESSION

    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mark: Mapped[bytes] = plain()
    """The beginning of a hash under the key: a process shows that it has the same."""
    since: Mapped[datetime] = mapped_column()
    """From when on what is new is written under it."""
    finished_at: Mapped[datetime | None] = mapped_column()
    """When everything older stood under it too."""
