"""Let every day be counted and closed in the ledger, and let whoever answers for a missed clock say why.

Revision ID: 0030_audit
Revises: 0025_console
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0030_audit"
down_revision = "0025_console"
branch_labels = None
depends_on = None

KINDS = ("day_counted", "day_closed", "miss_explained")
WORDS = [
    "about",
    "active",
    "archives",
    "audience_missing",
    "audiences",
    "audit",
    "awaiting_assessment",
    "backups",
    "begins",
    "business_use",
    "checks",
    "closed",
    "consents",
    "contact_points",
    "counted",
    "duties",
    "ends",
    "events",
    "holds",
    "in_time",
    "listings",
    "measure",
    "messages",
    "notices",
    "not_counted",
    "outcome",
    "overdue",
    "overdue_data",
    "own_contacts",
    "permissions",
    "personal_in_audience",
    "plans",
    "purposes",
    "removals",
    "requests",
    "restrictions",
    "rows",
    "rows_away",
    "standing",
    "standstill",
    "source_without_basis",
    "subjects",
    "suppressed",
    "systems",
    "tables",
    "notice_without_proof",
    "missed_without_reason",
    "none",
    "open",
    "out",
    "refused",
    "all",
    "register",
    "system_away",
    "unread",
    "wrong_edition",
    "power_cut",
    "staff_away",
    "mail_server_down",
    "law_changed",
    "wrong_data",
]


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
