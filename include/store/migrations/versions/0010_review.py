"""Keep what a person decided about a contact point, apart from what the rules had said.

Revision ID: 0010_review
Revises: 0009_volumes
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0010_review"
down_revision = "0009_volumes"
branch_labels = None
depends_on = None

KINDS = ("point_reviewed", "points_unreviewed", "labels_exported")
WORDS = (
    "reviewer", "replaced", "found", "kept", "unread", "labels",
    *(f"{before}_to_{after}" for before in ("business", "personal", "undetermined")
      for after in ("business", "personal", "undetermined")),
)  # fmt: skip
# What a decision looks at beside the rules: the point, its column, the listing's name, and what else is in the listing.
# Only keyed hashes and the name beside them go in, so that nobody finds a number by trying all.
EVIDENCE = """
create function register.evidence_of(kind text, key bytea, source_column text, organisation text, beside bytea[])
returns bytea language sql immutable set search_path = pg_catalog, pg_temp as $$
    select sha256(convert_to(jsonb_build_array(kind, key, source_column, organisation, to_jsonb(beside))::text, 'UTF8'))
$$;
"""


def upgrade() -> None:
    """Make the table of reviews, and the function that says on what a decision rests."""
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("original_class", sa.Text(), nullable=False),
        sa.Column("original_score", sa.Double(), nullable=False),
        sa.Column("original_reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("original_edition", sa.Text(), nullable=False),
        sa.Column("original_rules", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("class in ('business', 'personal')", name=op.f("ck_review_class")),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name=op.f("ck_review_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        schema="register",
    )
    op.create_index(
        "ix_review_standing",
        "review",
        ["contact_point_id"],
        unique=True,
        schema="register",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("ix_review_contact_point_id", "review", ["contact_point_id"], unique=False, schema="register")
    op.execute(sa.text(EVIDENCE))
    op.execute("revoke all on function register.evidence_of(text, bytea, text, text, bytea[]) from public")
    grant(op, "execute", "function register.evidence_of(text, bytea, text, text, bytea[])", Role.INTAKE)
    grant(op, "select, insert, update, delete", "register.review", Role.INTAKE)
    grant(op, "select, delete", "register.review", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute("drop function register.evidence_of(text, bytea, text, text, bytea[])")
    op.drop_index("ix_review_contact_point_id", table_name="review", schema="register")
    op.drop_index(
        "ix_review_standing", table_name="review", schema="register", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_table("review", schema="register")
