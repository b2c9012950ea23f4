"""A legal hold wins over everything, a law keeps what it names, and what falls away when they end goes then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, StaticPool, create_engine, text
from test_forgetting import PEOPLE, World, everything, left, many, standing, worlds

from include.errors import NeverRetry
from include.systems import Due, Edge, EdgeKind, End, Keeping, KeptRows, Subjects, System, Table, findings, forget, plan
from include.systems.keysets import STATUTE
from include.systems.model import Column, Strategy


def rows_of(connection: Connection, world: World) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in connection.execute(text(f"select * from {table.name} order by id"))]
        for table in world.system.tables
    }


def theirs(world: World, who: int) -> set[tuple[str, int]]:
    """Everything that hangs on somebody by a way along which rows go."""
    pairs = [
        (a, b)
        for e in world.system.edges
        if e.kind.value in ("owned", "shared", "derived")
        for a, b in world.holders(e)
    ]
    reached = {(PEOPLE, who)} & everything(world)
    while more := {b for a, b in pairs if a in reached} - reached:
        reached |= more
    return reached


@many
@given(worlds(), st.integers(0, 4), st.integers(0, 4))
def test_nothing_of_somebody_under_a_legal_hold_goes_or_changes(world: World, who: int, held: int) -> None:
    hold = Keeping(people=(Subjects(PEOPLE, [(held,)]),))
    with standing(world) as connection:
        before = rows_of(connection, world)
        forget(connection, world.system, Subjects(PEOPLE, [(who,)]), hold)
        assert theirs(world, held) <= left(connection, world)
        after = rows_of(connection, world)
        for name, number in theirs(world, held):
            assert [row for row in after[name] if row[0] == number] == [r for r in before[name] if r[0] == number]


@many
@given(worlds(), st.integers(0, 4), st.integers(0, 4))
def test_when_a_hold_ends_what_fell_due_meanwhile_goes_as_if_it_had_never_been(
    world: World, who: int, held: int
) -> None:
    hold = Keeping(people=(Subjects(PEOPLE, [(held,)]),))
    someone = Subjects(PEOPLE, [(who,)])
    with standing(world) as connection:
        forget(connection, world.system, someone, hold)
        if (PEOPLE, who) in left(connection, world):
            forget(connection, world.system, someone)
            roots = {(PEOPLE, who)} & everything(world)
            assert left(connection, world) == everything(world) - world.going(roots)


@many
@given(worlds(), st.integers(0, 4), st.integers(0, 4))
def test_a_hold_on_rows_keeps_them_and_what_they_point_at(world: World, who: int, number: int) -> None:
    names = [table.name for table in world.system.tables if table.name != PEOPLE]
    rows = Keeping(rows=tuple(KeptRows(name, lambda row: row.c.id == number) for name in names))
    with standing(world) as connection:
        before = rows_of(connection, world)
        forget(connection, world.system, Subjects(PEOPLE, [(who,)]), rows)
        after = left(connection, world)
        for name in names:
            if number in world.rows[name]:
                assert (name, number) in after
                assert [r for r in rows_of(connection, world)[name] if r[0] == number] == [
                    r for r in before[name] if r[0] == number
                ]
        for edge in world.system.edges:
            for holder, target in world.holders(edge):
                if edge.pointing == "target" and target[1] == number and target[0] in names:
                    assert holder in after, "a reference has to lead somewhere"


DAY = dt.date(2026, 11, 1)


def company() -> System:
    """Accounts with users, invoices with lines, and sessions."""

    def table(name: str, *columns: Column, subject: bool = False) -> Table:
        return Table(name=name, key=("id",), columns=(Column(name="id"), *columns), subject=subject)

    def said(name: str, category: str = "user.contact", **more: Any) -> Column:
        return Column(name=name, categories=(category,), **more)

    def owned(holder: str, target: str, column: str, **more: Any) -> Edge:
        ends = End(table=holder, columns=("id",)), End(table=target, columns=(column,))
        return Edge(**{"holder": ends[0], "target": ends[1], "kind": EdgeKind.OWNED} | more)

    return System(
        key="company",
        tables=(
            table(
                "account",
                said("name", "user.name", strategy=Strategy.FIXED, fixed="-"),
                said("email", strategy=Strategy.KEYED_HASH),
                said("born", "user.demographic.date_of_birth", strategy=Strategy.TRUNCATE_DATE),
                said("postcode", "user.contact.address.postal_code", strategy=Strategy.GENERALISE, keep=2),
                Column(name="ended"),
                subject=True,
            ),
            table("invoice", Column(name="account"), said("buyer", "user.name"), said("notes"), Column(name="issued")),
            table("line", Column(name="invoice"), Column(name="item")),
            table("session", Column(name="account"), said("ip", "user.device.ip_address")),
        ),
        edges=(
            owned("account", "invoice", "account"),
            owned("invoice", "line", "invoice"),
            owned("account", "session", "account"),
        ),
    )


@pytest.fixture
def books() -> Iterator[Connection]:
    """An account whose subscription has ended, with a recent invoice, an old one, and a session."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        for statement in (
            "pragma foreign_keys = on",
            "create table account (id integer primary key, name text not null, email text, born text, postcode text, "
            "ended date)",
            "create table invoice (id integer primary key, account int not null references account, buyer text, "
            "notes text, issued date)",
            "create table line (id integer primary key, invoice int not null references invoice, item text)",
            "create table session (id integer primary key, account int not null references account, ip text)",
            "insert into account values (1, 'Amal', 'amal@people.example', '1990-05-06', '12345', '2026-01-01'), "
            "(2, 'Badr', 'badr@people.example', null, null, null)",
            "insert into invoice values (10, 1, 'Amal', 'call her', '2025-01-01'), (11, 1, 'Amal', 'x', '2019-01-01')",
            "insert into line values (20, 10, 'year'), (21, 11, 'year')",
            "insert into session values (30, 1, '192.0.2.1'), (31, 2, '192.0.2.2')",
        ):
            connection.execute(text(statement))
        connection.commit()
        yield connection
    engine.dispose()


