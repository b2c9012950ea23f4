"""A row goes to its person, and what is in it of anybody else does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from include.systems import Column, Edge, EdgeKind, End, Subjects, System, Table
from include.systems.disclosing import Disclosed, disclosed, held_names
from include.systems.reflecting import reflect

NAME, MAIL, TEXT = ("user.name",), ("user.contact.email",), ("user.content.private",)


def column(name: str, categories: tuple[str, ...] = ("system.operations",), **more: Any) -> Column:
    return Column(name=name, categories=categories, **more)


def edge(kind: EdgeKind, target: str, by: str, holder: str = "person", **more: Any) -> Edge:
    return Edge(holder=End(table=holder, columns=("id",)), target=End(table=target, columns=(by,)), kind=kind, **more)


SYSTEM = System(
    key="shop",
    tables=(
        Table(
            name="person",
            key=("id",),
            subject=True,
            columns=(column("id"), column("name", NAME), column("email", MAIL, identity="email")),
        ),
        Table(name="order_", key=("id",), columns=(column("id"), column("by"), column("with_"), column("note", TEXT))),
        Table(name="line", key=("id",), columns=(column("id"), column("order_id"), column("engraving", NAME))),
        Table(
            name="message",
            key=("id",),
            columns=(
                column("id"), column("sender"), column("receiver"), column("sent_as", NAME), column("body", TEXT),
            ),
        ),
    ),
    edges=(
        edge(EdgeKind.OWNED, "order_", "by"),
        edge(EdgeKind.OWNED, "order_", "with_"),
        edge(EdgeKind.OWNED, "line", "order_id", "order_"),
        edge(EdgeKind.ACCESSED, "message", "sender", blank=("sent_as", "body")),
        edge(EdgeKind.ACCESSED, "message", "receiver"),
    ),
)  # fmt: skip
MADE = """
create table person (id integer primary key, name text, email text);
create table order_ (id integer primary key, "by" integer, with_ integer, note text);
create table line (id integer primary key, order_id integer, engraving text);
create table message (id integer primary key, sender integer, receiver integer, sent_as text, body text);
insert into person values (1, 'Huda Sample', 'huda@people.example'), (2, 'Omar Sample', 'omar@people.example');
insert into order_ values (1, 1, null, 'for the kitchen'), (2, 1, 2, 'for both of us');
insert into line values (1, 1, 'Huda'), (2, 2, 'Omar Sample');
insert into message values (1, 1, 2, 'Huda Sample', 'I bring it'), (2, 2, 1, 'Omar Sample', 'I am ill');
"""


@pytest.fixture
def shop() -> Iterator[Connection]:
    with create_engine("sqlite://").begin() as connection:
        for statement in filter(str.strip, MADE.split(";\n")):
            connection.execute(text(statement))
        yield connection


def given(shop: Connection, table: str, *people: Subjects, own: tuple[str, ...] = ()) -> dict[int, Disclosed]:
    rows = disclosed(shop, SYSTEM, people or (Subjects("person", [(1,)]),), lambda value: value in own)
    return {row.values["id"]: row for row in rows if row.table == table}


def test_what_is_theirs_alone_is_shown_whole(shop: Connection) -> None:
    assert given(shop, "person")[1].values["name"] == "Huda Sample"
    assert given(shop, "order_")[1].values["note"] == "for the kitchen"
    assert given(shop, "line")[1].withheld == ()


def test_of_a_row_that_is_somebody_elses_too_nothing_personal_is_shown_nor_of_what_hangs_on_it(
    shop: Connection,
) -> None:
    order, line = given(shop, "order_")[2], given(shop, "line")[2]
    assert (order.values["note"], order.withheld) == (None, ("note",))
    assert (line.values["engraving"], line.withheld) == (None, ("engraving",))
    assert order.values["by"] == 1


def test_of_what_they_only_see_they_get_what_they_said_and_not_what_others_did(shop: Connection) -> None:
    messages = given(shop, "message")
    assert messages[1].values["body"] == "I bring it"
    assert messages[2].withheld == ("sent_as", "body")


def test_a_value_that_is_their_own_is_shown_wherever_it_stands(shop: Connection) -> None:
    assert given(shop, "line", own=("Omar Sample",))[2].values["engraving"] == "Omar Sample"


def test_one_person_in_several_rows_holds_nothing_against_themselves(shop: Connection) -> None:
    both = given(shop, "order_", Subjects("person", [(1,), (2,)]))
    assert both[2].values["note"] == "for both of us"


def test_nobody_elses_row_of_subjects_comes_with_it(shop: Connection) -> None:
    assert list(given(shop, "person")) == [1]


def test_whole_names_that_are_held_are_known_again(shop: Connection) -> None:
    tables = reflect(shop, SYSTEM).tables
    assert held_names(shop, SYSTEM, ["omar sample", "huda", "sample omar"], tables) == {"omar sample"}
