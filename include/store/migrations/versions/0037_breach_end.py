"""Let the end of an incident be recorded while it goes on, and a filed report keep the counts that it named.

Revision ID: 0037_breach_end
Revises: 0035_rights_kept
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0037_breach_end"
down_revision = "0035_rights_kept"
branch_labels = None
depends_on = None

WORDS = ("end", "lines", "to_tell")


def upgrade() -> None:
    """Add both columns; a processor tells of an end by the API."""
    op.add_column("breach", sa.Column("end_noted_at", sa.DateTime(timezone=True), nullable=True), schema="duties")
    op.add_column("breach_report", sa.Column("counted", postgresql.JSONB(), nullable=True), schema="duties")
    grant(op, "select (end_noted_at)", "duties.breach", Role.CONSOLE)
    grant(op, "select (counted)", "duties.breach_report", Role.CONSOLE)
    grant(op, "update (ended_at, end_noted_at)", "duties.breach", Role.API)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Words of the ledger stay, for records bear them."""
    op.execute(f"revoke update (ended_at) on duties.breach from {Role.API}")
    op.drop_column("breach_report", "counted", schema="duties")
    op.drop_column("breach", "end_noted_at", schema="duties")
