"""The sample company: its map says everything of its books, and its people go as the policy says and no others."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import ColumnElement, Connection, FromClause, create_engine, inspect, select, text
from test_samples import BLOCKS, DOMAIN

from include.commands.demo.company import MAPS, Account, prepare, seed
from include.errors import NeverRetry
from include.law import edition_for
from include.store.server import ServerInfo
from include.systems import (
    Due,
    Keeping,
    KeptRows,
    Subjects,
    System,
    find,
    findings,
    forget,
    moments,
    shown,
    uncovered,
    unexplained,
    unindexed,
    unjustified,
)
from include.systems.connecting import address_of, connected
from include.systems.files import destroy_files
from include.systems.keysets import STATUTE
from include.systems.maps import all_maps
from include.systems.reflecting import reflect
from include.systems.retention import cutoff, ruleless, unfit_rules

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def books_map() -> System:
    """The map, as a process of the demo finds it."""
    (system,) = all_maps({"AMANAH_SYSTEMS": str(MAPS)})
    return system


@pytest.fixture
def books(other_database: str, tmp_path: Path) -> Iterator[Connection]:
    """The books with those alone of whom the demo tells."""
    engine = create_engine(other_database)
    with engine.connect() as connection:
        assert seed(connection, tmp_path / "recordings", AT, scale=0)
        connection.commit()
        yield connection
    engine.dispose()


def all_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    names = inspect(connection).get_table_names()
    return {
        name: [tuple(row) for row in connection.execute(text(f'select * from "{name}" order by 1, 2'))]
        for name in names
    }


def keys(connection: Connection, table: str) -> set[int]:
    return {row[0] for row in connection.execute(text(f"select id from {table}"))}


def due(system: System, table: str, at: datetime = AT) -> Due:
    """Whose time is over in a table, by the table's rule and the edition in force."""
    return Due(table, before(system, table, at))


def before(system: System, table: str, at: datetime = AT) -> Callable[[FromClause], ColumnElement[bool]]:
    rule = system.rule(str(system.table(table).retention))
    edition = edition_for(system.jurisdiction, at)
    return lambda row: moments.before(row.c[rule.column], cutoff(rule, edition, at), edition.zone)


def law(system: System) -> Keeping:
    """What VAT law keeps."""
    rule, over = system.rule("vat_invoice"), before(system, "invoice")
    return Keeping(rows=(KeptRows("invoice", lambda row: ~over(row), STATUTE, rule.columns),))


def test_the_map_says_everything_of_the_books(books: Connection, books_map: System) -> None:
    assert findings(books_map) == ()
    assert ruleless(books_map) == ()
    assert list(unfit_rules(books_map, edition_for("sa", AT))) == []
    assert uncovered(books, books_map) == ()
    assert unindexed(books, books_map) == ()


def test_one_column_is_left_unjustified_to_be_reported(books_map: System) -> None:
    assert unjustified(books_map) == (("account", "birth_date"),)
    (open_question,) = unexplained(books_map)
    assert (open_question.table, open_question.column) == ("account", "birth_date")


def test_every_event_that_a_rule_counts_from_is_served_by_an_index(books: Connection, books_map: System) -> None:
    small = {"agent", "applicant"}
    for table in books_map.tables:
        if table.retention and table.name not in small:
            served = [index["column_names"] for index in inspect(books).get_indexes(table.name)]
            assert [books_map.rule(table.retention).column] in served


def test_the_same_moment_gives_the_same_rows(books: Connection, tmp_path: Path) -> None:
    first = all_rows(books)
    books.execute(text("drop schema public cascade"))
    books.execute(text("create schema public"))
    books.execute(text("set time zone 'America/New_York'"))
    assert seed(books, tmp_path / "recordings", AT, scale=0)
    books.execute(text("set time zone 'UTC'"))
    assert all_rows(books) == first


def test_seeding_again_brings_nothing_back_that_was_destroyed(
    books: Connection, books_map: System, tmp_path: Path
) -> None:
    forget(books, books_map, Subjects("account", [(Account.ENDED_TRIAL,)]))
    left = all_rows(books)
    assert not seed(books, tmp_path / "recordings", LATER, scale=1)
    assert all_rows(books) == left


@pytest.mark.parametrize("scale", [1, 3])
def test_a_crowd_is_set_beside_them_and_a_tenth_of_it_ended(other_database: str, tmp_path: Path, scale: int) -> None:
    engine = create_engine(other_database)
    with engine.connect() as connection:
        seed(connection, tmp_path, AT, scale=scale)
        counts = {name: len(rows) for name, rows in all_rows(connection).items()}
        ended = connection.execute(text("select count(subscription_end) from account where id > 1000")).scalar_one()
    engine.dispose()
    assert counts["account"] == 8 + 100 * scale
    assert ended == 10 * scale
    assert sum(counts.values()) > 2_500 * scale


