"""Keep the batches of a large plan over another system, and note what went there and which holds stand for restores.

Revision ID: 0026_batches
Revises: 0025_console
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0026_batches"
down_revision = "0025_console"
branch_labels = None
depends_on = None

KINDS = ("destruction_batch",)
WORDS = ("number", "roots", "masked", "held")
NOTED = """
    insert into duties.unjournalled (said)
    select said from (
        select destroyed_at as at, 1 as place, jsonb_build_object(
                   'what', 'elsewhere', 'plan', id, 'system', system, 'rule', rule, 'trigger', trigger,
                   'hash', encode(plan_hash, 'hex'), 'counts', counts, 'scope', scope, 'allowed_by', allowed_by,
                   'edition', edition, 'planned_at', planned_at, 'begun_at', begun_at, 'at', destroyed_at,
                   'who', cast('[]' as jsonb)) as said
          from duties.destruction
         where system is not null and not scope ? 'archives' and state in ('destroyed', 'verified')
        union all
        select verified_at, 2, jsonb_build_object('what', 'elsewhere_verified', 'plan', id, 'at', verified_at)
          from duties.destruction where system is not null and not scope ? 'archives' and state = 'verified'
        union all
        select placed_at, 3, jsonb_build_object(
                   'what', 'hold', 'hold', hold.id, 'case', case_ref, 'system', system, 'table', table_name,
                   'since', since, 'until', until, 'at', placed_at, 'people', coalesce((
                       select jsonb_agg(jsonb_build_object('kind', kind, 'key', encode(key, 'hex')) order by key)
                         from duties.hold_person person where person.hold_id = hold.id), '[]'))
          from duties.hold where released_at is null) known
     order by at, place
"""
"""What was done before is noted as what is done from now on."""
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of batches, and let the ledger tell of them."""
    op.create_table(
        "destruction_batch",
        sa.Column("destruction_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("scope", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("names", sa.LargeBinary()),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["duties.destruction.id"], name=op.f("fk_destruction_batch_destruction_id")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "number", name=op.f("pk_destruction_batch")),
        schema="duties",
    )
    grant(op, "select, insert, update, delete", "duties.destruction_batch", Role.DUTIES)
    op.execute(NOTED)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take it away again. Kinds and words of the ledger stay, for records bear them."""
    op.drop_table("destruction_batch", schema="duties")
