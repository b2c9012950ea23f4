"""Schemas, roles, and who may enter which schema."""

from __future__ import annotations

from alembic import op

from include.store.roles import Role, create_missing, grant

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None

ENTER = {
    "landing": (Role.INTAKE, Role.DUTIES),
    "register": (Role.INTAKE, Role.DUTIES, Role.AUDITOR),
    "suppression": (Role.INTAKE, Role.DUTIES, Role.RELAY),
    "channels": (Role.DUTIES, Role.RELAY),
    "duties": (Role.INTAKE, Role.DUTIES, Role.RELAY, Role.AUDITOR),
    "evidence": tuple(Role),
}


def upgrade() -> None:
    """Make the schemas, closed to all but the roles that work in them."""
    create_missing(op.get_bind())
    op.execute("revoke create on schema public from public")
    for schema, roles in ENTER.items():
        op.execute(f"create schema {schema}")
        grant(op, "usage", f"schema {schema}", *roles)
    op.execute("alter default privileges revoke execute on functions from public")
    op.execute(
        f"do $$ begin execute format('grant temporary on database %I to {Role.INTAKE}, {Role.DUTIES}', "
        "current_database()); end $$"
    )


def downgrade() -> None:
    """Remove the schemas. The roles stay: other databases of the cluster may use them."""
    op.execute("alter default privileges grant execute on functions to public")
    op.execute(
        f"do $$ begin execute format('revoke temporary on database %I from {Role.INTAKE}, {Role.DUTIES}', "
        "current_database()); end $$"
    )
    for schema in reversed(ENTER):
        op.execute(f"drop schema {schema}")
