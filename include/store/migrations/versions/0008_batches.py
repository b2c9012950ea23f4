"""Take the leaves of a large event in one piece.

Revision ID: 0008_batches
Revises: 0007_nights
"""

from alembic import op

from include.store.roles import Role

revision = "0008_batches"
down_revision = "0007_nights"
branch_labels = None
depends_on = None

# As `append`, whose checks and triggers hold for it too. It knows its caller's tables as little.
APPEND = """
create function evidence.append_batch(kind text, payload text, leaves bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    number bigint;
begin
    if octet_length(leaves) <> 32 * (append_batch.payload::json -> 'leaves' ->> 'count')::bigint then
        raise exception 'evidence refuses the leaves: they are not as many as their event says' using errcode = 'P0E01';
    end if;
    insert into evidence.ledger (kind, payload)
    values (append_batch.kind, append_batch.payload) returning seq into number;
    insert into evidence.leaf (seq, position, leaf)
    select number, place, substring(leaves from (place * 32 + 1)::int for 32)
      from generate_series(0::bigint, octet_length(leaves) / 32 - 1) place;
    return number;
end
$$;
"""


def upgrade() -> None:
    """Add the function, owned by the ledger's role as `append` is."""
    op.execute(APPEND)
    op.execute("revoke all on function evidence.append_batch(text, text, bytea) from public")
    op.execute(f"grant execute on function evidence.append_batch(text, text, bytea) to {', '.join(Role)}")
    op.execute(f"grant create on schema evidence to {Role.LEDGER}")
    op.execute(f"alter function evidence.append_batch(text, text, bytea) owner to {Role.LEDGER}")
    op.execute(f"revoke create on schema evidence from {Role.LEDGER}")


def downgrade() -> None:
    """Take it away again."""
    op.execute("drop function evidence.append_batch(text, text, bytea)")
