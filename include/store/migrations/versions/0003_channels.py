"""The outbox.

Revision ID: 0003_channels
Revises: 0002_evidence
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0003_channels"
down_revision = "0002_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text_body", sa.Text(), nullable=True),
        sa.Column("html_body", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('ready', 'sent', 'failed', 'destroyed', 'expired')", name=op.f("ck_message_state")
        ),
        sa.CheckConstraint("channel in ('email', 'sms', 'whatsapp')", name=op.f("ck_message_channel")),
        sa.CheckConstraint("(state = 'ready') = (recipient is not null)", name=op.f("ck_message_recipient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        schema="channels",
    )
    op.create_index(
        "ix_message_due", "message", ["not_before"], schema="channels", postgresql_where=sa.text("state = 'ready'")
    )
    op.create_index("ix_message_duty_id", "message", ["duty_id"], schema="channels")
    grant(op, "select, insert, update", "channels.message", Role.DUTIES)
    grant(op, "select, update", "channels.message", Role.RELAY)
    # What a mail server's refusal is called (smtp_550_5.1.1) is not known beforehand; the relay tells it as a word.
    grant(op, "execute", "function evidence.learn(text)", Role.RELAY)


def downgrade() -> None:
    op.execute(f"revoke execute on function evidence.learn(text) from {Role.RELAY}")
    op.drop_index("ix_message_duty_id", table_name="message", schema="channels")
    op.drop_index(
        "ix_message_due", table_name="message", schema="channels", postgresql_where=sa.text("state = 'ready'")
    )
    op.drop_table("message", schema="channels")
