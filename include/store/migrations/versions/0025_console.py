"""Let the console read what its pages show and nothing of a person, and let the ledger say who read a value.

Revision ID: 0025_console
Revises: 0024_house
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, create_missing, grant

revision = "0025_console"
down_revision = "0024_house"
branch_labels = None
depends_on = None

KINDS = ("value_read", "reading_alarmed", "ledger_verified")
WORDS = ("to_decide", "readings", "readers", "whole", "broken", "faults")
ROOMS = ("register", "duties", "evidence")
READ = {
    "register.source": ("key", "contract", "jurisdiction"),
    "register.listing": ("id", "source_key"),
    "register.contact_point": (
        "id", "listing_id", "kind", "source_column", "received_at", "class", "score", "reasons", "edition",
        "decided_at", "decided_by", "subject_id",
    ),
    "register.review": ("id", "contact_point_id", "class", "reason", "at", "ended_at"),
    "register.receipt": ("source_key", "received_at", "state"),
    "duties.duty": ("id", "kind", "state", "due_at", "closed_at"),
    "duties.notice": ("id", "state", "send_by", "told_at"),
    "duties.destruction": (
        "id", "trigger", "plan_hash", "counts", "edition", "state", "planned_at", "system", "rule", "scope",
    ),
    "duties.destruction_request": ("id", "asked_at", "closed_at"),
    "duties.hold": ("id", "case_ref", "system", "table_name", "since", "until", "placed_at", "released_at"),
    "duties.hold_person": ("hold_id",),
    "duties.standstill": ("id", "reason", "begun_at", "ended_at"),
    "duties.reader": ("alarmed_at",),
    "evidence.kind": ("name",),
    "evidence.ledger": ("seq", "kind", "payload", "recorded_at"),
    "evidence.head": ("seq",),
    "evidence.seal": ("seq", "at"),
}  # fmt: skip
"""What the pages show, column by column. Where a value or a name stands is not among them."""


def upgrade() -> None:
    """Make the role, the count of readings, and the indexes by which pages are found at any size."""
    create_missing(op.get_bind())
    op.create_table(
        "reader",
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undecided", sa.BigInteger(), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("actor", name=op.f("pk_reader")),
        schema="duties",
    )
    op.create_index(
        "ix_contact_point_undetermined",
        "contact_point",
        ["received_at", "id"],
        schema="register",
        postgresql_where=sa.text("class = 'undetermined'"),
    )
    op.create_index(
        "ix_duty_missed", "duty", ["closed_at"], schema="duties", postgresql_where=sa.text("state = 'missed'")
    )
    op.create_index("ix_destruction_planned_at", "destruction", ["planned_at", "id"], schema="duties")
    op.create_index("ix_ledger_kind", "ledger", ["kind", "recorded_at"], schema="evidence")
    for room in ROOMS:
        grant(op, "usage", f"schema {room}", Role.CONSOLE)
    for table, columns in READ.items():
        grant(op, f"select ({', '.join(columns)})", table, Role.CONSOLE)
    grant(op, "select, insert, update, delete", "duties.reader", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    for table, columns in READ.items():
        op.execute(f"revoke select ({', '.join(columns)}) on {table} from {Role.CONSOLE}")
    for room in ROOMS:
        op.execute(f"revoke usage on schema {room} from {Role.CONSOLE}")
    op.drop_index("ix_ledger_kind", table_name="ledger", schema="evidence")
    op.drop_index("ix_destruction_planned_at", table_name="destruction", schema="duties")
    op.drop_index("ix_duty_missed", table_name="duty", schema="duties")
    op.drop_index("ix_contact_point_undetermined", table_name="contact_point", schema="register")
    op.drop_table("reader", schema="duties")
