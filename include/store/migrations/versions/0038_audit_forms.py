"""Let the ledger keep the hashes of each pack since it was made, and find what it says of a day at any length.

Revision ID: 0038_audit_forms
Revises: 0037_breach_end
"""

import sqlalchemy as sa
from alembic import op

revision = "0038_audit_forms"
down_revision = "0037_breach_end"
branch_labels = None
depends_on = None

WORDS = ("pack", "day", "supplement", "manifest", "data", "form", "promised", "edition", "recorded", "layout")
OF_A_DAY = "kind in ('day_counted', 'day_closed', 'day_audited')"


def upgrade() -> None:
    """Teach the ledger the kind and its words, and index what is about a day by that day's end."""
    op.execute(sa.text("insert into evidence.kind (name) values ('day_audited') on conflict do nothing"))
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))
    op.create_index(
        "ix_ledger_day", "ledger", [sa.text("""substring(payload from '"ends":"([^"]+)"')"""), "seq"],
        schema="evidence", postgresql_where=sa.text(OF_A_DAY),
    )  # fmt: skip


def downgrade() -> None:
    """Take the index away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_index("ix_ledger_day", table_name="ledger", schema="evidence")
