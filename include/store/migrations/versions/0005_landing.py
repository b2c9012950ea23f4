"""Where a delivery lies between receipt and register.

Revision ID: 0005_landing
Revises: 0004_register
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0005_landing"
down_revision = "0004_register"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "quarantined",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_key", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_column", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["register.receipt.id"], name=op.f("fk_quarantined_receipt_id")),
        sa.PrimaryKeyConstraint("receipt_id", "row_number", name=op.f("pk_quarantined")),
        schema="landing",
    )
    op.create_index("ix_quarantined_receipt_id", "quarantined", ["receipt_id"], unique=False, schema="landing")
    op.create_table(
        "shard",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["register.receipt.id"], name=op.f("fk_shard_receipt_id")),
        sa.PrimaryKeyConstraint("receipt_id", "number", name=op.f("pk_shard")),
        schema="landing",
    )
    for table in ("shard", "quarantined"):
        grant(op, "select, insert, update, delete", f"landing.{table}", Role.INTAKE)
        grant(op, "select, update, delete", f"landing.{table}", Role.DUTIES)


def downgrade() -> None:

    op.drop_table("shard", schema="landing")
    op.drop_index("ix_quarantined_receipt_id", table_name="quarantined", schema="landing")
    op.drop_table("quarantined", schema="landing")
