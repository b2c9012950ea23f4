"""Let the console show sources, the outbox and clocks by their day, at any size and without a name in them.

Revision ID: 0032_console_sources
Revises: 0031_records
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0032_console_sources"
down_revision = "0031_records"
branch_labels = None
depends_on = None

WORDS = ("to_check",)
READ = {
    "register.source": (
        "kind", "basis_case", "basis_proof", "basis_expires", "purposes", "assessment", "contract_hash", "joined_at",
        "updated_at",
    ),
    "register.receipt": ("id", "delivery_id", "run", "reason", "counts", "closed_at", "edition", "rules"),
    "register.delivery": ("id", "sha256", "size_bytes"),
    "register.set_aside": ("receipt_id", "reason", "rows"),
    "channels.message": (
        "id", "duty_id", "kind", "channel", "language", "template", "jurisdiction", "state", "not_before", "expires_at",
        "attempts", "error", "message_id", "created_at", "sent_at",
    ),
    "channels.returned": ("kind", "reason", "message_id", "outcome", "read_at"),
    "duties.notice": (
        "source_key", "purpose", "channel", "edition", "received_at", "due_at", "outcome", "message_id", "closed_at",
    ),
    "duties.destruction": ("destroyed_at",),
    "duties.due_day": ("day", "kind", "clocks", "counted_at"),
}  # fmt: skip
"""What the pages show, column by column: whom a message goes to and what it says are not among it."""
INDEXES = {
    "ix_receipt_source_key": ("register", "receipt", ["source_key", "received_at", "id"]),
    "ix_message_state": ("channels", "message", ["kind", "channel", "state", "created_at", "id"]),
    "ix_notice_state": ("duties", "notice", ["state", "channel"]),
    "ix_returned_read_at": ("channels", "returned", ["read_at"]),
}


def upgrade() -> None:
    """Keep counts where rows are too many to be counted for a page, and find the rest by an index."""
    op.create_table(
        "set_aside",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["register.receipt.id"], name=op.f("fk_set_aside_receipt_id")),
        sa.PrimaryKeyConstraint("receipt_id", "reason", name=op.f("pk_set_aside")),
        schema="register",
    )
    op.execute("""
        insert into register.set_aside (receipt_id, reason, rows)
        select receipt_id, reason, count(*) from landing.quarantined group by receipt_id, reason
    """)
    op.create_table(
        "due_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("clocks", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_due_day")),
        schema="duties",
    )
    for name, (schema, indexed, columns) in INDEXES.items():
        op.create_index(name, indexed, columns, schema=schema)
    op.create_index(
        "ix_destruction_destroyed_at",
        "destruction",
        ["destroyed_at"],
        schema="duties",
        postgresql_where=sa.text("destroyed_at is not null"),
    )
    grant(op, "select, insert, update, delete", "register.set_aside", Role.INTAKE)
    grant(op, "select, insert, delete", "duties.due_day", Role.DUTIES)
    for reader in (Role.DUTIES, Role.AUDITOR):
        grant(op, "select", "register.set_aside", reader)
    grant(op, "select", "duties.due_day", Role.AUDITOR)
    grant(op, "usage", "schema channels", Role.CONSOLE)
    for table, read in READ.items():
        grant(op, f"select ({', '.join(read)})", table, Role.CONSOLE)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Words of the ledger stay, for records bear them."""
    for table, read in READ.items():
        op.execute(f"revoke select ({', '.join(read)}) on {table} from {Role.CONSOLE}")
    op.execute(f"revoke usage on schema channels from {Role.CONSOLE}")
    op.drop_index("ix_destruction_destroyed_at", table_name="destruction", schema="duties")
    for name, (schema, indexed, _) in INDEXES.items():
        op.drop_index(name, table_name=indexed, schema=schema)
    op.drop_table("due_day", schema="duties")
    op.drop_table("set_aside", schema="register")
