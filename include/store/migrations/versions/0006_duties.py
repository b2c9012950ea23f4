"""What is owed, to whom, by when.

Revision ID: 0006_duties
Revises: 0005_landing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0006_duties"
down_revision = "0005_landing"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "destruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.LargeBinary(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("allowed_by", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('planned', 'halted', 'replaced', 'destroyed', 'verified')", name=op.f("ck_destruction_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
        schema="duties",
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('source_notice', 'impact_assessment', 'sensitive_data')", name=op.f("ck_duty_kind")
        ),
        sa.CheckConstraint("state in ('open', 'done', 'missed')", name=op.f("ck_duty_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        schema="duties",
    )
    op.create_index(
        "ix_duty_open", "duty", ["due_at"], unique=False, schema="duties", postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_duty_source_key", "duty", ["source_key"], unique=False, schema="duties")
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.duty.id"], name=op.f("fk_alert_duty_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("duty_id", "level", name=op.f("uq_alert_duty_id_level")),
        schema="duties",
    )
    op.create_table(
        "destruction_row",
        sa.Column("destruction_id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("row_key", sa.LargeBinary(), nullable=False),
        sa.Column("source_columns", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["duties.destruction.id"], name=op.f("fk_destruction_row_destruction_id")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "source_key", "row_key", name=op.f("pk_destruction_row")),
        schema="duties",
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sending", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("refused", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('owed', 'queued', 'told', 'exempt', 'destroyed')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["id"], ["duties.duty.id"], name=op.f("fk_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "subject_id", "source_key", "purpose", name=op.f("uq_notice_subject_id_source_key_purpose")
        ),
        schema="duties",
    )
    op.create_index(
        "ix_notice_live",
        "notice",
        ["send_by"],
        unique=False,
        schema="duties",
        postgresql_where=sa.text("state in ('owed', 'queued', 'told')"),
    )
    op.create_index(
        "ix_notice_message_id",
        "notice",
        ["message_id"],
        unique=False,
        schema="duties",
        postgresql_where=sa.text("message_id is not null"),
    )
    op.create_index("ix_notice_subject_id", "notice", ["subject_id"], unique=False, schema="duties")
    op.create_table(
        "destruction_target",
        sa.Column("destruction_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["duties.destruction.id"], name=op.f("fk_destruction_target_destruction_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["duties.notice.id"], name=op.f("fk_destruction_target_notice_id")),
        sa.PrimaryKeyConstraint("destruction_id", "notice_id", name=op.f("pk_destruction_target")),
        schema="duties",
    )
    op.create_index(
        "ix_destruction_target_notice_id", "destruction_target", ["notice_id"], unique=False, schema="duties"
    )
    for table in ("duty", "notice", "destruction", "destruction_target", "destruction_row", "alert"):
        grant(op, "select, insert, update", f"duties.{table}", Role.DUTIES)
        if table != "destruction_row":
            grant(op, "select", f"duties.{table}", Role.AUDITOR)
    grant(op, "select, update", "duties.duty", Role.RELAY)
    grant(op, "select, update", "duties.notice", Role.RELAY)
    op.execute("insert into evidence.kind (name) values ('destruction_allowed') on conflict do nothing")


def downgrade() -> None:

    op.drop_index("ix_destruction_target_notice_id", table_name="destruction_target", schema="duties")
    op.drop_table("destruction_target", schema="duties")
    op.drop_index("ix_notice_subject_id", table_name="notice", schema="duties")
    op.drop_index(
        "ix_notice_message_id", table_name="notice", schema="duties", postgresql_where=sa.text("message_id is not null")
    )
    op.drop_index(
        "ix_notice_live",
        table_name="notice",
        schema="duties",
        postgresql_where=sa.text("state in ('owed', 'queued', 'told')"),
    )
    op.drop_table("notice", schema="duties")
    op.drop_table("destruction_row", schema="duties")
    op.drop_table("alert", schema="duties")
    op.drop_index("ix_duty_source_key", table_name="duty", schema="duties")
    op.drop_index("ix_duty_open", table_name="duty", schema="duties", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("duty", schema="duties")
    op.drop_table("destruction", schema="duties")
