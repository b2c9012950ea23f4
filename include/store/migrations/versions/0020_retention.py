"""Keep plans for other systems, legal holds, and the kill switch; and whom to look for elsewhere.

Revision ID: 0020_retention
Revises: 0019_apart
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0020_retention"
down_revision = "0019_apart"
branch_labels = None
depends_on = None

KINDS = (
    "destruction_begun", "destruction_rejected", "destruction_replaced", "hold_placed", "hold_released",
    "standstill_begun", "standstill_ended",
)  # fmt: skip
WORDS = (
    "away", "roots", "masked", "held", "tables", "retention", "system", "rule", "dpo", "officer", "hold", "case",
    "standstill", "runaway", "wrong_map", "investigation", "drill", "part", "people", "register", "why", "first_run",
    "too_large", "by_hand", "moved", "rejected",
)  # fmt: skip
BEFORE = "state in ('planned', 'halted', 'replaced', 'destroyed', 'verified')"
NOW = "state in ('planned', 'halted', 'rejected', 'replaced', 'destroyed', 'verified')"
MOMENT = sa.DateTime(timezone=True)
HELD = """
    create view duties.held_subject as
    select identity.subject_id
      from duties.hold join duties.hold_person person on person.hold_id = hold.id
      join register.identity on identity.key = person.key
     where hold.released_at is null and coalesce(hold.system, 'register') = 'register'
    union
    select own.subject_id
      from duties.hold join duties.hold_person person on person.hold_id = hold.id
      join duties.own_contact own on own.key = person.key
     where hold.released_at is null and coalesce(hold.system, 'register') = 'register'
    union
    select point.subject_id
      from duties.hold join register.contact_point point
           on point.received_at between coalesce(hold.since, '-infinity') and coalesce(hold.until, 'infinity')
     where hold.released_at is null and hold.system = 'register' and point.subject_id is not null
       and not exists (select from duties.hold_person person where person.hold_id = hold.id)
"""
"""Whose data in our own register a legal hold keeps: by their contacts, or by when they came."""
ADDED = ("system", "rule", "scope", "begun_at", "names")


def upgrade() -> None:
    """Widen the plans, and make the tables of holds and of the standstill."""
    for column in (
        sa.Column("system", sa.Text()),
        sa.Column("rule", sa.Text()),
        sa.Column("scope", sa.dialects.postgresql.JSONB()),
        sa.Column("begun_at", MOMENT),
        sa.Column("names", sa.LargeBinary()),
    ):
        op.add_column("destruction", column, schema="duties")
    op.drop_constraint("ck_destruction_state", "destruction", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_destruction_state"), "destruction", NOW, schema="duties")
    op.create_check_constraint(
        op.f("ck_destruction_system"), "destruction", "(system is null) = (scope is null)", schema="duties"
    )
    op.create_index(
        "ix_destruction_open_rule",
        "destruction",
        ["system", "rule"],
        unique=True,
        schema="duties",
        postgresql_where=sa.text("rule is not null and state in ('planned', 'halted', 'destroyed')"),
    )
    _make_tables()
    op.execute(HELD)
    grant(op, "select", "duties.held_subject", Role.DUTIES)
    for table in ("hold", "hold_person", "standstill"):
        grant(op, "select, insert, update", f"duties.{table}", Role.DUTIES)
    grant(op, "select, insert, delete", "duties.elsewhere", Role.DUTIES)
    for table in ("hold", "standstill"):
        grant(op, "select", f"duties.{table}", Role.AUDITOR)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def _make_tables() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("system", sa.Text()),
        sa.Column("table_name", sa.Text()),
        sa.Column("since", MOMENT),
        sa.Column("until", MOMENT),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("released_at", MOMENT),
        sa.CheckConstraint("(released_at is null) = (released_by is null)", name=op.f("ck_hold_released")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        schema="duties",
    )
    op.create_index(
        "ix_hold_standing", "hold", ["placed_at"], schema="duties", postgresql_where=sa.text("released_at is null")
    )
    op.create_table(
        "hold_person",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.ForeignKeyConstraint(["hold_id"], ["duties.hold.id"], name=op.f("fk_hold_person_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", "key", name=op.f("pk_hold_person")),
        schema="duties",
    )
    op.create_index("ix_hold_person_key", "hold_person", ["key"], schema="duties")
    op.create_table(
        "standstill",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
        schema="duties",
    )
    op.create_index(
        "ix_standstill_standing",
        "standstill",
        [sa.text("(ended_at is null)")],
        unique=True,
        schema="duties",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "elsewhere",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("request_id", "system", "kind", "value", name=op.f("pk_elsewhere")),
        schema="duties",
    )


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute("drop view duties.held_subject")
    for table in ("elsewhere", "standstill", "hold_person", "hold"):
        op.drop_table(table, schema="duties")
    op.drop_index("ix_destruction_open_rule", table_name="destruction", schema="duties")
    op.execute("delete from duties.destruction where system is not null")
    op.execute("update duties.destruction set state = 'replaced' where state = 'rejected'")
    op.drop_constraint("ck_destruction_system", "destruction", schema="duties", type_="check")
    op.drop_constraint("ck_destruction_state", "destruction", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_destruction_state"), "destruction", BEFORE, schema="duties")
    for column in reversed(ADDED):
        op.drop_column("destruction", column, schema="duties")
