"""Let the ledger say that the data maps were compared with their databases.

Revision ID: 0017_coverage
Revises: 0016_rungs
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_coverage"
down_revision = "0016_rungs"
branch_labels = None
depends_on = None

WORDS = ("systems", "tables", "columns", "uncovered", "unexplained")


def upgrade() -> None:
    """Teach the ledger a kind of record and its words."""
    op.execute("insert into evidence.kind (name) values ('coverage_checked') on conflict do nothing")
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Do nothing: kinds and words of the ledger stay, for records bear them."""
