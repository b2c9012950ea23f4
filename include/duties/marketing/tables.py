"""Who may not be used for what, which audiences went to whom, and who is told of removals."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = [
    "ApiKey",
    "Audience",
    "AudienceMember",
    "Disclosure",
    "Removal",
    "RemovalPoint",
    "Restricted",
    "Tally",
    "Webhook",
    "WebhookCall",
]

DUTIES = {"schema": "duties"}
NEW_ID = text("gen_random_uuid()")


class Restricted(Base):
    """A use that is forbidden for a subject or a contact: objection, complaint, contested accuracy, restriction."""

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("kind in ('objection', 'complaint', 'contested_accuracy', 'restriction')", name="kind"),
        CheckConstraint("subject_id is not null or key is not null", name="whom"),
        CheckConstraint("(key is null) = (key_version is null)", name="key_version"),
        Index("ix_restriction_key", "key", postgresql_where=text("key is not null")),
        Index("ix_restriction_subject_id", "subject_id", postgresql_where=text("subject_id is not null")),
        Index(
            "ix_restriction_lifting",
            "lift_message",
            postgresql_where=text("lift_message is not null and ended_at is null"),
        ),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    subject_id: Mapped[UUID | None] = mapped_column()
    key: Mapped[bytes | None] = personal(Category.KEYED)
    key_version: Mapped[int | None] = mapped_column()
    kind: Mapped[str] = plain()
    purpose: Mapped[str | None] = plain()
    """Null: no use at all."""
    since: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    means: Mapped[str] = plain()
    edition: Mapped[str] = plain()
    lift_reason: Mapped[str | None] = plain()
    """Why it is to end, as a code."""
    lift_message: Mapped[UUID | None] = mapped_column()
    """The letter that says so: it ends a day after that has gone out, not before."""


class Tally(Base):
    """How many consents, stops and restrictions stand how, as counted last: pages show it at any size."""

    __tablename__ = "tally"
    __table_args__ = DUTIES

    what: Mapped[str] = plain(primary_key=True)
    """`consent`, `stop`, `restriction`; `tally` for that it was counted."""
    purpose: Mapped[str] = plain(primary_key=True)
    channel: Mapped[str] = plain(primary_key=True)
    state: Mapped[str] = plain(primary_key=True)
    """Of a consent its last action, of a stop by what means it came, of a restriction its kind."""
    count: Mapped[int] = mapped_column()
    counted_at: Mapped[datetime] = mapped_column()


class Audience(Base):
    """A list of business contacts that were allowed for a purpose when it was made, and whom it is for."""

    __tablename__ = "audience"
    __table_args__ = (
        UniqueConstraint("run", name="uq_audience_run"),
        CheckConstraint("form in ('csv', 'parquet', 'table')", name="form"),
        CheckConstraint("platform in ('google', 'meta')", name="platform"),
        CheckConstraint("state in ('building', 'refused', 'exported')", name="state"),
        Index("ix_audience_recipient", "recipient", "purpose", "made_at"),
        Index("ix_audience_made_at", "made_at", "id"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = plain()
    recipient: Mapped[str] = plain()
    """A code of who gets it, as the record of processing names them."""
    country: Mapped[str] = plain()
    form: Mapped[str] = plain()
    platform: Mapped[str | None] = plain()
    """Whose way of hashing the contacts bear; null where they are plain."""
    state: Mapped[str] = plain()
    asked_by: Mapped[str] = personal(Category.IDENTITY)
    """The login of an employee, or `scheduled`; evidence holds its keyed hash."""
    run: Mapped[str] = plain()
    counts: Mapped[dict[str, Any]] = plain()
    sha256: Mapped[bytes | None] = plain()
    """Of the file."""
    edition: Mapped[str] = plain()
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    """From then on its recipient may not use it any more."""
    place: Mapped[str | None] = plain()
    """The folder in object storage where its file lies, while it does, and the Airflow connection that reaches it."""
    login: Mapped[str | None] = plain()
    placed_without: Mapped[int] = mapped_column(server_default="0")
    """How many contacts had been removed again when that file was written."""


class AudienceMember(Base):
    """A contact point of an audience, by its number alone."""

    __tablename__ = "audience_member"
    __table_args__ = DUTIES

    audience_id: Mapped[UUID] = mapped_column(ForeignKey("duties.audience.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Disclosure(Base):
    """That data was disclosed: when, how, for what, to whom, and whether it left the country (IR 20(6), 33(5))."""

    __tablename__ = "disclosure"
    __table_args__ = (
        UniqueConstraint("audience_id", "method", name="uq_disclosure_audience_id"),
        CheckConstraint("not abroad or safeguard is not null", name="safeguard"),
        Index("ix_disclosure_at", "at", "id"),
        Index("ix_disclosure_recipient", "recipient", "country", "purpose", "at"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    audience_id: Mapped[UUID] = mapped_column(ForeignKey("duties.audience.id"))
    recipient: Mapped[str] = plain()
    country: Mapped[str] = plain()
    purpose: Mapped[str] = plain()
    method: Mapped[str] = plain()
    abroad: Mapped[bool] = mapped_column()
    safeguard: Mapped[str | None] = plain()
    """Which safeguard a transfer rests on (Transfer Regulation 3, 4)."""
    contact_points: Mapped[int] = mapped_column()
    edition: Mapped[str] = plain()
    at: Mapped[datetime] = mapped_column()


class Removal(Base):
    """A list of contact points that a recipient of an audience has to take out, and their confirmation."""

    __tablename__ = "removal"
    __table_args__ = (
        CheckConstraint("state in ('told', 'confirmed')", name="state"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at is not null)", name="confirmed"),
        Index("ix_removal_audience_id", "audience_id"),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    audience_id: Mapped[UUID] = mapped_column(ForeignKey("duties.audience.id"))
    state: Mapped[str] = plain()
    contact_points: Mapped[int] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    confirmed_at: Mapped[datetime | None] = mapped_column()
    confirmed_by: Mapped[str | None] = plain()
    """The name of the API key."""


class RemovalPoint(Base):
    """A contact point that has to go, and the code of why."""

    __tablename__ = "removal_point"
    __table_args__ = DUTIES

    removal_id: Mapped[UUID] = mapped_column(ForeignKey("duties.removal.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = plain()


class ApiKey(Base):
    """A key of the API, by its hash: the key itself is shown once and kept nowhere."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("name", name="uq_api_key_name"),
        CheckConstraint(
            "scopes <@ array['may_use', 'stops', 'consents', 'removals', 'requests', 'breaches']", name="scopes"
        ),
        DUTIES,
    )

    hash: Mapped[bytes] = plain(primary_key=True)
    name: Mapped[str] = plain()
    recipient: Mapped[str] = plain()
    """Whose it is: they see removals of their own audiences alone."""
    scopes: Mapped[list[str]] = plain()
    """What it may tell and ask: `may_use`, `stops`, `consents`, `removals`."""
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


class Webhook(Base):
    """An address of a recipient that is told of stops and removals. Its secret is derived, not stored."""

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("recipient", "url", name="uq_webhook_recipient"), DUTIES)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    recipient: Mapped[str] = plain()
    url: Mapped[str] = plain()
    since: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


class WebhookCall(Base):
    """One thing that one webhook is told: until it is taken over it is tried again."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "kind", "about", name="uq_webhook_call_webhook_id"),
        CheckConstraint("kind in ('stop', 'removal')", name="kind"),
        CheckConstraint("state in ('ready', 'done', 'failed')", name="state"),
        Index("ix_webhook_call_due", "not_before", postgresql_where=text("state = 'ready'")),
        DUTIES,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("duties.webhook.id"))
    about: Mapped[UUID] = mapped_column()
    kind: Mapped[str] = plain()
    state: Mapped[str] = plain()
    attempts: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime] = mapped_column()
    error: Mapped[str | None] = plain()
    done_at: Mapped[datetime | None] = mapped_column()
