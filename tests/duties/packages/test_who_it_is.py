"""Who shares a number or a mailbox with somebody is not taken for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from include.duties.packages.people import people_in
from include.systems import Column, System, Table

MAIL, PHONE, NAME = "huda@people.example", "+966500000001", "Huda Sample"
SYSTEM = System(
    key="shop",
    tables=(
        Table(
            name="customer",
            key=("id",),
            subject=True,
            columns=(
                Column(name="id"),
                Column(name="name", categories=("user.name",)),
                Column(name="email", categories=("user.contact.email",), identity="email"),
                Column(name="mobile", categories=("user.contact.phone_number",), identity="phone_number"),
            ),
        ),
    ),
    edges=(),
)


@pytest.fixture
def shop() -> Iterator[Connection]:
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("create table customer (id integer primary key, name text, email text, mobile text)"))
        yield connection


def found(
    shop: Connection, *customers: tuple[str | None, str | None, str | None], named: bool = True
) -> tuple[list[int], int]:
    """Who of these is taken for Huda, by number, and how many may be her or somebody else."""
    for customer in customers:
        shop.execute(
            text("insert into customer (name, email, mobile) values (:name, :mail, :phone)"),
            dict(zip(("name", "mail", "phone"), customer, strict=True)),
        )
    own = (MAIL, PHONE, NAME) if named else (MAIL, PHONE)
    known = [("email", MAIL), ("phone", PHONE)]
    people = people_in(shop, SYSTEM, known, lambda value: value in own, named=named)
    return [row[0] for some in people.rows for row in _rows(some)], people.unsure


def _rows(some: Any) -> list[Any]:
    return list(some.rows)


def test_a_mailbox_or_a_number_that_is_theirs_finds_them(shop: Connection) -> None:
    assert found(shop, (NAME, MAIL, None), (NAME, None, "0500000001")) == ([1, 2], 0)


def test_whoever_has_another_mailbox_is_somebody_else_though_the_number_is_theirs(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", "omar@people.example", PHONE)) == ([], 1)
    assert found(shop, (NAME, MAIL, PHONE)) == ([2], 1)


def test_of_several_with_one_number_the_one_with_their_name_counts(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", None, PHONE), (NAME, None, PHONE)) == ([2], 1)


def test_where_no_name_is_theirs_nobody_is_taken_for_them(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", None, PHONE), ("Laila Sample", None, PHONE)) == ([], 2)


def test_who_is_found_by_a_number_alone_and_has_another_name_may_be_somebody_else(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", None, PHONE)) == ([], 1)
    assert found(shop, (NAME, None, PHONE)) == ([2], 1)


def test_a_name_that_stands_with_their_mailbox_is_theirs_by_their_number_too(shop: Connection) -> None:
    assert found(shop, ("H. Sample", MAIL, None), ("H. Sample", None, PHONE), (None, None, PHONE))[0] == [1, 2]


def test_two_names_that_stand_with_their_mailbox_are_nobodys(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", MAIL, None), ("Laila Sample", MAIL, None)) == ([], 2)


def test_where_no_name_of_theirs_is_known_none_speaks_against_a_row(shop: Connection) -> None:
    assert found(shop, ("Omar Sample", None, PHONE), named=False) == ([1], 0)


def test_several_rows_of_one_name_are_one_person(shop: Connection) -> None:
    assert found(shop, ("H. Sample", MAIL, None), ("H.  sample", MAIL, PHONE)) == ([1, 2], 0)
