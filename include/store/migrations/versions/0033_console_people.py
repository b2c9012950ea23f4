"""Let the console show people, consents, audiences and certificates by ids, codes and counts, and count searches.

Revision ID: 0033_console_people
Revises: 0032_console_sources
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0033_console_people"
down_revision = "0032_console_sources"
branch_labels = None
depends_on = None

WORDS = ("sought", "searches", "person_asked", "to_correct", "authority_asked")
UNSENT = "state in ('owed', 'queued')"
LIVE = "state in ('owed', 'queued', 'told')"
READ = {
    "register.subject": ("id", "jurisdiction", "language", "created_at"),
    "register.listing": ("provenance", "received_at", "state"),
    "register.contact_point": ("permission",),
    "register.past_decision": (
        "id", "contact_point_id", "class", "reasons", "edition", "decided_at", "decided_by", "replaced_at",
    ),
    "duties.own_contact": ("id", "subject_id", "purpose", "channel", "kind", "provenance", "received_at"),
    "duties.consent_event": (
        "id", "subject_id", "purpose", "channel", "action", "provenance", "text_version", "language", "means", "at",
    ),
    "duties.notice": ("subject_id",),
    "duties.request": ("id", "reference", "right", "subject_id", "means", "state", "received_at", "due_at"),
    "duties.restriction": ("id", "subject_id", "kind", "purpose", "since", "ended_at", "means"),
    "duties.destruction_request": ("subject_id", "trigger", "destruction_id"),
    "duties.destruction_target": ("destruction_id", "notice_id"),
    "duties.destruction": ("verified_at",),
    "duties.audience": (
        "id", "purpose", "recipient", "country", "form", "platform", "state", "counts", "edition", "made_at",
        "expires_at",
    ),
    "duties.disclosure": (
        "id", "audience_id", "recipient", "country", "purpose", "method", "abroad", "safeguard", "contact_points",
        "edition", "at",
    ),
    "duties.removal": ("id", "audience_id", "state", "contact_points", "made_at", "confirmed_at"),
    "duties.stop": ("id", "kind", "purpose", "means", "asked_at"),
    "duties.tally": ("what", "purpose", "channel", "state", "count", "counted_at"),
    "duties.hold_of_subject": ("hold_id", "subject_id"),
}  # fmt: skip
"""What the pages about people, consent and proofs show, column by column: no value, no name, no keyed hash."""
HOLDS = """
    create view duties.hold_of_subject as
    select hold.id as hold_id, identity.subject_id
      from duties.hold join duties.hold_person person on person.hold_id = hold.id
      join register.identity on identity.key = person.key
     where hold.released_at is null
    union
    select hold.id, own.subject_id
      from duties.hold join duties.hold_person person on person.hold_id = hold.id
      join duties.own_contact own on own.key = person.key
     where hold.released_at is null
    union
    select hold.id, point.subject_id
      from duties.hold join register.contact_point point
           on point.received_at between coalesce(hold.since, '-infinity') and coalesce(hold.until, 'infinity')
     where hold.released_at is null and hold.system = 'register' and point.subject_id is not null
       and not exists (select from duties.hold_person person where person.hold_id = hold.id)
"""
"""Which standing holds are about a person, by their contacts or by when they came; whatever system each is about."""


def upgrade() -> None:
    """Make the counts, the indexes by which pages are found at any size, and let the console read."""
    op.create_table(
        "tally",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", "purpose", "channel", "state", name=op.f("pk_tally")),
        schema="duties",
    )
    op.add_column("reader", sa.Column("sought_since", sa.DateTime(timezone=True), nullable=True), schema="duties")
    op.add_column("reader", sa.Column("sought", sa.BigInteger(), server_default="0", nullable=False), schema="duties")
    op.create_index("ix_audience_made_at", "audience", ["made_at", "id"], schema="duties")
    op.create_index("ix_notice_ending", "notice", ["due_at"], schema="duties", postgresql_where=sa.text(LIVE))
    op.create_index("ix_notice_unsent", "notice", ["send_by"], schema="duties", postgresql_where=sa.text(UNSENT))
    op.create_index("ix_stop_asked_at", "stop", ["asked_at", "id"], schema="duties")
    op.create_index(
        "ix_destruction_verified", "destruction", ["verified_at", "id"], schema="duties",
        postgresql_where=sa.text("state = 'verified'"),
    )  # fmt: skip
    op.execute(HOLDS)
    grant(op, "select, insert, delete", "duties.tally", Role.DUTIES)
    grant(op, "select", "duties.tally", Role.AUDITOR)
    for table, columns in READ.items():
        grant(op, f"select ({', '.join(_quoted(columns))})", table, Role.CONSOLE)
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Words of the ledger stay, for records bear them."""
    for table, columns in READ.items():
        op.execute(f"revoke select ({', '.join(_quoted(columns))}) on {table} from {Role.CONSOLE}")
    op.execute("drop view duties.hold_of_subject")
    op.drop_index("ix_destruction_verified", table_name="destruction", schema="duties")
    op.drop_index("ix_stop_asked_at", table_name="stop", schema="duties")
    op.drop_index("ix_notice_unsent", table_name="notice", schema="duties")
    op.drop_index("ix_notice_ending", table_name="notice", schema="duties")
    op.drop_index("ix_audience_made_at", table_name="audience", schema="duties")
    op.drop_column("reader", "sought", schema="duties")
    op.drop_column("reader", "sought_since", schema="duties")
    op.drop_table("tally", schema="duties")


def _quoted(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'"{column}"' for column in columns)
