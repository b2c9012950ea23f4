"""Keep what became of mail that came back, and who wants no more promotion.

Revision ID: 0011_returns
Revises: 0010_review
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0011_returns"
down_revision = "0010_review"
branch_labels = None
depends_on = None

BEFORE = "state in ('ready', 'sent', 'failed', 'destroyed', 'expired')"
NOW = "state in ('ready', 'sent', 'failed', 'destroyed', 'expired', 'bounced')"
KINDS = ("mail_returned", "stop_recorded")
WORDS = (
    "mail", "means", "reply", "complaint", "link", "promotion", "hard_bounce", "soft_bounce", "delayed", "auto_reply",
    "report", "stop", "unreadable", "told_again", "told_otherwise", "stopped", "forged", "unmatched", "nothing",
    "for_people", "bounced", "asked_at",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables of returns and of stops, and let a message be bounced."""
    op.drop_constraint("ck_message_state", "message", schema="channels", type_="check")
    op.create_check_constraint(op.f("ck_message_state"), "message", NOW, schema="channels")
    op.add_column("message", sa.Column("recipient_key", sa.LargeBinary(), nullable=True), schema="channels")
    op.create_table(
        "returned",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('hard_bounce', 'soft_bounce', 'delayed', 'auto_reply', 'complaint', 'report', 'stop', 'reply', "
            "'unreadable')",
            name=op.f("ck_returned_kind"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_returned")),
        schema="channels",
    )
    op.create_index(
        "ix_returned_message_id",
        "returned",
        ["message_id"],
        unique=False,
        schema="channels",
        postgresql_where=sa.text("message_id is not null"),
    )
    op.create_table(
        "stop",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("means in ('reply', 'complaint', 'link')", name=op.f("ck_stop_means")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
        sa.UniqueConstraint("key", "purpose", "asked_at", name=op.f("uq_stop_key_purpose_asked_at")),
        schema="duties",
    )
    grant(op, "select, insert", "channels.returned", Role.DUTIES)
    grant(op, "select, insert", "duties.stop", Role.DUTIES)
    grant(op, "select", "duties.stop", Role.RELAY)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again; what bounced has been sent. Kinds and words of the ledger stay, for records bear them."""
    op.drop_table("stop", schema="duties")
    op.drop_index(
        "ix_returned_message_id",
        table_name="returned",
        schema="channels",
        postgresql_where=sa.text("message_id is not null"),
    )
    op.drop_table("returned", schema="channels")
    op.drop_column("message", "recipient_key", schema="channels")
    op.execute("update channels.message set state = 'sent' where state = 'bounced'")
    op.drop_constraint("ck_message_state", "message", schema="channels", type_="check")
    op.create_check_constraint(op.f("ck_message_state"), "message", BEFORE, schema="channels")
