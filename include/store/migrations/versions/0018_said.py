"""Let a no count however it is said, say who brought it, and limit what a key may tell.

Revision ID: 0018_said
Revises: 0017_coverage
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0018_said"
down_revision = "0017_coverage"
branch_labels = None
depends_on = None

STATE = """
create or replace view duties.consent_state as
select distinct on (subject_id, purpose, channel)
       subject_id, purpose, channel, action, provenance, key, notice_id, at
  from duties.consent_event order by subject_id, purpose, channel, {}
"""
SCOPES = "array['may_use', 'stops', 'consents', 'removals']"
WORDS = (
    "actor", "file", "closed", "suppressed", "reply", "destruction_request", "overdue", "scope", "source_notice/3",
    "may_use", "stops", "consents", "removals",
)  # fmt: skip


def upgrade() -> None:
    """Let a question stand only until something is said to it, and give the keys of the API scopes.

    Keys that were issued before keep what they could do: none may lose a stop in the night of an upgrade.
    """
    op.execute(STATE.format("action = 'asked', at desc, id desc"))
    op.add_column(
        "api_key",
        sa.Column("scopes", sa.ARRAY(sa.Text()), server_default=sa.text(SCOPES), nullable=False),
        schema="duties",
    )
    op.alter_column("api_key", "scopes", server_default=None, schema="duties")
    op.create_check_constraint(op.f("ck_api_key_scopes"), "api_key", f"scopes <@ {SCOPES}", schema="duties")
    op.add_column(
        "destruction_request", sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True), schema="duties"
    )
    grant(op, "update (trigger)", "duties.destruction_request", Role.DUTIES, Role.PORTAL, Role.API)
    grant(op, "update (alarmed_at)", "duties.destruction_request", Role.DUTIES)
    grant(op, "update (reason, since)", "suppression.entry", Role.DUTIES)
    grant(op, "select, delete", "portal.code", Role.DUTIES)
    grant(op, "select, delete", "portal.attempt", Role.DUTIES)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Words of the ledger stay, for records bear them."""
    op.execute(f"revoke select, delete on portal.code, portal.attempt from {Role.DUTIES}")
    op.execute(f"revoke update (reason, since) on suppression.entry from {Role.DUTIES}")
    op.execute(f"revoke update (alarmed_at) on duties.destruction_request from {Role.DUTIES}")
    for role in (Role.DUTIES, Role.PORTAL, Role.API):
        op.execute(f"revoke update (trigger) on duties.destruction_request from {role}")
    op.drop_column("destruction_request", "alarmed_at", schema="duties")
    op.drop_constraint("ck_api_key_scopes", "api_key", schema="duties", type_="check")
    op.drop_column("api_key", "scopes", schema="duties")
    op.execute(STATE.format("at desc, id desc"))
