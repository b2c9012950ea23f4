"""Remember processing activities after their end, and let the checks of processors and assessments be duties.

Revision ID: 0031_records
Revises: 0026_batches
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0031_records"
down_revision = "0026_batches"
branch_labels = None
depends_on = None

KINDS = ("processor_check", "assessment_review")
WORDS = (*KINDS, "reference")


def upgrade() -> None:
    """Make the table, and let a duty be of these kinds too."""
    op.create_table(
        "recorded_activity",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recorded_activity")),
        schema="duties",
    )
    grant(op, "select, insert, update, delete", "duties.recorded_activity", Role.DUTIES)
    grant(op, "select", "duties.recorded_activity", Role.AUDITOR)
    _kinds(added=True)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take the table away again, and the duties that were checks. Words of the ledger stay."""
    op.drop_table("recorded_activity", schema="duties")
    named = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(f"delete from duties.alert using duties.duty where duty.id = duty_id and duty.kind in ({named})")
    op.execute(f"delete from duties.duty where kind in ({named})")
    _kinds(added=False)


def _kinds(*, added: bool) -> None:
    """Say anew which kinds of duty there are: those that there were, with or without these."""
    asked = sa.text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_duty_kind'")
    were = [kind for kind in str(op.get_bind().execute(asked).scalar_one()).split("'")[1::2] if kind not in KINDS]
    op.drop_constraint("ck_duty_kind", "duty", schema="duties", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in [*were, *(KINDS if added else ())])
    op.execute(f"alter table duties.duty add constraint ck_duty_kind check (kind in ({listed}))")
