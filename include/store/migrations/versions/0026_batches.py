"""Keep the batches of a large plan over another system.

Revision ID: 0026_batches
Revises: 0025_console
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0026_batches"
down_revision = "0025_console"
branch_labels = None
depends_on = None

KINDS = ("destruction_batch",)
WORDS = ("number", "roots", "masked", "held")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of batches, and let the ledger tell of them."""
    op.create_table(
        "destruction_batch",
        sa.Column("destruction_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("scope", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("names", sa.LargeBinary()),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["duties.destruction.id"], name=op.f("fk_destruction_batch_destruction_id")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "number", name=op.f("pk_destruction_batch")),
        schema="duties",
    )
    grant(op, "select, insert, update, delete", "duties.destruction_batch", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take it away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_table("destruction_batch", schema="duties")
