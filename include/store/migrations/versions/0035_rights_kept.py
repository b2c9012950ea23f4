"""Keep who was told before a use is allowed again, who said that a request is taken back, and where a copy goes.

Revision ID: 0035_rights_kept
Revises: 0034_console_requests
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0035_rights_kept"
down_revision = "0034_console_requests"
branch_labels = None
depends_on = None

KINDS = ("lift_queued", "extension_returned")
WORDS = (
    "accuracy_verified", "person_asked", "looked_into", "refused", "withdrawn_by_person", "told_otherwise", "phone",
    "post", "counter", "evidence", "restriction_lifted", "restriction_lifted/1", "request_withdrawn/1", "enclosed",
    "not_enclosed", "reason", "through",
)  # fmt: skip


def upgrade() -> None:
    """Add the columns, and what the ledger may say."""
    op.add_column("restriction", sa.Column("lift_reason", sa.Text(), nullable=True), schema="duties")
    op.add_column("restriction", sa.Column("lift_message", sa.Uuid(), nullable=True), schema="duties")
    op.create_index(
        "ix_restriction_lifting", "restriction", ["lift_message"], schema="duties",
        postgresql_where=sa.text("lift_message is not null and ended_at is null"),
    )  # fmt: skip
    for column in ("withdrawn_through", "evidence", "shown_in"):
        op.add_column("request", sa.Column(column, sa.Text(), nullable=True), schema="duties")
    op.add_column("request", sa.Column("shown_place", sa.BigInteger(), nullable=True), schema="duties")
    op.create_check_constraint(
        op.f("ck_request_withdrawn"), "request", "withdrawn_through is null or state = 'withdrawn'", schema="duties"
    )
    op.add_column("package", sa.Column("recipient", sa.Text(), nullable=True), schema="duties")
    op.add_column("package", sa.Column("channel", sa.Text(), nullable=True), schema="duties")
    grant(op, "select (recipient, channel)", "duties.package", Role.PORTAL)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take the columns away again. Words of the ledger stay, for records bear them."""
    op.drop_column("package", "channel", schema="duties")
    op.drop_column("package", "recipient", schema="duties")
    op.drop_constraint(op.f("ck_request_withdrawn"), "request", schema="duties", type_="check")
    for column in ("shown_place", "shown_in", "evidence", "withdrawn_through"):
        op.drop_column("request", column, schema="duties")
    op.drop_index("ix_restriction_lifting", table_name="restriction", schema="duties")
    op.drop_column("restriction", "lift_message", schema="duties")
    op.drop_column("restriction", "lift_reason", schema="duties")
