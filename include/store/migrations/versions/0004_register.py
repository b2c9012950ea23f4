"""The register, and who must not come back.

Revision ID: 0004_register
Revises: 0003_channels
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0004_register"
down_revision = "0003_channels"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("landing", sa.Uuid(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('received', 'landed', 'registered', 'failed')", name=op.f("ck_delivery_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("source_key", "sha256", name=op.f("uq_delivery_source_key_sha256")),
        schema="register",
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("row_key", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name_class", sa.Text(), nullable=False),
        sa.Column("name_holds_person", sa.Boolean(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("provenance", postgresql.JSONB(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_delivery_id", sa.Uuid(), nullable=False),
        sa.Column("last_delivery_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_listing_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("source_key", "row_key", name=op.f("uq_listing_source_key_row_key")),
        schema="register",
    )
    op.create_index("ix_listing_last_delivery_id", "listing", ["last_delivery_id"], unique=False, schema="register")
    op.create_table(
        "past_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_decision")),
        schema="register",
    )
    op.create_index(
        "ix_past_decision_contact_point_id", "past_decision", ["contact_point_id"], unique=False, schema="register"
    )
    op.create_table(
        "source",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("basis_case", sa.Text(), nullable=False),
        sa.Column("basis_proof", sa.Text(), nullable=False),
        sa.Column("basis_expires", sa.Date(), nullable=True),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("contract_hash", sa.LargeBinary(), nullable=False),
        sa.Column("contract", postgresql.JSONB(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
        schema="register",
    )
    op.create_table(
        "subject",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        schema="register",
    )
    op.create_table(
        "entry",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entry")),
        schema="suppression",
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("normalised", sa.Text(), nullable=True),
        sa.Column("number_type", sa.Text(), nullable=True),
        sa.Column("traits", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("unparsed", sa.Text(), nullable=True),
        sa.Column("source_column", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(class = 'business') = (subject_id is null)", name=op.f("ck_contact_point_subject")),
        sa.CheckConstraint("class in ('business', 'personal', 'undetermined')", name=op.f("ck_contact_point_class")),
        sa.CheckConstraint(
            "kind in ('phone', 'email', 'address', 'website', 'person')", name=op.f("ck_contact_point_kind")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["register.listing.id"], name=op.f("fk_contact_point_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["register.subject.id"], name=op.f("fk_contact_point_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint(
            "listing_id",
            "kind",
            "key",
            "source_column",
            name=op.f("uq_contact_point_listing_id_kind_key_source_column"),
        ),
        schema="register",
    )
    op.create_index("ix_contact_point_key", "contact_point", ["key"], unique=False, schema="register")
    op.create_index(
        "ix_contact_point_subject_id",
        "contact_point",
        ["subject_id"],
        unique=False,
        schema="register",
        postgresql_where=sa.text("subject_id is not null"),
    )
    op.create_table(
        "identity",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["register.subject.id"], name=op.f("fk_identity_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_identity")),
        schema="register",
    )
    op.create_index(op.f("ix_identity_subject_id"), "identity", ["subject_id"], unique=False, schema="register")
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('received', 'landed', 'checked', 'registered', 'failed')", name=op.f("ck_receipt_state")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["register.delivery.id"], name=op.f("fk_receipt_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("source_key", "run", name=op.f("uq_receipt_source_key_run")),
        schema="register",
    )
    op.create_index(op.f("ix_receipt_delivery_id"), "receipt", ["delivery_id"], unique=False, schema="register")
    tables = ("source", "delivery", "receipt", "listing", "contact_point", "past_decision", "subject", "identity")
    for table in tables:
        grant(op, "select, insert, update, delete", f"register.{table}", Role.INTAKE)
        grant(op, "select, update, delete", f"register.{table}", Role.DUTIES)
    for table in ("source", "delivery", "receipt"):
        grant(op, "select", f"register.{table}", Role.AUDITOR)
    grant(op, "select, insert", "suppression.entry", Role.INTAKE)
    grant(op, "select, insert", "suppression.entry", Role.DUTIES)
    grant(op, "select", "suppression.entry", Role.RELAY)
    for word in ("known", "gone"):
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:

    op.drop_index(op.f("ix_receipt_delivery_id"), table_name="receipt", schema="register")
    op.drop_table("receipt", schema="register")
    op.drop_index(op.f("ix_identity_subject_id"), table_name="identity", schema="register")
    op.drop_table("identity", schema="register")
    op.drop_index(
        "ix_contact_point_subject_id",
        table_name="contact_point",
        schema="register",
        postgresql_where=sa.text("subject_id is not null"),
    )
    op.drop_index("ix_contact_point_key", table_name="contact_point", schema="register")
    op.drop_table("contact_point", schema="register")
    op.drop_table("entry", schema="suppression")
    op.drop_table("subject", schema="register")
    op.drop_table("source", schema="register")
    op.drop_index("ix_past_decision_contact_point_id", table_name="past_decision", schema="register")
    op.drop_table("past_decision", schema="register")
    op.drop_index("ix_listing_last_delivery_id", table_name="listing", schema="register")
    op.drop_table("listing", schema="register")
    op.drop_table("delivery", schema="register")
