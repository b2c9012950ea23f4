"""Whom a breach concerns is counted as of its time, in our register and in other systems, and never guessed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import books
import psycopg
import pytest
from breach_case import BEGAN, ENDED, KNOWN, given, gives_a_contact, hour, noted
from builders import Held, ask, person
from people_told import says
from psycopg import sql
from sqlalchemy import Connection, text

from include.duties.breach import scope
from include.duties.breach.scoping import Scope
from include.duties.consent import Outcome, delete_asked
from include.duties.consent.importing import COLUMNS, import_consents
from include.duties.destruction.actions import destroy_due
from include.errors import NeverRetry
from include.store import Role, StoreAway, StoreRefused, begin, engine
from include.store.server import ServerInfo
from include.systems.connecting import SystemAway, connected

Make = Callable[..., Held]
FULL = books.MAP.replace("account: {subject: true,", "account: {subject: true, since: made_on,").replace(
    "          - {name: ended_on,",
    "          - {name: made_on, data_categories: [system.operations]}\n          - {name: ended_on,",
)


@pytest.fixture
def register(begins: Callable[..., Held], source: Make) -> Held:
    """Three people who were received long before the breach, and one after it."""

    def build() -> Held:
        held = source()
        held.at = BEGAN - timedelta(days=9)
        held.delivers([person(number) for number in range(3)])
        held.delivers([person(number) for number in range(4)], later=ENDED + timedelta(hours=5) - held.at)
        return held

    return begins(build, "three people before a breach, one after it")


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """The company's books, whose map says since when an account is there."""
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        (tmp_path / "systems/books.yml").write_text(FULL, encoding="utf-8")
        connection.execute(text("alter table account add made_on date"))
        yield connection


def people(found: Scope, system: str) -> dict[str, int | None]:
    return {line.category: line.people for line in found.lines if line.system == system}


def counted(**changes: object) -> tuple[UUID, Scope]:
    breach = noted(**changes)
    return breach, scope(breach, hour(1))


def test_who_was_received_after_the_incident_is_not_in_it(register: Held) -> None:
    breach, found = counted()
    assert found.people == 3
    assert people(found, "register")["email"] == 3
    assert people(found, "register")["person"] == 3
    assert ask("select count(*) from duties.breach_person where breach_id = :id", id=breach) == [(3,)]
    _, later = counted(ended_at=None, evidence="SOC-2")
    assert later.people == 4, "while nobody knows that it has ended, everybody is in it until it was known"


