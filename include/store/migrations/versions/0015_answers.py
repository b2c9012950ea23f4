"""Let the latest word count by when it was said, and let the page restrict the use of what is contested.

Revision ID: 0015_answers
Revises: 0014_marketing
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0015_answers"
down_revision = "0014_marketing"
branch_labels = None
depends_on = None

STATE = """
create or replace view duties.consent_state as
select distinct on (subject_id, purpose, channel)
       subject_id, purpose, channel, action, provenance, key, notice_id, at
  from duties.consent_event order by subject_id, purpose, channel, {}
"""
WORDS = ("consents", "recorded", "already", "unknown", "broken", "file")


def upgrade() -> None:
    """Order what was said by its own time: a file of another system may bring older words than we have."""
    op.execute(STATE.format("at desc, id desc"))
    grant(op, "select, insert", "duties.restriction", Role.PORTAL)
    op.execute("insert into evidence.kind (name) values ('consents_imported') on conflict do nothing")
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Order it by when it came again."""
    op.execute(f"revoke select, insert on duties.restriction from {Role.PORTAL}")
    op.execute(STATE.format("id desc"))
