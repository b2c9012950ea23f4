"""Register copies of the store, and note what a restore has to destroy again.

Revision ID: 0021_backups
Revises: 0020_retention
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0021_backups"
down_revision = "0020_retention"
branch_labels = None
depends_on = None

KINDS = ("backup_made", "backup_gone", "restore_replayed", "restore_drilled")
WORDS = (
    "backup", "megabytes", "expires", "plans", "suppressed", "stops", "report", "drill", "tables", "rows", "left",
    "changed", "proven", "not_proven", "outcome", "back_up", "drill_restore",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, and note what was destroyed before."""
    op.create_table(
        "backup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('kept', 'expired', 'gone')", name=op.f("ck_backup_state")),
        sa.CheckConstraint("(sha256 is null) = (size_bytes is null)", name=op.f("ck_backup_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
        sa.UniqueConstraint("system", "name", name=op.f("uq_backup_system_name")),
        schema="duties",
    )
    op.create_table(
        "unjournalled",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unjournalled")),
        schema="duties",
    )
    op.create_index(
        "ix_unjournalled_batch",
        "unjournalled",
        ["batch"],
        unique=False,
        schema="duties",
        postgresql_where=sa.text("batch is not null"),
    )
    op.create_table(
        "journal_head",
        sa.Column("single", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_journal_head_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_journal_head")),
        schema="duties",
    )
    grant(op, "select, insert, update", "duties.backup", Role.DUTIES)
    grant(op, "select", "duties.backup", Role.AUDITOR)
    grant(op, "select, insert, update, delete", "duties.unjournalled", Role.DUTIES)
    grant(op, "select, insert, update", "duties.journal_head", Role.DUTIES)
    grant(op, "select, delete", "portal.code", Role.DUTIES)
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute("drop trigger note_suppressed on suppression.entry")
    op.execute("drop trigger note_stopped on duties.stop")
    op.execute("drop function duties.note_suppressed()")
    op.execute("drop function duties.note_stopped()")
    op.execute(f"revoke select, delete on portal.code from {Role.DUTIES}")
    op.drop_table("journal_head", schema="duties")
    op.drop_table("unjournalled", schema="duties")
    op.drop_table("backup", schema="duties")
