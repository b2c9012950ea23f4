"""Receive requests of rights, and let the portal do what its pages need and nothing else.

Revision ID: 0013_portal
Revises: 0012_consent
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0013_portal"
down_revision = "0012_consent"
branch_labels = None
depends_on = None

BEFORE = "kind in ('source_notice', 'impact_assessment', 'sensitive_data')"
NOW = "kind in ('source_notice', 'impact_assessment', 'sensitive_data', 'rights_request')"
RIGHTS = ("inform", "access", "copy", "correct", "destroy", "object", "restrict", "review", "complain")
WORDS = (
    "rights_request", "request_received/1", "identity_code", "identity_code/1", "right", *RIGHTS,
)  # fmt: skip
READ = {
    "register.identity": ("key", "subject_id"),
    "register.source": ("key", "kind", "contract", "purposes"),
    "register.listing": ("id", "source_key", "fields", "received_at", "language"),
    "register.contact_point": (
        "id", "listing_id", "kind", "key", "value", "normalised", "source_column", "received_at", "subject_id",
    ),
    "channels.message": ("id", "recipient_key", "channel", "language"),
}  # fmt: skip
"""What the pages show of a person, column by column."""


def upgrade() -> None:
    """Make the tables of requests, codes and attempts."""
    op.drop_constraint("ck_duty_kind", "duty", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_duty_kind"), "duty", NOW, schema="duties")
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            '"right" in ({})'.format(", ".join(f"'{right}'" for right in RIGHTS)), name="ck_request_right"
        ),
        sa.CheckConstraint("state in ('open', 'done')", name=op.f("ck_request_state")),
        sa.ForeignKeyConstraint(["id"], ["duties.duty.id"], name=op.f("fk_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_request_reference")),
        schema="duties",
    )
    op.create_index("ix_request_subject_id", "request", ["subject_id"], unique=False, schema="duties")
    op.create_table(
        "code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        schema="portal",
    )
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_attempt")),
        schema="portal",
    )
    for table, columns in READ.items():
        grant(op, f"select ({', '.join(columns)})", table, Role.PORTAL)
    grant(op, "insert", "channels.message", Role.PORTAL)
    grant(op, "select, insert", "duties.stop", Role.PORTAL, Role.API)
    grant(op, "select (id), insert", "duties.duty", Role.PORTAL)
    grant(op, "select, insert", "duties.request", Role.PORTAL)
    grant(op, "select, insert, update", "duties.request", Role.DUTIES)
    grant(op, "select, insert, update, delete", "portal.code", Role.PORTAL)
    grant(op, "select, insert, update, delete", "portal.attempt", Role.PORTAL)
    grant(op, "insert", "portal.link", Role.PORTAL)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again, and the duties that requests were."""
    op.execute("revoke insert on channels.message from amanah_portal")
    for table, columns in READ.items():
        op.execute(f"revoke select ({', '.join(columns)}) on {table} from amanah_portal")
    op.execute("revoke all on duties.stop, duties.duty from amanah_portal, amanah_api")
    op.drop_table("attempt", schema="portal")
    op.drop_table("code", schema="portal")
    op.drop_table("request", schema="duties")
    op.execute("delete from duties.alert using duties.duty where duty.id = duty_id and duty.kind = 'rights_request'")
    op.execute("delete from duties.duty where kind = 'rights_request'")
    op.drop_constraint("ck_duty_kind", "duty", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_duty_kind"), "duty", BEFORE, schema="duties")