def test_all_of_them_are_invented(other_database: str, tmp_path: Path) -> None:
    engine = create_engine(other_database)
    with engine.connect() as connection:
        seed(connection, tmp_path, AT)
        values = [str(value) for rows in all_rows(connection).values() for row in rows for value in row if value]
    engine.dispose()
    numbers = [value for value in values if value.startswith("+")]
    assert len(numbers) > 100
    assert all(BLOCKS.fullmatch(number) for number in numbers)
    mails = [value for value in values if "@" in value]
    assert len(mails) > 300
    assert all(re.search(r"[.@]example(\.(com|net|org))?$", mail) and DOMAIN.search(mail) for mail in mails)
    addresses = [value for value in values if re.fullmatch(r"(\d+\.){3}\d+", value)]
    assert addresses
    assert all(address.startswith("192.0.2.") for address in addresses)  # RFC 5737


def test_what_is_due_is_what_the_demo_tells(books: Connection, books_map: System) -> None:
    tables = reflect(books, books_map).tables
    told = {
        mapped.name: {
            row[0]
            for row in books.execute(
                select(tables[mapped.name].c.id).where(before(books_map, mapped.name)(tables[mapped.name]))
            )
        }
        for mapped in books_map.tables
        if mapped.retention
    }
    assert told == {
        "account": {Account.ENDED_BROTHER, Account.ENDED_TRIAL, Account.UNDER_HOLD, Account.WITH_INVOICES},
        "invoice": {2, 9},
        "session": {2, 4, 6, 7, 8, 9, 13},
        "call_recording": {2, 5, 7},
        "agent": {2},
        "support_chat": {2},
        "marketing_preference": {2},
        "prospect": {3},
        "applicant": {2},
    }


@pytest.mark.parametrize("kept", [False, True], ids=["without their invoices", "with the invoices that the law keeps"])
def test_an_address_stays_until_the_last_of_two_brothers_goes(books: Connection, books_map: System, kept: bool) -> None:
    what = law(books_map) if kept else Keeping()
    forget(books, books_map, Subjects("account", [(Account.ENDED_BROTHER,)]), what)
    assert 2 in keys(books, "address")
    forget(books, books_map, Subjects("account", [(Account.LIVE_BROTHER,)]), what)
    assert keys(books, "address") == {1, 3, 4, 5, 6, 7}


def test_who_works_in_two_accounts_stays_with_the_one_that_lives(books: Connection, books_map: System) -> None:
    forget(books, books_map, Subjects("account", [(Account.ENDED_BROTHER,)]))
    assert 9 in keys(books, "app_user")
    assert 4 not in keys(books, "app_user")
    theirs = books.execute(text("select id, account_id, role from membership where user_id = 9")).all()
    assert theirs == [(10, Account.LIVE, "Auditor")]
    assert keys(books, "session") & {11, 12} == {12}, "what they did in the account that went goes with it"
    forget(books, books_map, Subjects("account", [(Account.LIVE,)]))
    assert 9 not in keys(books, "app_user")


def test_a_user_who_asks_to_be_gone_leaves_both_accounts_as_they_are(books: Connection, books_map: System) -> None:
    (somebody,) = find(books, books_map, {"email": "Ibrahim@malki-audit.example"})
    done = forget(books, books_map, somebody)
    assert done.rows == {"app_user": 1, "session": 2}
    assert books.execute(text("select user_id, role from membership where id in (9, 10)")).all() == [(None, None)] * 2
    assert {Account.LIVE, Account.ENDED_BROTHER} <= keys(books, "account")


def test_the_holder_of_an_account_is_not_shown_what_is_a_colleagues(books: Connection, books_map: System) -> None:
    seen = list(shown(books, books_map, Subjects("account", [(Account.LIVE,)])))
    colleagues = [row.values for row in seen if row.table == "app_user"]
    assert {user["name"] for user in colleagues} == {"نورة العتيبي", "Ibrahim Al-Malki"}
    assert {user["email"] for user in colleagues} == {None}
    sessions = [row.values for row in seen if row.table == "session"]
    assert {row["id"] for row in sessions} == {1, 2, 12}
    assert {row[column] for row in sessions for column in ("ip", "browser", "cookie")} == {None}


def test_a_user_is_shown_their_own_whole(books: Connection, books_map: System) -> None:
    seen = list(shown(books, books_map, Subjects("app_user", [(9,)])))
    assert {row.table for row in seen} == {"app_user", "membership", "session"}
    assert {row.values["ip"] for row in seen if row.table == "session"} == {"192.0.2.9"}


def test_an_agent_who_left_long_ago_goes_and_what_they_wrote_stays_the_customers(
    books: Connection, books_map: System
) -> None:
    done = forget(books, books_map, due(books_map, "agent"))
    assert done.rows == {"agent": 1}
    assert books.execute(text("select agent_id, body is not null from chat_message where id = 4")).one() == (None, True)


