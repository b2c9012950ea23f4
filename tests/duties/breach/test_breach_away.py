"""People of a system that is away are not forgotten, and what keeps one breach from going on keeps no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import books
import pytest
from breach_case import BEGAN, WHO, hour, ready
from builders import Held, ask, person
from journeys_house import CONTROLLER, Mailbox, mailbox
from sqlalchemy import Connection, text

from include.duties.breach import Unfit, allow_notice, close, end, notice_of, tell
from include.duties.breach.following import follow
from include.duties.relaying import relay_outbox
from include.errors import NeverRetry
from include.systems.connecting import SystemAway

__all__ = ["mailbox"]
Make = Callable[..., Held]
AWAY = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def register(source: Make, monkeypatch: pytest.MonkeyPatch) -> Held:
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    held = source()
    held.at = BEGAN - timedelta(days=9)
    held.delivers([person(0)])
    return held


@pytest.fixture
def company(other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """The company's books, with one account."""
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        connection.execute(text("insert into account (id, email) values (1, 'owner.1@people.example')"))
        yield connection


def allowed(breach: UUID, at: float) -> None:
    allow_notice(breach, notice_of(breach, WHO)[1].hex(), WHO, by="dpo", at=hour(at))


def stands() -> tuple[bool, str, dict[str, int]]:
    """Whether the people are told, how their clock stands, and how each of them does."""
    ((told, clock),) = ask(
        "select told_at is not null, duty.state from duties.breach "
        "join duties.duty on duty.kind = 'breach_people'"
    )  # fmt: skip
    return told, clock, dict(ask("select state, count(*) from duties.breach_person group by 1"))


def test_people_of_a_system_that_is_away_are_found_and_told_once_it_is_back(
    register: Held, company: Connection, mailbox: Mailbox, other_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach = ready(systems=("register", "books"), ended_at=None)
    allowed(breach, 1)
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", AWAY)
    with pytest.raises(SystemAway):
        tell(breach, WHO, at=hour(2))
    relay_outbox(hour(2))
    end(breach, hour(1), by="dpo", at=hour(3))
    with pytest.raises(SystemAway):
        follow(hour(4), WHO)
    allowed(breach, 4)
    with pytest.raises(SystemAway):
        follow(hour(5), WHO)
    assert stands() == (False, "open", {"told": 1})
    with pytest.raises(Unfit, match="nobody counted anew since these were away: books"):
        close(breach, by="dpo", at=hour(5))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", other_database)
    follow(hour(6), WHO)
    allowed(breach, 6)
    follow(hour(7), WHO)
    relay_outbox(hour(7))
    assert follow(hour(8), WHO)["recounted"] == 0
    assert stands() == (True, "done", {"told": 2})
    assert [to for to, _ in mailbox.mails] == ["person.0@people.example", "owner.1@people.example"]


def test_a_clock_ends_too_where_the_system_that_is_back_knew_nobody_and_no_other_was_reached(
    register: Held, company: Connection, monkeypatch: pytest.MonkeyPatch, other_database: str
) -> None:
    company.execute(text("delete from account"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", AWAY)
    with pytest.raises(SystemAway):
        ready(systems=("register", "books"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", other_database)
    breach = ready(systems=("register", "books"))
    allowed(breach, 1)
    ask("update duties.breach_person set state = 'unreachable', tried = '{email}' returning 1")
    follow(hour(2), WHO)
    assert stands() == (True, "done", {"unreachable": 1})


@pytest.mark.parametrize("counting", [True, False])
def test_a_map_that_does_not_fit_stops_no_other_breach(register: Held, company: Connection, counting: bool) -> None:
    broken = ready(systems=("books",), ended_at=None, evidence="SOC-1")
    other = ready(ended_at=None, evidence="SOC-2")
    if counting:
        end(broken, hour(1), by="dpo", at=hour(2))
        end(other, hour(1), by="dpo", at=hour(2))
    allowed(broken, 2)
    allowed(other, 2)
    company.execute(text("alter table account rename column email to mail"))
    with pytest.raises(NeverRetry, match=r"books|account"):
        follow(hour(3), WHO)
    ways = dict(ask("select breach_id, state from duties.breach_person"))
    assert ways == {broken: "owed", other: "queued"}
    assert ask("select scoped_at from duties.breach where id = :id", id=other) == [(hour(3 if counting else 0),)]
