"""Whoever asks is found, however their number or their address was written down; nobody else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event, text

from include.systems import Column, System, Table, find
from include.systems.spellings import spellings_of_number

WRITTEN = {
    1: "+966501234567",
    2: "00966501234567",
    3: "966 50 123 4567",
    4: "0501234567",
    5: "050-123-4567",
    6: " (050) 123 4567 ",
    7: "501234567",
    8: "+966 (0)50 123 4567",
    9: "٠٥٠١٢٣٤٥٦٧",
    10: "+966\u00a050\u00a0123\u00a04567",
}
ELSE = {20: "+971501234567", 21: "0501234568", 22: "+201012345678", 23: "05012345678", 24: ""}
MAILS = {1: "Noor@People.Example", 2: " noor@people.example ", 20: "noor@people.example.net", 21: "x@people.example"}


@pytest.fixture
def people(any_database: str) -> Iterator[Connection]:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "create table person (id integer primary key, phone varchar(60), email varchar(60), line bigint,"
                " number varchar(20), address varchar(60))"
            )
        )
        connection.execute(
            text("insert into person (id, phone, email) values (:id, :phone, :email)"),
            [{"id": key, "phone": value, "email": MAILS.get(key)} for key, value in (WRITTEN | ELSE).items()],
        )
        connection.execute(text("update person set line = 966501234567, number = '+966501234567' where id = 1"))
        connection.execute(text("update person set line = 501234567, number = '050 123 4567' where id = 2"))
        connection.execute(text("update person set line = 971501234567, number = '+971501234567' where id = 20"))
        connection.execute(text("update person set address = 'noor@people.example' where id = 3"))
        connection.execute(text("update person set address = ' noor@people.example' where id = 4"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def mapped(column: str, identity: str, *, exact: bool = False, jurisdiction: str = "sa") -> System:
    columns = (Column(name="id"), Column(name=column, identity=identity, exact=exact))
    table = Table(name="person", key=("id",), columns=columns, subject=True)
    return System(key="crm", tables=(table,), edges=(), jurisdiction=jurisdiction)


def found(connection: Connection, system: System, given: str) -> set[int]:
    identity = str(system.tables[0].columns[1].identity)
    return {row[0] for subjects in find(connection, system, {identity: given}) for row in subjects.rows}


@pytest.mark.parametrize("given", ["+966501234567", "0501234567", "00966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "501234567"])
def test_a_number_is_found_in_every_spelling_and_no_other_number_is(people: Connection, given: str) -> None:
    assert found(people, mapped("phone", "phone_number"), given) == set(WRITTEN)


def test_a_foreign_number_is_never_taken_for_the_home_number_with_the_same_digits(people: Connection) -> None:
    assert found(people, mapped("phone", "phone_number"), "+971501234567") == {20}
    at_home = found(people, mapped("phone", "phone_number", jurisdiction="ae"), "+971501234567")
    assert at_home == {20, 4, 5, 6, 7, 9}, "in an Emirati system the short spellings are Emirati"


def test_an_address_is_found_in_capitals_and_with_blanks_around_it(people: Connection) -> None:
    assert found(people, mapped("email", "email"), " NOOR@people.example") == {1, 2}


def test_a_number_kept_as_a_number_is_found_too(people: Connection) -> None:
    assert found(people, mapped("line", "phone_number"), "0501234567") == {1, 2}
    assert found(people, mapped("line", "phone_number", exact=True), "0501234567") == {1, 2}
    assert found(people, mapped("id", "customer_number"), "7") == {7}
    assert found(people, mapped("line", "phone_number", exact=True), "hello") == set()


def test_an_exact_column_is_looked_up_in_its_plain_spellings_so_that_an_index_serves(people: Connection) -> None:
    assert found(people, mapped("number", "phone_number", exact=True), "050 123 4567") == {1}
    assert found(people, mapped("address", "email", exact=True), "Noor@People.Example") == {3}


@pytest.mark.parametrize("exact", [True, False])
def test_what_is_asked_for_in_an_exact_column_is_the_bare_column(people: Connection, exact: bool) -> None:
    seen = list[str]()
    event.listen(people, "before_cursor_execute", lambda *told: seen.append(told[2].lower()))
    find(people, mapped("number", "phone_number", exact=exact), {"phone_number": "0501234567"})
    (asked,) = (each for each in seen if "person.number" in each)
    assert ("replace(" in asked) is not exact


def test_what_is_no_number_is_looked_for_by_its_digits_alone() -> None:
    assert spellings_of_number("12-34", "sa") == ("1234",)
    assert spellings_of_number("nobody", "sa") == ()
    assert spellings_of_number("0501234567", "eu") == ("0501234567",), "many countries have such a number"
