"""Keep by which letters a request was answered, and when it is seen that they came back.

Revision ID: 0041_request_answers
Revises: 0038_audit_forms
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0041_request_answers"
down_revision = "0038_audit_forms"
branch_labels = None
depends_on = None

KINDS = ("answer_returned", "answer_told")
WORDS = ("request_received/3",)
SHOWN = "answer_message, answer_returned_at"


def upgrade() -> None:
    """Add the columns, and what the ledger may say."""
    op.add_column("request", sa.Column("answer_message", sa.Uuid(), nullable=True), schema="duties")
    op.add_column(
        "request", sa.Column("answer_returned_at", sa.DateTime(timezone=True), nullable=True), schema="duties"
    )
    op.add_column("package", sa.Column("letter", sa.Uuid(), nullable=True), schema="duties")
    op.create_index(
        "ix_request_untold", "request", ["due_at", "id"], schema="duties",
        postgresql_where=sa.text("answer_returned_at is not null"),
    )  # fmt: skip
    grant(op, f"select ({SHOWN})", "duties.request", Role.CONSOLE)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take the columns away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_index("ix_request_untold", table_name="request", schema="duties")
    op.drop_column("package", "letter", schema="duties")
    op.drop_column("request", "answer_returned_at", schema="duties")
    op.drop_column("request", "answer_message", schema="duties")
