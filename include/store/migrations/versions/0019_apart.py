"""Let portal, API and mailer do less: nothing of a notice but to answer it, and a view for whoever sends.

Codes get rows that lead to nobody, and an audience remembers where its file was handed over.

Revision ID: 0019_apart
Revises: 0018_said
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, create_missing, grant

revision = "0019_apart"
down_revision = "0018_said"
branch_labels = None
depends_on = None

ANSWER = """
create function duties.answer_notices(whose uuid, about text, answered_at timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update duties.notice set state = 'answered', outcome = 'granted', closed_at = answered_at
     where subject_id = whose and purpose = about and state = 'told'
$$
"""
SIGNATURE = "function duties.answer_notices(uuid, text, timestamptz)"
COLUMNS = "update (state, outcome, closed_at)"


def upgrade() -> None:
    """Take rights away, and give the mailer one."""
    create_missing(op.get_bind())
    op.execute(ANSWER)
    op.execute(f"revoke execute on {SIGNATURE} from public")
    grant(op, "execute", SIGNATURE, Role.DUTIES, Role.PORTAL, Role.API)
    op.execute(f"revoke {COLUMNS} on duties.notice from {Role.PORTAL}, {Role.API}")
    grant(op, "usage", "schema duties", Role.MAILER)
    grant(op, "select", "duties.mailing_list", Role.MAILER)
    op.alter_column("code", "subject_id", nullable=True, schema="portal")
    op.create_index(
        "ix_message_awaited",
        "message",
        ["not_before"],
        schema="channels",
        postgresql_where=sa.text("state = 'ready' and kind = 'identity_code'"),
    )
    op.add_column("audience", sa.Column("place", sa.Text(), nullable=True), schema="duties")
    op.add_column("audience", sa.Column("login", sa.Text(), nullable=True), schema="duties")
    op.add_column(
        "audience",
        sa.Column("placed_without", sa.BigInteger(), server_default="0", nullable=False),
        schema="duties",
    )


def downgrade() -> None:
    """Give the rights back. A code that leads to nobody goes; the role stays, as it belongs to the whole cluster."""
    for column in ("placed_without", "login", "place"):
        op.drop_column("audience", column, schema="duties")
    op.drop_index(
        "ix_message_awaited",
        table_name="message",
        schema="channels",
        postgresql_where=sa.text("state = 'ready' and kind = 'identity_code'"),
    )
    op.execute("delete from portal.code where subject_id is null")
    op.alter_column("code", "subject_id", nullable=False, schema="portal")
    op.execute(f"revoke all on duties.mailing_list from {Role.MAILER}")
    op.execute(f"revoke usage on schema duties from {Role.MAILER}")
    grant(op, COLUMNS, "duties.notice", Role.PORTAL, Role.API)
    op.execute(f"drop {SIGNATURE}")
