"""Let what is past its time go from our own store, and count recordings that nobody announced.

Revision ID: 0024_house
Revises: 0023_archives
"""

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0024_house"
down_revision = "0023_archives"
branch_labels = None
depends_on = None

KINDS = ("house_kept", "recording_read", "recording_refused", "recordings_counted")
WORDS = (
    "messages", "recipients", "returned", "requests", "consents", "restrictions", "logins", "runs", "hold_people",
    "archives", "destroyed_rows", "quarantined", "listings", "audience_files", "task_logs",
    "system", "table", "purpose", "row", "actor", "why", "unknown", "recordings", "unannounced", "systems", "away",
    "quality", "training", "service_improvement", "security", "user_experience",
    "map_unfit", "table_unmapped", "column_unmapped", "purpose_missing", "basis_missing", "purpose_not_of_data",
    "only_for_quality", "only_for_security", "blocked", "not_announced", "not_a_recording", "row_unknown",
)  # fmt: skip
DELETED = ("channels.returned", "duties.restriction", "duties.hold_person", "duties.destruction_row", "register.run")
FORGET = """
create function duties.forget_consents(before timestamptz, held uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    past bigint[];
begin
    -- Whoever may call this may not take a proof that is still young, whatever instant they give.
    before := least(before, clock_timestamp() - interval '1 year');
    select array_agg(event.id) into past
      from duties.consent_event event
      join (select subject_id, purpose from duties.consent_event group by 1, 2 having max(at) < before) whole
        using (subject_id, purpose)
     where event.subject_id <> all(coalesce(held, '{}'))
       and not exists (select from duties.consent_state state join register.subject on subject.id = state.subject_id
                        where state.subject_id = event.subject_id and state.purpose = event.purpose
                          and state.action = 'granted');
    if past is null then
        return 0;
    end if;
    -- The trigger refuses every deletion; while it is off, its lock lets nobody else write.
    alter table duties.consent_event disable trigger refuse;
    delete from duties.consent_event where id = any(past);
    alter table duties.consent_event enable always trigger refuse;
    return cardinality(past);
end
$$
"""


def upgrade() -> None:
    """Give the duties' role what it needs to let go, and make the table of recordings."""
    op.create_table(
        "unannounced",
        sa.Column("system_key", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("recordings", sa.BigInteger(), nullable=False),
        sa.Column("unannounced", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("system_key", "table_name", name=op.f("pk_unannounced")),
        schema="duties",
    )
    grant(op, "select, insert, update, delete", "duties.unannounced", Role.DUTIES)
    grant(op, "select", "duties.unannounced", Role.AUDITOR)
    for table in DELETED:
        grant(op, "delete", table, Role.DUTIES)
    grant(op, "update (reviewed_by)", "register.review", Role.DUTIES)
    op.execute(FORGET)
    op.execute("revoke execute on function duties.forget_consents(timestamptz, uuid[]) from public")
    grant(op, "execute", "function duties.forget_consents(timestamptz, uuid[])", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take it away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute("drop function duties.forget_consents(timestamptz, uuid[])")
    op.execute(f"revoke update (reviewed_by) on register.review from {Role.DUTIES}")
    for table in DELETED:
        op.execute(f"revoke delete on {table} from {Role.DUTIES}")
    op.drop_table("unannounced", schema="duties")
