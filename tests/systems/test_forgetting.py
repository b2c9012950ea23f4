"""Whoever goes takes what is theirs alone, whatever the shape of the data; everything else stays as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, StaticPool, create_engine, event, text

from include.systems import Edge, EdgeKind, End, Moved, Subjects, System, Table, TooWide, findings, forget, plan, shown
from include.systems.model import Column, Strategy

PEOPLE = "people"
KINDS = (EdgeKind.OWNED, EdgeKind.SHARED, EdgeKind.DERIVED, EdgeKind.ACCESSED, EdgeKind.SHALLOW)
Row = tuple[str, int]


class Cut(Exception):
    """What ends a process in the middle."""


@dataclass
class World:
    """Some tables with one edge or more between them, and the rows that stand in them."""

    system: System
    rows: dict[str, dict[int, dict[str, int | None]]] = field(default_factory=dict)

    def holders(self, edge: Edge) -> Iterator[tuple[Row, Row]]:
        """Give every pair of a holder and what it holds by this edge."""
        (mine,), (its,) = edge.holder.columns, edge.target.columns
        for (holder, h), (target, t) in product(
            self.rows[edge.holder.table].items(), self.rows[edge.target.table].items()
        ):
            if h[mine] is not None and h[mine] == t[its]:
                yield (edge.holder.table, holder), (edge.target.table, target)

    def going(self, roots: set[Row]) -> set[Row]:
        """Say what has to go, by the definition and not by the way the code takes: the largest set that nobody else
        holds anything of and in which a way leads to every row from the roots."""
        pairs = [(edge, a, b) for edge in self.system.edges for a, b in self.holders(edge)]
        going = everything(self)
        while True:
            forced = {b for e, a, b in pairs if e.kind is EdgeKind.DERIVED and a in going}
            kept = {b for e, a, b in pairs if e.kind in KINDS[:2] and a not in going} - forced
            reached = set(roots)
            while more := {b for e, a, b in pairs if a in reached and b in going and e.kind in KINDS[:3]} - reached:
                reached |= more
            fewer = {row for row in going & reached if row in roots or row not in kept}
            if fewer == going:
                return going
            going = fewer


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to five tables and as many references between any two of them, also back and to themselves."""
    names = [PEOPLE, *(f"t{n}" for n in range(draw(st.integers(1, 3))))]
    edges, columns = list[Edge](), dict[str, list[str]]({name: ["id"] for name in names})
    for number in range(draw(st.integers(1, 5))):
        holder, target = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        kind, pointing = draw(st.sampled_from(KINDS)), draw(st.sampled_from(("target", "holder")))
        columns[target if pointing == "target" else holder].append(f"c{number}")
        ends = ("id", f"c{number}") if pointing == "target" else (f"c{number}", "id")
        mine, its = End(table=holder, columns=ends[:1]), End(table=target, columns=ends[1:])
        edges.append(Edge(holder=mine, target=its, kind=kind, pointing=pointing))
    tables = tuple(
        Table(name=n, key=("id",), subject=n == PEOPLE, columns=tuple(Column(name=c) for c in columns[n]))
        for n in names
    )
    value = st.sampled_from((None, 0, 0, 1, 1, 2, 3))
    system = System(key="world", tables=tables, edges=tuple(edges))
    assume(not findings(system))
    rows = {
        name: {
            number: {"id": number} | {c: draw(value) for c in columns[name][1:]}
            for number in range(draw(st.integers(1, 4)))
        }
        for name in names
    }
    return World(system, rows)


@contextmanager
def standing(world: World, address: str = "sqlite://") -> Iterator[Connection]:
    """Open a database with the world's rows in it."""
    engine = create_engine(address, poolclass=StaticPool)
    with engine.connect() as connection:
        for table in world.system.tables:
            columns = ", ".join(
                "id integer primary key" if c.name == "id" else f"{c.name} integer" for c in table.columns
            )
            connection.execute(text(f"create table {table.name} ({columns})"))
            for row in world.rows[table.name].values():
                names = ", ".join(row)
                values = ", ".join("null" if value is None else str(value) for value in row.values())
                connection.execute(text(f"insert into {table.name} ({names}) values ({values})"))
        connection.commit()
        yield connection
    engine.dispose()


