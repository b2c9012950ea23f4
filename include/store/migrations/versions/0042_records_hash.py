"""Let the ledger keep a hash over the records of each pack, which no layout writes otherwise.

Revision ID: 0042_records_hash
Revises: 0041_request_answers
"""

import sqlalchemy as sa
from alembic import op

revision = "0042_records_hash"
down_revision = "0041_request_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Teach the ledger the word."""
    op.execute(sa.text("select evidence.learn('sealed')"))


def downgrade() -> None:
    """Leave the word: records bear it."""
