"""Whose turn a source is, who asked for a run and why, what a re-read found, and which deliveries are awaited.

Revision ID: 0007_nights
Revises: 0006_duties
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0007_nights"
down_revision = "0006_duties"
branch_labels = None
depends_on = None

KINDS = ("delivery_reread", "delivery_late")
WORDS = (
    "dag", "starter", "skipped", "destroyed_since", "changed_since", "withdrawn_since", "decided_alike",
    "decided_otherwise", "awaited", "slot",
)  # fmt: skip


def upgrade() -> None:

    op.add_column("receipt", sa.Column("contract_hash", sa.LargeBinary(), nullable=True), schema="register")
    op.add_column("receipt", sa.Column("edition", sa.Text(), nullable=True), schema="register")
    op.add_column("receipt", sa.Column("rules", sa.Text(), nullable=True), schema="register")
    op.add_column("receipt", sa.Column("landing", sa.Uuid(), nullable=True), schema="register")
    op.create_table(
        "turn",
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_key", name=op.f("pk_turn")),
        schema="register",
    )
    op.create_table(
        "run",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('manual', 'backfill', 'command_line')", name=op.f("ck_run_kind")),
        sa.PrimaryKeyConstraint("run", "kind", "reason", "started_by", name=op.f("pk_run")),
        schema="register",
    )
    op.create_table(
        "reread",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["register.receipt.id"], name=op.f("fk_reread_receipt_id")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_reread")),
        schema="register",
    )
    op.create_table(
        "awaited",
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("refresh", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_key", name=op.f("pk_awaited")),
        schema="duties",
    )
    for table in ("turn", "run", "reread"):
        grant(op, "select, insert, update, delete", f"register.{table}", Role.INTAKE)
        grant(op, "select", f"register.{table}", Role.DUTIES, Role.AUDITOR)
    grant(op, "select, insert, update", "duties.awaited", Role.DUTIES)
    grant(op, "select", "duties.awaited", Role.AUDITOR)
    for kind in KINDS:
        op.execute(sa.text("insert into evidence.kind (name) values (:kind)").bindparams(kind=kind))
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:

    op.drop_table("awaited", schema="duties")
    for table in ("reread", "run", "turn"):
        op.drop_table(table, schema="register")
    for column in ("landing", "rules", "edition", "contract_hash"):
        op.drop_column("receipt", column, schema="register")