def left(connection: Connection, world: World) -> set[Row]:
    return {
        (table.name, row[0])
        for table in world.system.tables
        for row in connection.execute(text(f"select id from {table.name}"))
    }


def everything(world: World) -> set[Row]:
    return {(name, number) for name, rows in world.rows.items() for number in rows}


many = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@many
@given(worlds(), st.sets(st.integers(0, 4), min_size=1))
def test_what_only_they_hold_goes_and_nothing_else_does(world: World, who: set[int]) -> None:
    roots = {(PEOPLE, number) for number in who & set(world.rows[PEOPLE])}
    with standing(world) as connection:
        done = forget(connection, world.system, Subjects(PEOPLE, [(number,) for number in who]))
        going = world.going(roots)
        assert left(connection, world) == everything(world) - going
        assert sum(done.rows.values()) == len(going)


@many
@given(worlds(), st.integers(0, 4))
def test_a_plan_names_what_then_goes_and_changes_nothing(world: World, who: int) -> None:
    someone = Subjects(PEOPLE, [(who,)])
    with standing(world) as connection:
        planned = plan(connection, world.system, someone)
        assert left(connection, world) == everything(world)
        assert forget(connection, world.system, someone, planned=planned.hash) == planned


@many
@given(worlds(), st.integers(0, 4))
def test_a_second_time_nothing_is_left_to_go(world: World, who: int) -> None:
    someone = Subjects(PEOPLE, [(who,)])
    with standing(world) as connection:
        forget(connection, world.system, someone)
        before = left(connection, world)
        assert forget(connection, world.system, someone).rows == {}
        assert left(connection, world) == before


@many
@given(worlds(), st.integers(0, 4), st.integers(1, 12))
def test_one_that_is_cut_off_anywhere_and_begun_again_ends_as_if_it_had_not_been(
    world: World, who: int, moment: int
) -> None:
    someone = Subjects(PEOPLE, [(who,)])
    with standing(world) as connection:
        asked = 0

        def cut(_: Any, __: Any, statement: str, *___: Any) -> None:
            nonlocal asked
            asked += statement.startswith("DELETE")
            if asked == moment:
                raise Cut

        event.listen(connection.engine, "before_cursor_execute", cut)
        try:
            forget(connection, world.system, someone)
        except Cut:
            connection.rollback()
        event.remove(connection.engine, "before_cursor_execute", cut)
        forget(connection, world.system, someone)
        roots = {(PEOPLE, who)} & everything(world)
        assert left(connection, world) == everything(world) - world.going(roots)


@many
@given(worlds(), st.integers(0, 4))
def test_who_sees_a_row_is_not_who_takes_it_along(world: World, who: int) -> None:
    seen_only = tuple(edge.model_copy(update={"kind": EdgeKind.ACCESSED}) for edge in world.system.edges)
    system = world.system.model_copy(update={"edges": seen_only})
    with standing(world) as connection:
        forget(connection, system, Subjects(PEOPLE, [(who,)]))
        assert left(connection, world) == everything(world) - {(PEOPLE, who)}


@many
@given(worlds())
def test_when_all_who_hold_it_have_gone_a_row_has_gone_with_the_last(world: World) -> None:
    with standing(world) as connection:
        for who in world.rows[PEOPLE]:
            forget(connection, world.system, Subjects(PEOPLE, [(who,)]))
        pairs = [(a, b) for e in world.system.edges if e.kind in KINDS[:2] for a, b in world.holders(e)]
        owned = {(PEOPLE, who) for who in world.rows[PEOPLE]}
        while more := {b for a, b in pairs if a in owned and {x for x, y in pairs if y == b} <= owned} - owned:
            owned |= more
        assert not left(connection, world) & owned


