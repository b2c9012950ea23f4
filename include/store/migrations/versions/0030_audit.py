"""Let every day be counted and closed in the ledger, and let whoever answers for a missed clock say why.

Revision ID: 0030_audit
Revises: 0029_breach
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0030_audit"
down_revision = "0029_breach"
branch_labels = None
depends_on = None

KINDS = ("day_counted", "day_closed", "miss_explained")
WORDS = (
    "about", "active", "all", "archives", "audience_missing", "audiences", "audit", "awaiting_assessment",
    "backups", "begins", "business", "business_use", "chain_broken", "checks", "closed", "consents",
    "contact_points", "counted", "duties", "ends", "events", "holds", "in_time", "law_changed", "listings",
    "mail_server_down", "measure", "messages", "missed_without_reason", "not_counted", "notice_without_proof",
    "notices", "open", "out", "outcome", "overdue", "overdue_data", "own_contacts", "permissions", "personal",
    "personal_in_audience", "plans", "power_cut", "purposes", "register", "removals", "requests",
    "restrictions", "rows", "rows_away", "source_without_basis", "staff_away", "standing", "standstill",
    "subjects", "suppressed", "system_away", "systems", "tables", "undetermined", "unread", "wrong_data",
    "wrong_edition",
)  # fmt: skip


def upgrade() -> None:
    """Make room for the reasons of missed clocks, and teach the ledger the words of a day."""
    op.create_table(
        "missed_reason",
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.duty.id"], name=op.f("fk_missed_reason_duty_id")),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_missed_reason")),
        schema="duties",
    )
    grant(op, "select, insert", "duties.missed_reason", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take it away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_table("missed_reason", schema="duties")
