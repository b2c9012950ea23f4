"""Keep archives of ended accounts with their clocks, and the requests to restore them.

Revision ID: 0023_archives
Revises: 0022_unintended
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0023_archives"
down_revision = "0022_unintended"
branch_labels = None
depends_on = None

KINDS = ("archive_kept", "archive_shortened", "archive_restored", "restore_asked", "restore_refused")
WORDS = (
    "archive", "archives", "archived", "shortened", "archive_end", "restored", "refused", "hindered", "product",
    "window_over", "archive_gone", "already_restored", "unreadable", "rows_there", "row_gone", "reference_missing",
    "file_there",
)  # fmt: skip
MOMENT = sa.DateTime(timezone=True)
STATE = "state in ('writing', 'kept', 'restored', 'destroyed')"


def upgrade() -> None:
    """Make the tables of archives and of requests to restore."""
    op.create_table(
        "archive",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("identities", sa.dialects.postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary()),
        sa.Column("rows", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("event_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("earliest", MOMENT, nullable=False),
        sa.Column("latest", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("shorten_at", MOMENT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("end_plan", sa.Uuid()),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint(STATE, name=op.f("ck_archive_state")),
        sa.ForeignKeyConstraint(["plan_id"], ["duties.destruction.id"], name=op.f("fk_archive_plan_id")),
        sa.ForeignKeyConstraint(["end_plan"], ["duties.destruction.id"], name=op.f("fk_archive_end_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
        schema="duties",
    )
    op.create_index(
        "ix_archive_kept", "archive", ["due_at"], schema="duties",
        postgresql_where=sa.text("state in ('writing', 'kept')"),
    )  # fmt: skip
    op.create_index("ix_archive_plan_id", "archive", ["plan_id"], schema="duties")
    op.create_index("ix_archive_end_plan", "archive", ["end_plan"], schema="duties")
    op.create_table(
        "restore_request",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("quote", sa.BigInteger()),
        sa.Column("hindrances", sa.dialects.postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("closed_at", MOMENT),
        sa.CheckConstraint("basis in ('product', 'right')", name=op.f("ck_restore_request_basis")),
        sa.CheckConstraint(
            "quote is null or (basis = 'product' and quote >= 0)", name=op.f("ck_restore_request_quote")
        ),
        sa.CheckConstraint("result in ('restored', 'refused', 'hindered')", name=op.f("ck_restore_request_result")),
        sa.ForeignKeyConstraint(["archive_id"], ["duties.archive.id"], name=op.f("fk_restore_request_archive_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_restore_request")),
        schema="duties",
    )
    op.create_index("ix_restore_request_archive_id", "restore_request", ["archive_id"], schema="duties")
    grant(op, "select, insert, update, delete", "duties.archive", Role.DUTIES)
    grant(op, "select, insert, update, delete", "duties.restore_request", Role.DUTIES)
    grant(op, "select", "duties.restore_request", Role.AUDITOR)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_table("restore_request", schema="duties")
    op.drop_table("archive", schema="duties")
