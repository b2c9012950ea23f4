"""Let the keys of what outlives a person be followed by others.

Revision ID: 0016_rungs
Revises: 0015_answers
"""

import re
from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from include.store.keys import key_version
from include.store.roles import Role, grant

revision = "0016_rungs"
down_revision = "0015_answers"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "written(bytea, bigint)", "raised(bytea, bigint, bigint)", "forms(bytea)", "climb(bytea)", "under(text, bytea)",
    "in_force()", "expect(text)",
)  # fmt: skip
KINDS = ("keys_rotating", "keys_rotated")
WORDS = ("version", "entries", "stops", "restrictions")


def upgrade() -> None:
    """Make the ladder of keys, and say of each restriction under which key it stands."""
    for statement in _statements():
        op.execute(statement)
    op.execute(
        sa.text("update duties.restriction set key_version = :version where key is not null").bindparams(
            version=key_version()
        )
    )
    op.create_check_constraint(
        op.f("ck_restriction_key_version"), "restriction", "(key is null) = (key_version is null)", schema="duties"
    )
    op.execute("grant usage on schema suppression to public")  # its functions; its tables have owners of their own
    for function in FUNCTIONS:
        op.execute(f"grant execute on function suppression.{function} to public")
    grant(op, "select, insert, update (finished_at)", "suppression.rung", Role.DUTIES)
    grant(op, "select", "suppression.rung", Role.INTAKE)
    for table in ("suppression.entry", "duties.stop", "duties.restriction"):
        grant(op, "update (key, key_version)", table, Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take the ladder away; refuse where anything stands on it, for without its keys nobody would be recognised."""
    if op.get_bind().execute(sa.text("select exists (select from suppression.rung)")).scalar():
        raise RuntimeError("keys have been rotated here: the code before that cannot recognise who was suppressed")
    for function in FUNCTIONS:
        op.execute(f"drop function suppression.{function}")
    op.drop_constraint("ck_restriction_key_version", "restriction", schema="duties", type_="check")
    op.drop_column("restriction", "key_version", schema="duties")
    op.execute(f"revoke update (key, key_version) on suppression.entry from {Role.DUTIES}")
    op.execute(f"revoke update (key, key_version) on duties.stop from {Role.DUTIES}")
    op.execute("revoke usage on schema suppression from public")
    op.drop_index("ix_entry_key_version", table_name="entry", schema="suppression")
    op.drop_table("rung", schema="suppression")


def _statements() -> list[str]:
    whole = files("include.store.migrations.versions").joinpath("0016_rungs.sql").read_text(encoding="utf-8")
    return [part for part in re.split(r";\n(?=\n|\Z)", whole) if part.strip()]
