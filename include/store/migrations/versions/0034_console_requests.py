"""Let the console show people's requests and the registers at any size: requests by ids, codes, counts and times.

Revision ID: 0034_console_requests
Revises: 0033_console_people
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0034_console_requests"
down_revision = "0033_console_people"
branch_labels = None
depends_on = None

READ = {
    "duties.request": (
        "language", "edition", "first_due_at", "proof", "answers", "capacity", "guardianship", "merged_into",
        "checked_at", "begun_at", "shown_at", "extension_reason", "extension_due", "extension_message", "extended_at",
        "ground", "outcome", "destruction_request", "closed_at",
    ),
    "duties.proposal": (
        "id", "request_id", "field", "point_id", "listing_id", "state", "reason", "systems", "at", "decided_at",
    ),
}  # fmt: skip
"""What the pages of requests show, column by column: no value, no contact, nothing that anybody wrote."""

RECORDED = "kind in ('impact_assessment', 'processor_check', 'assessment_review')"
"""The duties that registers show: few among those of notices and requests."""


def upgrade() -> None:
    """Make the indexes by which the pages of requests and of records are found, and let the console read."""
    op.create_index(
        "ix_request_checked", "request", ["due_at", "id"], schema="duties",
        postgresql_where=sa.text("state = 'checked'"),
    )  # fmt: skip
    op.create_index(
        "ix_request_closed", "request", ["closed_at", "id"], schema="duties",
        postgresql_where=sa.text("closed_at is not null"),
    )  # fmt: skip
    op.create_index(
        "ix_request_merged_into", "request", ["merged_into"], schema="duties",
        postgresql_where=sa.text("merged_into is not null"),
    )  # fmt: skip
    op.create_index(
        "ix_duty_recorded", "duty", ["kind", "opened_at"], schema="duties", postgresql_where=sa.text(RECORDED)
    )
    op.create_index("ix_disclosure_recipient", "disclosure", ["recipient", "country", "purpose", "at"], schema="duties")
    op.create_index("ix_disclosure_at", "disclosure", ["at", "id"], schema="duties")
    for table, columns in READ.items():
        grant(op, f"select ({', '.join(_quoted(columns))})", table, Role.CONSOLE)


def downgrade() -> None:
    """Take them away again."""
    for table, columns in READ.items():
        op.execute(f"revoke select ({', '.join(_quoted(columns))}) on {table} from {Role.CONSOLE}")
    op.drop_index("ix_disclosure_at", table_name="disclosure", schema="duties")
    op.drop_index("ix_disclosure_recipient", table_name="disclosure", schema="duties")
    op.drop_index("ix_duty_recorded", table_name="duty", schema="duties")
    op.drop_index("ix_request_merged_into", table_name="request", schema="duties")
    op.drop_index("ix_request_closed", table_name="request", schema="duties")
    op.drop_index("ix_request_checked", table_name="request", schema="duties")


def _quoted(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'"{column}"' for column in columns)
