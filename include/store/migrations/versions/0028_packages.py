"""Keep packages for those who asked for a copy, and what people say of their own data.

Revision ID: 0028_packages
Revises: 0027_rights
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0028_packages"
down_revision = "0027_rights"
branch_labels = None
depends_on = None

KINDS = (
    "package_made", "package_delivered", "package_downloaded", "package_destroyed", "correction_proposed",
    "correction_applied", "correction_spread",
)  # fmt: skip
WORDS = (
    "package", "package_ready/1", "request", "archive", "rows", "sheets", "withheld", "unsure", "downloads", "right",
    "proposals", "before", "after", "values", "system", "refused_gone", "refused_unreadable", "refused_held_already",
    "refused_somebody_elses", "refused_suppressed", "corrected",
)  # fmt: skip
SHOWN = "id, subject_id, request_id, language, state, counts, expires_at, downloads"


def upgrade() -> None:
    """Make the tables of packages, proposals and statements."""
    op.create_table(
        "package",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("counts", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloads", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('writing', 'ready', 'delivered', 'destroyed')", name=op.f("ck_package_state")),
        sa.CheckConstraint("(state = 'delivered') <= (delivered_at is not null)", name=op.f("ck_package_delivered")),
        sa.ForeignKeyConstraint(["request_id"], ["duties.request.id"], name=op.f("fk_package_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("request_id", name=op.f("uq_package_request_id")),
        schema="duties",
    )
    op.create_index("ix_package_subject_id", "package", ["subject_id"], schema="duties")
    op.create_index(
        "ix_package_kept", "package", ["made_at"], schema="duties", postgresql_where=sa.text("state <> 'destroyed'")
    )
    _proposals()
    _statements()
    grant(op, "select, insert, update", "duties.package", Role.DUTIES)
    grant(op, f"select ({SHOWN}), update (downloads, downloaded_at)", "duties.package", Role.PORTAL)
    grant(op, "select", "duties.package", Role.AUDITOR)
    grant(op, "select (country)", "register.listing", Role.PORTAL)
    grant(op, "insert", "register.contact_point", Role.DUTIES)
    grant(op, "usage", "sequence register.contact_point_id_seq", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("normalised", sa.Text(), nullable=True),
        sa.Column("original", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("systems", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('proposed', 'applied', 'done', 'refused')", name=op.f("ck_proposal_state")),
        sa.CheckConstraint("(state = 'refused') = (reason is not null)", name=op.f("ck_proposal_refused")),
        sa.ForeignKeyConstraint(["request_id"], ["duties.request.id"], name=op.f("fk_proposal_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        schema="duties",
    )
    op.create_index("ix_proposal_request_id", "proposal", ["request_id"], schema="duties")
    grant(op, "select, insert, update", "duties.proposal", Role.DUTIES)
    grant(op, "insert", "duties.proposal", Role.PORTAL)
    grant(op, "select", "duties.proposal", Role.AUDITOR)


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source_column", sa.Text(), nullable=True),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("normalised", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(point_id is null) = (key is null)", name=op.f("ck_statement_of_point")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["register.subject.id"], name=op.f("fk_statement_subject_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["register.listing.id"], name=op.f("fk_statement_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("listing_id", "field", "original", name=op.f("uq_statement_listing_id_field_original")),
        schema="register",
    )
    op.create_index(
        "ix_statement_point_id",
        "statement",
        ["point_id"],
        schema="register",
        postgresql_where=sa.text("point_id is not null"),
    )
    op.create_index("ix_statement_subject_id", "statement", ["subject_id"], schema="register")
    grant(op, "select", "register.statement", Role.INTAKE)
    grant(op, "select, insert, update, delete", "register.statement", Role.DUTIES)
    grant(op, "select", "register.statement", Role.AUDITOR)


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute(f"revoke insert on register.contact_point from {Role.DUTIES}")
    op.execute(f"revoke usage on sequence register.contact_point_id_seq from {Role.DUTIES}")
    op.execute(f"revoke select (country) on register.listing from {Role.PORTAL}")
    op.drop_table("statement", schema="register")
    op.drop_table("proposal", schema="duties")
    op.drop_table("package", schema="duties")