def test_who_was_destroyed_since_is_counted_and_named_no_more(register: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    from include.duties.notice.actions import plan_notices

    plan_notices(KNOWN)
    gone = ask("select subject_id from register.contact_point where normalised = 'person.0@people.example'")[0][0]
    ask(
        "insert into duties.destruction_request (id, subject_id, trigger, asked_at) "
        "values (gen_random_uuid(), :who, 'deletion_asked', :at) returning 1", who=gone, at=KNOWN,
    )  # fmt: skip
    destroy_due(hour(1))
    breach = noted(hour(2))
    found = scope(breach, hour(2))
    assert (found.people, found.destroyed_since) == (2, 1)
    before = scope(noted(hour(3), began_at=hour(1.5), discovered_at=hour(2), known_at=hour(2), ended_at=None,
                         evidence="SOC-9"), hour(3))  # fmt: skip
    assert before.destroyed_since == 0, "who was destroyed before it began is not in it"


@pytest.mark.parametrize(("agreed", "counted_there"), [(BEGAN - timedelta(days=3), 1), (ENDED + timedelta(hours=1), 0)])
def test_whoever_gave_us_their_data_themselves_is_counted_among_those_destroyed_since(
    register: Held, tmp_path: Path, agreed: datetime, counted_there: int
) -> None:
    file = tmp_path / "consents.csv"
    row = ("own@people.example", "granted", "promotion", "email", agreed.isoformat(), "CALL-1", "script/2", "ar")
    file.write_text("\n".join(",".join(line) for line in (COLUMNS, row)), encoding="utf-8")
    assert import_consents(file, at=ENDED + timedelta(hours=2)).outcomes == {"recorded": 1}
    ((own,),) = ask("select subject_id from duties.own_contact")
    assert says(delete_asked, own, at=KNOWN) is Outcome.RECORDED
    assert destroy_due(KNOWN)["destroyed"] == 1
    _, found = counted()
    assert (found.people, found.destroyed_since) == (3, counted_there)


def test_a_breach_from_before_anything_was_held_concerns_nobody(register: Held) -> None:
    long_ago = KNOWN - timedelta(days=200)
    _, found = counted(began_at=long_ago, ended_at=long_ago + timedelta(days=1))
    assert (found.people, found.destroyed_since) == (0, 0)


def test_a_system_without_a_map_is_named_and_not_counted(register: Held) -> None:
    _, found = counted(systems=("register", "paper_files"))
    assert (found.people, found.uncounted) == (3, ("paper_files",))


def test_people_of_another_system_are_counted_as_of_the_time_by_table_and_category(
    register: Held, company: Connection
) -> None:
    books_of = company
    for number in (1, 2, 3):
        books_of.execute(
            text("insert into account (id, email, made_on) values (:n, :mail, cast(:day as date))"),
            {
                "n": number,
                "mail": f" Owner.{number}@People.example ",
                "day": "2026-03-01" if number < 3 else "2026-03-19",
            },
        )
        books_of.execute(
            text("insert into session values (:n, 1, '192.0.2.1', now()), (:m, 1, '192.0.2.2', now())"),
            {"n": number * 10, "m": number * 10 + 1},
        )
    breach, found = counted(systems=("books",))
    assert found.people == 2, "the third account was opened after the incident"
    told = {(line.table, line.category): (line.people, line.records) for line in found.lines if line.system == "books"}
    assert told["account", "user.contact.email"] == (2, 2)
    assert told["session", "user.device.ip_address"] == (1, 6)
    assert ask("select count(key), count(subject_id) from duties.breach_person where breach_id = :b", b=breach) == [
        (2, 0)
    ]


def test_somebody_in_two_systems_is_one_person(register: Held, company: Connection) -> None:
    company.execute(
        text("insert into account (id, email) values (1, 'PERSON.1@people.example'), (2, 'x@other.example')")
    )
    _, found = counted(systems=("register", "books"))
    assert found.people == 4, "three of the register, and one whom the books alone know"
    who = ask("select subject_id from register.contact_point where normalised = 'person.0@people.example'")[0][0]
    gives_a_contact(who, "x@other.example")
    _, found = counted(systems=("register", "books"), evidence="SOC-7")
    assert found.people == 3, "nor is one who gave us another contact than a directory did"


def test_a_system_that_is_away_does_not_keep_the_others_from_being_counted(
    register: Held, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://nobody@127.0.0.1:1/none")
    breach = noted(systems=("register", "books"))
    with pytest.raises(SystemAway):
        scope(breach, hour(1))
    assert ask("select people from duties.breach") == [(3,)]
    assert ("books",) in ask("select system from duties.breach_scope where category = 'away'")


def test_an_error_of_our_own_database_is_not_told_as_the_other_systems(company: Connection) -> None:
    address = os.environ["AMANAH_SYSTEM_BOOKS"]
    with pytest.raises(StoreRefused, match="The database refused"), begin(Role.DUTIES) as ours, connected(address):
        ours.execute(text("select 1 / 0"))
    with pytest.raises(NeverRetry, match="the postgresql server refused"), connected(address) as theirs:
        theirs.execute(text("select 1 / 0"))


def test_where_our_own_database_is_busy_no_system_is_called_away(company: Connection, server: ServerInfo) -> None:
    company.execute(text("insert into account (id, email) values (1, 'x@other.example')"))
    breach = noted(systems=("books",))
    ((name,),) = ask("select current_database()")
    with psycopg.connect(server.url("postgres", name).replace("+psycopg", "")) as holding:
        holding.execute(sql.SQL("alter database {} set lock_timeout = '150ms'").format(sql.Identifier(name)))
        holding.commit()
        engine().dispose()
        holding.execute("lock table register.contact_point in access exclusive mode")
        with pytest.raises(StoreAway, match="broke off"):
            scope(breach, hour(1))
        holding.rollback()
    assert ask("select 1 from duties.breach_scope") == []


def test_what_plans_took_out_of_another_system_since_is_counted(company: Connection) -> None:
    ask(
        "insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, "
        "system, rule, scope, destroyed_at) values (gen_random_uuid(), 'retention', '\\x00', '{}', 'edition', "
        "'sa-2024-09-14', 'verified', :at, 'books', 'account:accounts', cast(:scope as jsonb), :at) returning 1",
        at=KNOWN, scope='{"tables": {"account": 7, "session": 90}, "masked": {}}',
    )  # fmt: skip
    _, found = counted(systems=("books",))
    assert found.destroyed_since == 7


def test_counting_again_gives_the_same_and_keeps_nobody_twice(register: Held) -> None:
    breach, found = counted()
    assert scope(breach, hour(2)) == found
    assert ask("select count(*) from duties.breach_person") == [(3,)]
    assert given().systems == ("register",)