def all_of(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(f"select * from {name} order by id"))]


LAW = Keeping(rows=(KeptRows("invoice", lambda row: row.c.issued >= "2020-01-01", STATUTE, ("buyer",)),))
ENDED = Due("account", lambda row: row.c.ended.isnot(None))


def test_a_law_keeps_an_invoice_with_what_it_asks_for_and_the_rest_goes(books: Connection) -> None:
    done = forget(books, company(), ENDED, LAW)
    assert done.rows == {"invoice": 1, "line": 1, "session": 1}
    assert all_of(books, "invoice") == [(10, 1, "Amal", None, "2025-01-01")]
    assert all_of(books, "line") == [(20, 10, "year")]
    assert [row[0] for row in all_of(books, "session")] == [31]
    assert done.masked == {"account": 1, "invoice": 1}


def test_what_an_invoice_points_at_stays_as_a_shell_that_says_nothing(books: Connection) -> None:
    forget(books, company(), ENDED, LAW)
    first, second = all_of(books, "account")
    assert first[:2] == (1, "-")
    assert first[2].startswith("hmac:")
    assert "amal" not in first[2]
    assert first[3:5] == ("1990-01-01", "12")
    assert second == (2, "Badr", "badr@people.example", None, None, None)


def test_the_shell_goes_with_the_last_invoice_that_the_law_kept(books: Connection) -> None:
    forget(books, company(), ENDED, LAW)
    once = all_of(books, "account")
    forget(books, company(), ENDED, LAW)
    assert all_of(books, "account") == once, "a second time changes nothing"
    assert forget(books, company(), ENDED).rows == {"account": 1, "invoice": 1, "line": 1}


def test_a_hold_on_an_invoice_leaves_it_as_it_is_even_where_a_law_would_empty_it(books: Connection) -> None:
    hold = KeptRows("invoice", lambda row: row.c.id == 10)
    done = forget(books, company(), ENDED, Keeping(rows=(*LAW.rows, hold)))
    assert all_of(books, "invoice") == [(10, 1, "Amal", "call her", "2025-01-01")]
    assert done.held == {"invoice": 1, "line": 1}


def test_a_plan_under_a_hold_has_another_hash_than_one_without(books: Connection) -> None:
    free = plan(books, company(), ENDED)
    held = plan(books, company(), ENDED, Keeping(people=(Subjects("account", [(1,)]),)))
    assert free.hash != held.hash
    assert held.rows == {}
    assert held.held == {"account": 1, "invoice": 2, "line": 2, "session": 1}


def test_a_cascade_of_the_database_that_would_take_what_stays_is_refused(books: Connection) -> None:
    books.execute(text("drop table session"))
    made = "create table session (id integer primary key, account int references account on delete cascade, ip text)"
    books.execute(text(made))
    system = company()
    seen = system.edges[2].model_copy(update={"kind": EdgeKind.ACCESSED})
    with pytest.raises(NeverRetry, match="ON DELETE CASCADE"):
        plan(books, system.model_copy(update={"edges": (*system.edges[:2], seen)}), ENDED)
    assert plan(books, system, ENDED).rows, "what goes with it anyway may also go by the database"


def test_a_shell_loses_what_it_pointed_at_and_held(books: Connection) -> None:
    books.execute(text("create table address (id integer primary key, street text)"))
    books.execute(text("alter table account add column address integer references address"))
    books.execute(text("insert into address values (5, 'Palm Street')"))
    books.execute(text("update account set address = 5 where id = 1"))
    system = company()
    account = system.tables[0].model_copy(update={"columns": (*system.tables[0].columns, Column(name="address"))})
    address = Table(name="address", key=("id",), columns=(Column(name="id"), Column(name="street")))
    lives = Edge(
        holder=End(table="account", columns=("address",)),
        target=End(table="address", columns=("id",)),
        kind=EdgeKind.SHARED,
        pointing="holder",
    )
    system = system.model_copy(
        update={"tables": (account, *system.tables[1:], address), "edges": (*system.edges, lives)}
    )
    forget(books, system, ENDED, LAW)
    assert all_of(books, "address") == []
    assert all_of(books, "account")[0][-1] is None


def test_a_map_in_which_two_rows_would_take_each_other_along_is_refused() -> None:
    def edge(holder: str, target: str, kind: EdgeKind, pointing: str = "target") -> Edge:
        ends = End(table=holder, columns=("id",)), End(table=target, columns=("id",))
        return Edge(holder=ends[0], target=ends[1], kind=kind, pointing=pointing)

    tables = tuple(
        Table(name=name, key=("id",), subject=name == "account", columns=(Column(name="id"),))
        for name in ("account", "membership", "user")
    )
    edges = (
        edge("account", "membership", EdgeKind.OWNED),
        edge("membership", "user", EdgeKind.OWNED, "holder"),
        edge("user", "membership", EdgeKind.DERIVED),
    )
    told = findings(System(key="crm", tables=tables, edges=edges))
    assert any("lead to each other" in fault.what for fault in told)
    assert not findings(System(key="crm", tables=tables, edges=edges[:2]))
