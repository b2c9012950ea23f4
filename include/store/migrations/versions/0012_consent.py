"""Keep what people answered, for good; what they ask to be destroyed; and the links that lead to their pages.

Revision ID: 0012_consent
Revises: 0011_returns
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, create_missing, grant

revision = "0012_consent"
down_revision = "0011_returns"
branch_labels = None
depends_on = None

BEFORE = "state in ('owed', 'queued', 'told', 'exempt', 'destroyed')"
NOW = "state in ('owed', 'queued', 'told', 'answered', 'exempt', 'destroyed')"
KINDS = (
    "consent_asked", "consent_given", "consent_refused", "consent_withdrawn", "consent_expired", "deletion_asked",
)  # fmt: skip
WORDS = (
    "asked", "granted", "refused", "withdrawn", "expired", "deletion_asked", "directory", "direct_from_subject",
    "other_system", "letter", "page", "api", "file", "operator", "silence", "subject", "provenance", "all", "phone",
    "text", "questions", "proof", "request", "requests", "source_notice/2",
)  # fmt: skip
STATE = """
create view duties.consent_state as
select distinct on (subject_id, purpose, channel)
       subject_id, purpose, channel, action, provenance, key, notice_id, at
  from duties.consent_event order by subject_id, purpose, channel, id desc
"""
REFUSE = """
create function duties.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'P0E02';
end
$$
"""


def upgrade() -> None:
    """Make the tables, which no role edits, and let a notice be answered."""
    create_missing(op.get_bind())
    op.execute("create schema portal")
    grant(op, "usage", "schema portal", Role.DUTIES, Role.PORTAL)
    for schema in ("register", "duties", "channels", "evidence"):
        grant(op, "usage", f"schema {schema}", Role.PORTAL, Role.API)
    grant(op, "execute", "function evidence.append(text, text, bytea[])", Role.PORTAL, Role.API)
    op.drop_constraint("ck_notice_state", "notice", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_notice_state"), "notice", NOW, schema="duties")
    _consent_event()
    _own_contact()
    op.create_table(
        "destruction_request",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destruction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "trigger in ('refused', 'deletion_asked', 'withdrawn')", name=op.f("ck_destruction_request_trigger")
        ),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["duties.destruction.id"], name=op.f("fk_destruction_request_destruction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_request")),
        schema="duties",
    )
    op.create_index(
        "ix_destruction_request_open",
        "destruction_request",
        ["subject_id"],
        unique=True,
        schema="duties",
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "link",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose in ('person')", name=op.f("ck_link_purpose")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_link")),
        schema="portal",
    )
    op.create_index("ix_link_subject_id", "link", ["subject_id"], unique=False, schema="portal")
    _rights()
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def _consent_event() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("text_version", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "action in ('asked', 'granted', 'refused', 'withdrawn', 'expired')", name=op.f("ck_consent_event_action")
        ),
        sa.CheckConstraint(
            "channel in ('all', 'email', 'sms', 'whatsapp', 'phone')", name=op.f("ck_consent_event_channel")
        ),
        sa.CheckConstraint(
            "provenance in ('directory', 'direct_from_subject', 'other_system')",
            name=op.f("ck_consent_event_provenance"),
        ),
        sa.CheckConstraint(
            "action <> 'granted' or provenance <> 'other_system' or proof is not null",
            name=op.f("ck_consent_event_proven"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        schema="duties",
    )
    op.create_index(
        "ix_consent_event_asked",
        "consent_event",
        ["subject_id", "purpose"],
        unique=True,
        schema="duties",
        postgresql_where=sa.text("action = 'asked'"),
    )
    op.create_index(
        "ix_consent_event_subject_id", "consent_event", ["subject_id", "purpose", "channel", "id"], schema="duties"
    )
    op.execute(REFUSE)
    op.execute(
        "create trigger refuse before update or delete or truncate on duties.consent_event "
        "for each statement execute function duties.refuse()"
    )
    op.execute("alter table duties.consent_event enable always trigger refuse")
    op.execute(STATE)


def _own_contact() -> None:
    op.create_table(
        "own_contact",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('email', 'phone')", name=op.f("ck_own_contact_kind")),
        sa.ForeignKeyConstraint(["subject_id"], ["register.subject.id"], name=op.f("fk_own_contact_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_contact")),
        sa.UniqueConstraint(
            "subject_id", "purpose", "channel", "key", name=op.f("uq_own_contact_subject_id_purpose_channel_key")
        ),
        schema="duties",
    )
    op.create_index("ix_own_contact_key", "own_contact", ["key"], schema="duties")


def _rights() -> None:
    for table in ("consent_event", "destruction_request"):
        grant(op, "select, insert", f"duties.{table}", Role.DUTIES, Role.PORTAL, Role.API)
    grant(op, "select, insert, delete", "duties.own_contact", Role.DUTIES, Role.PORTAL, Role.API)
    grant(op, "select", "duties.consent_state", Role.DUTIES, Role.PORTAL, Role.API, Role.RELAY)
    grant(op, "update (closed_at, destruction_id)", "duties.destruction_request", Role.DUTIES)
    grant(op, "select, insert, delete", "portal.link", Role.DUTIES)
    grant(op, "select", "portal.link", Role.PORTAL)
    grant(op, "insert", "register.subject", Role.DUTIES, Role.API)
    grant(op, "insert", "register.identity", Role.DUTIES, Role.API)
    grant(op, "select", "register.identity", Role.API)
    grant(op, "select", "register.subject", Role.PORTAL, Role.API)
    grant(op, "select", "duties.notice", Role.PORTAL, Role.API)
    grant(op, "update (state, outcome, closed_at)", "duties.notice", Role.PORTAL, Role.API)


def downgrade() -> None:
    """Take them away again; an answered notice counts as told. Kinds and words of the ledger stay, as do the roles."""
    for role in (Role.PORTAL, Role.API):
        for schema in ("register", "duties", "channels", "evidence"):
            op.execute(f"revoke all on all tables in schema {schema} from {role}")
            op.execute(f"revoke usage on schema {schema} from {role}")
        op.execute(f"revoke execute on function evidence.append(text, text, bytea[]) from {role}")
    op.execute(f"revoke insert on register.subject, register.identity from {Role.DUTIES}")
    op.drop_table("link", schema="portal")
    op.execute("drop schema portal")
    op.drop_table("destruction_request", schema="duties")
    op.drop_table("own_contact", schema="duties")
    op.execute("drop view duties.consent_state")
    op.drop_table("consent_event", schema="duties")
    op.execute("drop function duties.refuse()")
    op.execute("update duties.notice set state = 'told' where state = 'answered'")
    op.drop_constraint("ck_notice_state", "notice", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_notice_state"), "notice", BEFORE, schema="duties")
