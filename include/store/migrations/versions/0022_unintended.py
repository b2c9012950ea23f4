"""Keep what is owed for personal data that nobody meant to have, and how far each column was looked through.

Revision ID: 0022_unintended
Revises: 0021_backups
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0022_unintended"
down_revision = "0021_backups"
branch_labels = None
depends_on = None

KIND = "unintended"
KINDS = ("unintended_asked", "unintended_answered", "unintended_destroyed")
WORDS = (
    KIND, "away", "emptied", "keep", "destroy", "answer", "by", "destroyed_unanswered", "destroyed_refused",
    "explicit_consent", "customer_refused", "deletion_asked", "not_needed",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, and let a duty be of this kind too."""
    op.create_table(
        "unintended",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_key", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("silent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("emptied", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("why in ('free_text', 'unmapped')", name=op.f("ck_unintended_why")),
        sa.CheckConstraint(
            "state in ('found', 'asked', 'kept', 'refused', 'destroyed')", name=op.f("ck_unintended_state")
        ),
        sa.CheckConstraint("state <> 'kept' or asked_at is not null", name=op.f("ck_unintended_kept")),
        sa.ForeignKeyConstraint(["id"], ["duties.duty.id"], name=op.f("fk_unintended_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unintended")),
        schema="duties",
    )
    op.create_index(
        "ix_unintended_standing",
        "unintended",
        ["system_key", "table_name", "column_name"],
        unique=True,
        schema="duties",
        postgresql_where=sa.text("state <> 'destroyed'"),
    )
    op.create_table(
        "looked_through",
        sa.Column("system_key", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=True),
        sa.Column("again_from", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("system_key", "table_name", "column_name", name=op.f("pk_looked_through")),
        schema="duties",
    )
    for table in ("unintended", "looked_through"):
        grant(op, "select, insert, update", f"duties.{table}", Role.DUTIES)
        grant(op, "select", f"duties.{table}", Role.AUDITOR)
    _kinds("alter table duties.duty add constraint ck_duty_kind check (kind in (%s))", added=True)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again, and the duties that they were. Kinds and words of the ledger stay."""
    op.drop_table("looked_through", schema="duties")
    op.drop_table("unintended", schema="duties")
    op.execute("delete from duties.alert using duties.duty where duty.id = duty_id and duty.kind = 'unintended'")
    op.execute("delete from duties.duty where kind = 'unintended'")
    _kinds("alter table duties.duty add constraint ck_duty_kind check (kind in (%s))", added=False)


def _kinds(statement: str, *, added: bool) -> None:
    """Say anew which kinds of duty there are: those that there were, with or without this one."""
    asked = sa.text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_duty_kind'")
    were = [kind for kind in str(op.get_bind().execute(asked).scalar_one()).split("'")[1::2] if kind != KIND]
    op.drop_constraint("ck_duty_kind", "duty", schema="duties", type_="check")
    op.execute(statement % ", ".join(f"'{kind}'" for kind in [*were, *([KIND] if added else [])]))
