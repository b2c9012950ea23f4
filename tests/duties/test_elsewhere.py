"""Whoever asks to be destroyed goes from every other system too, and nobody else does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import books
import pytest
from builders import Held, ask, person
from people_told import MORNING, controller, says, subject_of, tells
from sqlalchemy import Connection, text

from include.duties.consent import delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.holds import Standstill, begin_standstill, place, release
from include.duties.watch import watch
from include.errors import MayBeRetried, NeverRetry


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A mapped database of the company's in which two people of the directory have accounts."""
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        books.fill_with_people(connection, invoiced="2015-01-01")
        yield connection


@pytest.fixture
def asked(source: Callable[..., Held], company: Connection) -> Connection:
    """The first of three people of a directory was told, and asks to be destroyed."""
    source().delivers([person(number) for number in range(1, 4)])
    tells()
    says(delete_asked, subject_of(), at=NOON)
    return company


NOON = MORNING + timedelta(hours=4)


def accounts(company: Connection) -> list[int]:
    return [row[0] for row in company.execute(text("select id from account order by id"))]


def left_of(mailbox: str) -> int:
    return len(ask("select 1 from register.contact_point where normalised = :mailbox", mailbox=mailbox))


def test_who_asks_goes_from_the_register_and_from_every_other_system(asked: Connection) -> None:
    done = destroy_everywhere(NOON)
    assert accounts(asked) == [2]
    assert [row[0] for row in asked.execute(text("select id from session"))] == [2]
    assert left_of("person.1@people.example") == 0
    assert done["elsewhere_destroyed"] == 1
    assert ask("select 1 from duties.elsewhere") == [], "nothing is kept by which they could be found again"


def test_a_law_keeps_their_invoice_and_leaves_a_shell_that_says_nothing_of_them(asked: Connection) -> None:
    asked.execute(text("update invoice set issued_on = '2026-01-01'"))
    destroy_everywhere(NOON)
    assert accounts(asked) == [1, 2]
    assert asked.execute(text("select email from account where id = 1")).scalar_one().startswith("hmac:")


def test_a_system_that_is_away_delays_the_register_not_at_all_and_is_done_when_it_is_back(
    asked: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["AMANAH_SYSTEM_BOOKS"]
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://me:letmein@127.0.0.1:9/books")
    with pytest.raises(MayBeRetried, match="away"):
        destroy_everywhere(NOON)
    assert left_of("person.1@people.example") == 0
    assert accounts(asked) == [1, 2]
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address)
    destroy_everywhere(NOON + timedelta(hours=1))
    assert accounts(asked) == [2]


def test_a_map_with_a_typing_error_forgets_nobody(asked: Connection, tmp_path: Path) -> None:
    (tmp_path / "systems/books.yml").write_text(books.MAP.replace("user.contact.email", "user.contact.emial"))
    with pytest.raises(NeverRetry, match="did you mean"):
        destroy_everywhere(NOON)
    assert left_of("person.1@people.example") == 0
    (tmp_path / "systems/books.yml").write_text(books.MAP)
    destroy_everywhere(NOON + timedelta(hours=1))
    assert accounts(asked) == [2]


def test_a_hold_keeps_them_there_until_it_is_released(asked: Connection) -> None:
    hold = place("CASE-3", by="dpo", at=NOON, people=("person.1@people.example",), system="books")
    assert destroy_everywhere(NOON)["elsewhere_held"] == 1
    assert accounts(asked) == [1, 2]
    release(hold, by="dpo", at=NOON + timedelta(hours=1))
    destroy_everywhere(NOON + timedelta(hours=2))
    assert accounts(asked) == [2]


def test_one_that_was_killed_after_the_system_had_kept_its_work_is_recorded_once(asked: Connection) -> None:
    class Killed(BaseException):
        """A kill -9."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.duties.retention.elsewhere.mark", _raise(Killed))
        with pytest.raises(Killed):
            destroy_everywhere(NOON)
    assert accounts(asked) == [2]
    destroy_everywhere(NOON + timedelta(minutes=1))
    assert ask("select state, count(*) from duties.destruction where system = 'books' group by 1") == [("verified", 1)]
    assert ask("select 1 from duties.elsewhere") == []


def _raise(error: type[BaseException]) -> Callable[..., None]:
    def raising(*_: object, **__: object) -> None:
        raise error

    return raising


def test_a_standstill_stops_also_what_people_asked_for(asked: Connection) -> None:
    begin_standstill(reason="investigation", by="dpo", at=NOON)
    with pytest.raises(Standstill):
        destroy_everywhere(NOON)
    assert accounts(asked) == [1, 2]
    assert left_of("person.1@people.example") == 1


def test_a_hold_keeps_who_asks_in_our_own_register_too_and_nobody_else(source: Callable[..., Held]) -> None:
    source().delivers([person(number) for number in range(1, 4)])
    tells()
    hold = place("CASE-4", by="dpo", at=NOON, people=("person.1@people.example",))
    for number in (1, 2):
        says(delete_asked, subject_of(f"person.{number}@people.example"), at=NOON)
    destroy_everywhere(NOON)
    assert [left_of(f"person.{number}@people.example") for number in (1, 2, 3)] == [1, 0, 1]
    release(hold, by="dpo", at=NOON + timedelta(hours=1))
    destroy_everywhere(NOON + timedelta(hours=2))
    assert [left_of(f"person.{number}@people.example") for number in (1, 2, 3)] == [0, 0, 1]


def test_silence_under_a_hold_destroys_nobody_and_raises_no_alarm(source: Callable[..., Held]) -> None:
    source().delivers([person(1)])
    tells()
    place("CASE-5", by="dpo", at=NOON, system="register")
    late = NOON + timedelta(days=40)
    destroy_everywhere(late)
    assert left_of("person.1@people.example") == 1
    assert watch(late, controller())["overdue"] == 0
