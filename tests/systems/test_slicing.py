"""A selection that goes slice by slice ends as one that goes at once, whatever the shape of the data."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from test_forgetting import PEOPLE, World, everything, left, many, standing, worlds

from include.systems import Due, Edge, EdgeKind, End, Keeping, KeptRows, System, Table, forget, plan
from include.systems.forgetting import doomed
from include.systems.keysets import HELD, STATUTE
from include.systems.load import load_of
from include.systems.model import Column
from include.systems.slicing import Slices

DUE = Due(PEOPLE, lambda row: row.c.id < 3)


def rows_of(connection: Connection, world: World) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in connection.execute(text(f"select * from {table.name} order by id"))]
        for table in world.system.tables
    }


def in_slices(connection: Connection, world: World, kept: Keeping, roots: int) -> int:
    """Let everything go that is due, slice by slice; return how many there were."""
    taken = 0
    whole = plan(connection, world.system, DUE, kept, by_name=True)
    with doomed(connection, world.system, DUE, kept) as staying:
        slices = Slices(staying.sets, DUE)
        while part := slices.take(roots):
            due = slices.due(part)
            forget(connection, world.system, due, kept, planned=whole.hash, names=whole.names)
            part.close()
            taken += 1
    return taken


@many
@given(worlds(), st.integers(1, 2))
def test_slices_take_the_same_rows_as_all_at_once_and_no_others(world: World, roots: int) -> None:
    with standing(world) as connection:
        in_slices(connection, world, Keeping(), roots)
        gone = everything(world) - left(connection, world)
    assert gone == world.going({(PEOPLE, n) for n in world.rows[PEOPLE] if n < 3})


@many
@given(worlds(), st.data())
def test_slices_leave_under_holds_and_laws_what_all_at_once_leaves(world: World, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from([table.name for table in world.system.tables]))
    relation = data.draw(st.sampled_from((HELD, STATUTE)))
    kept = Keeping(rows=(KeptRows(table, lambda row: row.c.id == 1, relation, () if relation == STATUTE else None),))
    with standing(world) as connection:
        in_slices(connection, world, kept, 1)
        slice_by_slice = rows_of(connection, world)
    with standing(world) as connection:
        forget(connection, world.system, DUE, kept)
        assert slice_by_slice == rows_of(connection, world)


FLATS = System(
    key="flats",
    tables=tuple(
        Table(name=name, key=("id",), subject=name == PEOPLE, columns=tuple(Column(name=c) for c in columns))
        for name, columns in ((PEOPLE, ("id", "flat")), ("flat", ("id",)), ("note", ("id", "writer", "reader")))
    ),
    edges=(
        Edge(holder=End(table=PEOPLE, columns=("flat",)), target=End(table="flat", columns=("id",)),
             kind=EdgeKind.SHARED, pointing="holder"),
        Edge(holder=End(table=PEOPLE, columns=("id",)), target=End(table="note", columns=("writer",)),
             kind=EdgeKind.OWNED),
        Edge(holder=End(table=PEOPLE, columns=("id",)), target=End(table="note", columns=("reader",)),
             kind=EdgeKind.OWNED),
    ),
)  # fmt: skip
"""People who share flats, and who write to each other."""


def test_in_any_database_what_is_joined_goes_together_and_what_somebody_else_holds_stays(any_database: str) -> None:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        for made in (
            "create table flat (id integer primary key)",
            f"create table {PEOPLE} (id integer primary key, flat integer references flat (id))",
            f"""create table note (id integer primary key, writer integer references {PEOPLE} (id),
                                   reader integer references {PEOPLE} (id))""",
            "insert into flat values (1), (2)",
            f"insert into {PEOPLE} values (0, 1), (1, 2), (2, 2), (3, 1), (4, null)",
            "insert into note values (1, 0, 2), (2, 3, 4), (3, 4, 4)",
        ):
            connection.execute(text(made))
        whole = plan(connection, FLATS, DUE, by_name=True)
        assert whole.rows == {PEOPLE: 3, "flat": 1, "note": 1}
    with engine.connect() as connection:
        taken = list[int]()
        with connection.begin(), doomed(connection, FLATS, DUE) as staying:
            slices = Slices(staying.sets, DUE)
            while part := slices.take(1):
                due = slices.due(part)
                taken.append(forget(connection, FLATS, due, names=whole.names, planned=b"").rows[PEOPLE])
                part.close()
        assert taken == [3], "one by the flat, one by the letter that they wrote each other"
        with connection.begin():
            left = {table.name: connection.execute(text(f"select id from {table.name} order by id")).scalars().all()
                    for table in FLATS.tables}  # fmt: skip
        assert left == {PEOPLE: [3, 4], "flat": [1], "note": [2, 3]}
        assert isinstance(load_of(connection).waiting, int if engine.dialect.name != "sqlite" else type(None))
    engine.dispose()


MADE = f"""
create table {PEOPLE} (id integer primary key, flat integer);
create table flat (id integer primary key);
create table note (id integer primary key, writer integer, reader integer);
insert into {PEOPLE} values (0, null), (1, null), (2, null);
insert into note values (1, 0, 0), (2, 1, 1)
"""


def test_people_who_share_nothing_go_one_by_one() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for made in MADE.split(";"):
            connection.execute(text(made))
        with doomed(connection, FLATS, DUE) as staying:
            slices, taken = Slices(staying.sets, DUE), 0
            while part := slices.take(1):
                taken += 1
                part.close()
    assert taken == 3
    engine.dispose()