def chat(**changes: Any) -> System:
    """Messages that a sender owns and a receiver may read."""
    received: dict[str, Any] = {"kind": EdgeKind.ACCESSED} | changes
    columns = tuple(
        Column(name=name, categories=("user.content",), strategy=Strategy.FIXED, fixed="-")
        for name in ("id", "sender", "receiver", "words")
    )
    return System(
        key="chat",
        tables=(
            Table(name=PEOPLE, key=("id",), subject=True, columns=(Column(name="id"),)),
            Table(name="message", key=("id",), columns=columns),
        ),
        edges=(
            Edge(
                holder=End(table=PEOPLE, columns=("id",)),
                target=End(table="message", columns=("sender",)),
                kind=EdgeKind.OWNED,
            ),
            Edge(
                holder=End(table=PEOPLE, columns=("id",)),
                target=End(table="message", columns=("receiver",)),
                **received,
            ),
        ),
    )


@pytest.fixture
def talk() -> Iterator[Connection]:
    """One message from the first person to the second."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        connection.execute(text("create table people (id integer primary key)"))
        connection.execute(text("create table message (id integer primary key, sender int, receiver int, words text)"))
        connection.execute(text("insert into people values (1), (2), (3)"))
        connection.execute(text("insert into message values (7, 1, 2, 'hello')"))
        yield connection
    engine.dispose()


def message(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text("select * from message"))]


def test_a_row_of_two_owners_stays_until_the_last_has_gone(talk: Connection) -> None:
    both = chat(kind=EdgeKind.OWNED)
    forget(talk, both, Subjects(PEOPLE, [(1,)]))
    assert len(message(talk)) == 1
    forget(talk, both, Subjects(PEOPLE, [(2,)]))
    assert message(talk) == []


def test_what_answers_what_is_theirs_goes_with_it_however_long_the_thread_is(talk: Connection) -> None:
    talk.execute(text("insert into message values (8, null, 7, ''), (9, null, 8, ''), (10, 3, 9, '')"))
    answers = Edge(
        holder=End(table="message", columns=("id",)),
        target=End(table="message", columns=("receiver",)),
        kind=EdgeKind.OWNED,
    )
    thread = chat().model_copy(update={"edges": (chat().edges[0], answers)})
    forget(talk, thread, Subjects(PEOPLE, [(1,)]))
    assert [row[0] for row in message(talk)] == [10], "the last is somebody else's too"


def message_edge(**changes: Any) -> Edge:
    """An edge from one message to another, by the number of its receiver."""
    ends = End(table="message", columns=("id",)), End(table="message", columns=("receiver",))
    return Edge(**{"holder": ends[0], "target": ends[1], "kind": EdgeKind.OWNED} | changes)


def test_what_hangs_on_a_thread_is_counted_once(talk: Connection) -> None:
    talk.execute(text("insert into message values (8, null, 7, ''), (9, null, 8, '')"))
    talk.execute(text("create table file (id integer primary key, message int)"))
    talk.execute(text("insert into file values (1, 7), (2, 8), (3, 9)"))
    file = Table(name="file", key=("id",), columns=(Column(name="id"), Column(name="message")))
    attached = Edge(
        holder=End(table="message", columns=("id",)),
        target=End(table="file", columns=("message",)),
        kind=EdgeKind.OWNED,
    )
    system = chat().model_copy(
        update={"tables": (*chat().tables, file), "edges": (chat().edges[0], message_edge(), attached)}
    )
    assert forget(talk, system, Subjects(PEOPLE, [(1,)])).rows == {PEOPLE: 1, "message": 3, "file": 3}


def test_what_was_computed_from_what_stays_stays(talk: Connection) -> None:
    talk.execute(text("insert into message values (8, null, 7, 'a summary')"))
    both = chat(kind=EdgeKind.OWNED).edges
    summary = message_edge(kind=EdgeKind.DERIVED)
    system = chat().model_copy(update={"edges": (*both, summary)})
    forget(talk, system, Subjects(PEOPLE, [(1,)]))
    assert [row[0] for row in message(talk)] == [7, 8], "the message is its receiver's too"
    forget(talk, system, Subjects(PEOPLE, [(2,)]))
    assert message(talk) == []


def test_rows_that_hold_only_each_other_do_not_go_with_somebody_they_do_not_hang_on(talk: Connection) -> None:
    talk.execute(text("create table shared (id integer primary key, one int, other int)"))
    talk.execute(text("create table spun (id integer primary key, shared int, back int)"))
    talk.execute(text("insert into shared values (5, 1, 2)"))
    talk.execute(text("insert into spun values (1, 5, 2), (2, null, 1)"))

    def edge(holder: str, target: str, column: str, kind: EdgeKind) -> Edge:
        return Edge(holder=End(table=holder, columns=("id",)), target=End(table=target, columns=(column,)), kind=kind)

    columns = {PEOPLE: ("id",), "shared": ("id", "one", "other"), "spun": ("id", "shared", "back")}
    system = System(
        key="loop",
        tables=tuple(
            Table(name=name, key=("id",), subject=name == PEOPLE, columns=tuple(Column(name=c) for c in given))
            for name, given in columns.items()
        ),
        edges=(
            edge(PEOPLE, "shared", "one", EdgeKind.OWNED),
            edge(PEOPLE, "shared", "other", EdgeKind.OWNED),
            edge("shared", "spun", "shared", EdgeKind.DERIVED),
            edge("spun", "spun", "back", EdgeKind.OWNED),
        ),
    )
    assert forget(talk, system, Subjects(PEOPLE, [(1,)])).rows == {PEOPLE: 1}
    assert forget(talk, system, Subjects(PEOPLE, [(2,)])).rows == {PEOPLE: 1, "shared": 1, "spun": 2}


def test_whoever_asks_goes_even_where_somebody_holds_them(talk: Connection) -> None:
    held = Edge(
        holder=End(table="message", columns=("receiver",)),
        target=End(table=PEOPLE, columns=("id",)),
        kind=EdgeKind.OWNED,
        pointing="holder",
    )
    system = chat().model_copy(update={"edges": (chat().edges[0], held)})
    forget(talk, system, Subjects(PEOPLE, [(2,)]))
    assert [row[0] for row in talk.execute(text("select id from people order by 1"))] == [1, 3]


def test_what_stays_loses_the_columns_that_said_who_went(talk: Connection) -> None:
    done = forget(talk, chat(blank=("receiver", "words")), Subjects(PEOPLE, [(2,)]))
    assert message(talk) == [(7, 1, "-", "-")]
    assert done.emptied == {"message(receiver) by people": 1}


def test_what_somebody_saw_can_be_told_to_go_with_them(talk: Connection) -> None:
    forget(talk, chat(delete=True), Subjects(PEOPLE, [(2,)]))
    assert message(talk) == []


def test_a_column_that_is_hidden_from_who_sees_a_row_is_shown_to_whose_it_is(talk: Connection) -> None:
    system = chat(hide=("sender",))
    told = {
        who: [row for row in shown(talk, system, Subjects(PEOPLE, [(who,)])) if row.table == "message"]
        for who in (1, 2, 3)
    }
    assert [(row.relation, row.values["sender"]) for row in told[1]] == [("owned", 1)]
    assert [(row.relation, row.values["sender"]) for row in told[2]] == [("accessed", None)]
    assert told[3] == []


def test_nothing_goes_that_is_not_what_was_planned(talk: Connection) -> None:
    planned = plan(talk, chat(), Subjects(PEOPLE, [(1,)]))
    talk.execute(text("insert into message values (8, 1, 3, 'one more')"))
    with pytest.raises(Moved, match="plan them again"):
        forget(talk, chat(), Subjects(PEOPLE, [(1,)]), planned=planned.hash)
    assert len(message(talk)) == 2


def test_a_subject_who_is_nobody_or_everybody_is_refused(talk: Connection) -> None:
    for wrong in (Subjects(PEOPLE, []), Subjects("message", [(7,)]), Subjects(PEOPLE, [(1,), (2,)], at_most=1)):
        with pytest.raises(TooWide):
            plan(talk, chat(), wrong)