def test_of_an_ended_account_the_law_keeps_its_invoices_with_what_it_asks_for(
    books: Connection, books_map: System
) -> None:
    one = Subjects("account", [(Account.WITH_INVOICES,)])
    done = forget(books, books_map, one, law(books_map))
    assert done.rows["invoice"] == 1, "the one that is too old"
    invoices = books.execute(
        text(
            "select id, buyer_name, buyer_address is not null, buyer_vat_number is not null, buyer_email, note, net "
            "from invoice where account_id = 7 order by id"
        )
    ).all()
    assert invoices == [
        (7, "Hind Al-Mutairi", True, True, None, None, 1800),
        (8, "Hind Al-Mutairi", True, True, None, None, 1500),
    ]
    assert {13, 14, 15, 16} <= keys(books, "invoice_line")
    shell = books.execute(text("select name, role, email, mobile, birth_date, registered_at from account where id = 7"))
    assert shell.one() == ("-", None, None, "+966", None, datetime(2018, 1, 1, tzinfo=UTC))
    assert 6 not in keys(books, "address")
    assert 7 not in keys(books, "app_user")
    assert 9 not in keys(books, "session")
    assert forget(books, books_map, one).rows == {"account": 1, "invoice": 2, "invoice_line": 4}


def test_a_night_takes_what_is_due_and_nothing_that_is_under_a_hold(books: Connection, books_map: System) -> None:
    held = _of(books, Account.UNDER_HOLD)
    what = Keeping(people=(Subjects("account", [(Account.UNDER_HOLD,)]),), rows=law(books_map).rows)
    for table in books_map.tables:
        if table.retention:
            forget(books, books_map, due(books_map, table.name), what)
    assert _of(books, Account.UNDER_HOLD) == held
    assert held["call_recording"] == [5]
    assert keys(books, "account") == {1, 2, 3, 4, 6, 7, 8}, "two of them as shells of invoices"
    assert keys(books, "app_user") == {1, 2, 3, 6, 8, 9, 10}
    assert keys(books, "call_recording") == {1, 3, 5}


def _of(connection: Connection, account: Account) -> dict[str, list[Any]]:
    """Whatever names an account, by table."""
    names = ("account_address", "membership", "invoice", "session", "call_recording", "support_chat")
    return {
        name: [
            row[0]
            for row in connection.execute(text(f"select * from {name} where account_id = {account:d} order by 1"))
        ]
        for name in names
    }


def test_a_recording_goes_with_its_file(books: Connection, books_map: System, tmp_path: Path) -> None:
    hold = Keeping(people=(Subjects("account", [(Account.UNDER_HOLD,)]),))
    first = partial(destroy_files, base=str(tmp_path / "recordings"))
    assert forget(books, books_map, due(books_map, "call_recording"), hold, first=first).rows == {"call_recording": 2}
    left = [row[0] for row in books.execute(text("select path from call_recording order by path"))]
    assert sorted(file.name for file in (tmp_path / "recordings").iterdir()) == left
    assert len(left) == 5


def test_every_recording_is_a_file_that_can_be_played(books: Connection, tmp_path: Path) -> None:
    rows = books.execute(text("select path, announced, purpose from call_recording order by id")).all()
    assert len({path for path, _, _ in rows}) == 7
    for path, _, _ in rows:
        with wave.open(str(tmp_path / "recordings" / path)) as file:
            assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 8_000, 8_000)
            assert any(file.readframes(100))
    assert [announced for _, announced, _ in rows].count(False) == 1
    assert {purpose for _, _, purpose in rows} == {"quality", "training", "service_improvement"}


@pytest.fixture
def called(server: ServerInfo) -> Iterator[str]:
    """A name for the company's database in the tests' server, which goes afterwards."""
    name = "books_of_a_test"
    yield name
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def test_a_demo_finds_the_books_by_its_settings_and_by_no_older_ones(
    server: ServerInfo, called: str, tmp_path: Path, books_map: System
) -> None:
    first = prepare(server, tmp_path, AT, scale=0, name=called)
    again = prepare(server, tmp_path, LATER, scale=0, name=called)
    assert Path(again[str(books_map.files)]) == tmp_path
    with connected(address_of(books_map, again)) as connection:
        assert uncovered(connection, books_map) == ()
        assert keys(connection, "account") == {int(account) for account in Account}
        ended = connection.execute(text("select max(subscription_end) from account")).scalar_one()
        assert ended == datetime(2026, 2, 1, 9, tzinfo=UTC)
        assert (
            connection.execute(text("select rolsuper from pg_roles where rolname = current_user")).scalar_one() is False
        )
    with pytest.raises(NeverRetry, match="refused a statement or a login"), connected(address_of(books_map, first)):
        pass
