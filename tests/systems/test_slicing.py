"""A selection that goes slice by slice ends as one that goes at once, whatever the shape of the data."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from test_forgetting import PEOPLE, World, everything, left, many, standing, worlds

from include.systems import Due, Keeping, KeptRows, forget, plan
from include.systems.forgetting import doomed
from include.systems.keysets import HELD, STATUTE
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
