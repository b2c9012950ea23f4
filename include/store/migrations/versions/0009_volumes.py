"""Keep contact points in volumes, so that a large delivery fills one of its own.

Which volume a contact point lies in is told by its listing's number: the last twelve digits count within a volume,
those before them are the volume's. The one that is there already is volume 0. Points that wait for an assessment get an
index, for every night asks for them.

Revision ID: 0009_volumes
Revises: 0008_batches
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0009_volumes"
down_revision = "0008_batches"
branch_labels = None
depends_on = None

ROOM = 10**12
UNIQUE = "listing_id_kind_key_source_column"
AWAITING = "permission = 'awaiting_assessment'"
FUNCTIONS = Path(__file__).with_suffix(".sql")
PARTED = f"""
create table register.contact_point (
    like register.contact_point_0 including defaults including constraints,
    constraint pk_contact_point primary key (id, listing_id),
    constraint uq_contact_point_{UNIQUE} unique (listing_id, kind, key, source_column),
    constraint fk_contact_point_listing_id foreign key (listing_id) references register.listing (id) on delete cascade,
    constraint fk_contact_point_subject_id foreign key (subject_id) references register.subject (id)
) partition by range (listing_id)
"""
VOLUMES = "select inhrelid::regclass::text from pg_inherits where inhparent = 'register.contact_point'::regclass"


def upgrade() -> None:
    """Make what is there the first volume of a table of volumes."""
    number = _next_number()
    for statement in (
        "alter table register.contact_point rename to contact_point_0",
        "alter table register.contact_point_0 alter column id drop identity",
        "alter table register.contact_point_0 drop constraint pk_contact_point",
        "alter table register.contact_point_0 add constraint pk_contact_point_0 primary key (id, listing_id)",
        f"alter index register.uq_contact_point_{UNIQUE} rename to uq_contact_point_0_{UNIQUE}",
        "alter index register.ix_contact_point_key rename to ix_contact_point_0_key",
        "alter index register.ix_contact_point_subject_id rename to ix_contact_point_0_subject_id",
        f"create index ix_contact_point_0_awaiting on register.contact_point_0 (listing_id) where {AWAITING}",
        "alter table register.contact_point_0 add constraint ck_contact_point_volume"
        f" check (id / {ROOM} = listing_id / {ROOM})",
        f"create temp table later on commit drop as select * from register.contact_point_0 where listing_id >= {ROOM}",
        f"delete from register.contact_point_0 where listing_id >= {ROOM}",
        PARTED,
        "create index ix_contact_point_key on register.contact_point (key)",
        "create index ix_contact_point_subject_id on register.contact_point (subject_id) where subject_id is not null",
        f"create index ix_contact_point_awaiting on register.contact_point (listing_id) where {AWAITING}",
        f"alter table register.contact_point alter column id add generated always as identity (start with {number})",
        "alter table register.contact_point attach partition register.contact_point_0"
        f" for values from (minvalue) to ({ROOM})",
        f"revoke all on register.contact_point_0 from {Role.INTAKE}, {Role.DUTIES}",
    ):
        op.execute(statement)
    _open_to_roles()
    grant(op, "usage", "sequence register.contact_point_id_seq", Role.INTAKE)
    op.execute(sa.text(FUNCTIONS.read_text(encoding="utf-8").replace(":", r"\:")))
    _bring_back_later_ones()
    for function in ("open_volume()", "close_volume()"):
        op.execute(f"revoke all on function register.{function} from public")
        grant(op, "execute", f"function register.{function}", Role.INTAKE)


def downgrade() -> None:
    """Bring all volumes back into one table. Numbers stay as they are."""
    number = _next_number()
    names = [name for (name,) in op.get_bind().execute(sa.text(VOLUMES))]
    for name in names:
        op.execute(f"alter table register.contact_point detach partition {name}")
    for statement in (
        "drop function register.close_volume()",
        "drop function register.open_volume()",
        "drop sequence register.volume",
        "drop table register.contact_point",
        "alter table register.contact_point_0 rename to contact_point",
        "alter table register.contact_point drop constraint ck_contact_point_volume",
        "alter table register.contact_point drop constraint pk_contact_point_0",
        "drop index register.ix_contact_point_0_awaiting",
    ):
        op.execute(statement)
    for name in names:
        if name != "register.contact_point_0":
            op.execute(f"insert into register.contact_point select * from {name}")
            op.execute(f"drop table {name}")
    for statement in (
        "alter table register.contact_point add constraint pk_contact_point primary key (id)",
        f"alter index register.uq_contact_point_0_{UNIQUE} rename to uq_contact_point_{UNIQUE}",
        "alter index register.ix_contact_point_0_key rename to ix_contact_point_key",
        "alter index register.ix_contact_point_0_subject_id rename to ix_contact_point_subject_id",
        f"alter table register.contact_point alter column id add generated always as identity (start with {number})",
    ):
        op.execute(statement)
    _open_to_roles()


def _next_number() -> int:
    """Say from where numbers of contact points go on: every one that was ever given stays given."""
    asked = sa.text("select nextval('register.contact_point_id_seq')")
    return int(op.get_bind().execute(asked).scalar_one())


def _bring_back_later_ones() -> None:
    """Make volumes again of what was in some before a downgrade."""
    last = op.get_bind().execute(sa.text(f"select coalesce(max(id), 0) / {ROOM} from register.listing")).scalar_one()
    for volume in range(1, last + 1):
        op.execute(
            f"create table register.contact_point_{volume} partition of register.contact_point"
            f" for values from ({volume * ROOM}) to ({(volume + 1) * ROOM})"
        )
    op.execute("insert into register.contact_point overriding system value select * from later")
    if last:
        op.execute(f"select setval('register.volume', {last})")


def _open_to_roles() -> None:
    grant(op, "select, insert, update, delete", "register.contact_point", Role.INTAKE)
    grant(op, "select, update, delete", "register.contact_point", Role.DUTIES)
