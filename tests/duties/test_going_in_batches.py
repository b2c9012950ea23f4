"""A large plan goes batch by batch: what it takes and leaves, also after a kill, is what it would all at once."""

from __future__ import annotations

import itertools
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import books
import pytest
from sqlalchemy import Connection, Engine, event, text
from test_retention import AT, NIGHT, allow_all, company, held, ledger, plans

from include.duties.certificates import verify_certificate
from include.duties.holds import Standstill, begin_standstill, end_standstill, place
from include.duties.retention import enforce
from include.duties.retention.pace import Rhythm
from include.evidence import verify
from include.store import Role, begin, home
from include.store.engine import dispose

__all__ = ["company"]
SMALL = Rhythm(large=4, first=3, least=1, batches=1000, seconds=0.0)
"""Batches of three, then two, then one."""


def batches() -> list[Any]:
    with begin(Role.DUTIES) as store:
        return list(
            store.execute(
                text("""
                    select number, batch.counts, batch.done_at, batch.names from duties.destruction_batch batch
                      join duties.destruction on destruction.id = destruction_id
                     where rule = 'session:technical' order by planned_at, number
                """)
            )
        )


def certified() -> dict[str, int]:
    total = dict[str, int]()
    for file in sorted((home() / "certificates").glob("*.json")):
        for table, count in verify_certificate(file)["tables"].items():
            total[table] = total.get(table, 0) + count
    return total


@pytest.fixture
def ten(company: Connection) -> Connection:
    """Ten accounts with a session each, nine of which are past their time, and a plan that the officer has allowed."""
    books.fill(company, *((number, None) for number in range(1, 11)))
    company.execute(text("update session set seen_at = '2026-05-20' where id = 10"))
    allow_all()
    return company


def at_batch(number: int, work: Callable[[], Any]) -> Any:
    """Carry everything out, and do something in the moment in which the batch of that number is written down."""
    seen = itertools.count(1)

    def step(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "insert into duties.destruction_batch" in statement and next(seen) == number:
            work()

    event.listen(Engine, "before_cursor_execute", step)
    try:
        return enforce(AT, rhythm=SMALL)
    finally:
        event.remove(Engine, "before_cursor_execute", step)


def test_a_large_plan_goes_in_batches_each_written_down_before_its_rows_go(ten: Connection) -> None:
    stood = list[int]()
    at_batch(2, lambda: stood.extend(held(ten, "session")))
    assert stood == [4, 5, 6, 7, 8, 9, 10], "the first batch had gone, the second not yet"
    assert held(ten, "session") == [10]
    assert [batch.number for batch in batches()] == [1, 2, 3, 4, 5, 6]
    assert all(batch.done_at and batch.names is None for batch in batches())
    assert [told["counts"]["rows"] for told in ledger("destruction_batch")] == [3, 2, 1, 1, 1, 1]
    assert certified() == {"session": 9}
    assert verify().first_fault is None


def test_a_small_plan_stays_one_transaction(ten: Connection) -> None:
    enforce(AT)
    assert (held(ten, "session"), batches()) == ([10], [])


def test_a_large_plan_keeps_what_a_law_wants_as_a_small_one_does(company: Connection) -> None:
    books.fill(company, *((number, "2026-01-01") for number in range(1, 8)))
    allow_all()
    enforce(AT, rhythm=SMALL)
    assert set(company.execute(text("select buyer, remark from invoice"))) == {("Owner", None)}
    assert set(company.execute(text("select left(email, 5) from account"))) == {("hmac:",)}
    assert held(company, "session") == []
    assert certified() == {"session": 7}


def test_a_hold_that_is_placed_between_two_batches_keeps_what_has_not_gone(ten: Connection) -> None:
    at_batch(2, lambda: place("CASE-3", by="dpo", at=AT, people=("owner.8@people.example",)))
    assert held(ten, "session") == [8, 10]
    assert certified() == {"session": 8}
    (plan,) = ledger("destruction_done")
    assert plan["counts"] == {"rows": 8, "roots": 8, "masked": 0, "held": 1}


def test_a_standstill_stops_between_two_batches_and_its_end_lets_the_rest_go(ten: Connection) -> None:
    with pytest.raises(Standstill):
        at_batch(2, lambda: begin_standstill(reason="runaway", by="dpo", at=AT))
    assert held(ten, "session") == [6, 7, 8, 9, 10], "what was begun is ended, and no more"
    end_standstill(by="dpo", at=AT)
    enforce(AT, rhythm=SMALL)
    assert (held(ten, "session"), certified()) == ([10], {"session": 9})


def test_rows_that_come_in_the_middle_and_that_nobody_planned_stay_until_the_next_plan(ten: Connection) -> None:
    at_batch(2, lambda: ten.execute(text("update session set id = 70 where id = 7")))
    assert (held(ten, "session"), certified()) == ([10, 70], {"session": 8})
    enforce(AT + NIGHT)
    assert (held(ten, "session"), certified()) == ([10], {"session": 9})


def test_a_plan_ends_with_what_was_done_where_its_rows_moved_and_the_rest_is_planned_anew(company: Connection) -> None:
    books.fill(company, *((number, "2026-01-01") for number in range(1, 8)))
    allow_all()
    company.execute(text("update session set seen_at = '2026-05-20'"))
    at_batch(2, lambda: company.execute(text("insert into session values (60, 6, '192.0.2.6', '2026-05-20')")))
    assert held(company, "session") == [6, 7, 60], "nobody planned the new one; so its account stays as it is"
    assert certified() == {"session": 5}
    enforce(AT + NIGHT)
    assert (held(company, "session"), certified()) == ([], {"session": 8})
    assert ("account:accounts", "replaced") not in plans()


def test_a_busy_database_is_left_alone_for_a_while_and_the_log_says_how_far_it_is(
    ten: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "amanah"):
        enforce(AT, rhythm=replace(SMALL, waiting=-1, longest=0.01))
    told = [line for line in caplog.messages if "the database is busy (waiting)" in line]
    assert "rows of 9, about" in told[0]
    assert held(ten, "session") == [10]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into duties.destruction_batch",  # nothing of the batch is written down
        "DELETE FROM session",  # it is, and none of its rows went
        "update duties.destruction_batch",  # its rows went, and that is not written down
    ],
)
def test_a_large_plan_killed_in_its_third_batch_goes_on_there_and_counts_every_row_once(
    ten: Connection, statement: str
) -> None:
    assert killed_before(statement, 3) == -signal.SIGKILL
    gone_before = 10 - len(held(ten, "session"))
    enforce(AT, rhythm=SMALL)
    assert gone_before == (6 if statement.startswith("update") else 5)
    assert (held(ten, "session"), certified()) == ([10], {"session": 9})
    assert sum(batch.counts["rows"] for batch in batches()) == 9
    assert all(batch.done_at and batch.names is None for batch in batches())
    assert len(ledger("destruction_done")) == 1
    assert verify().first_fault is None


def killed_before(statement: str, number: int) -> int:
    """Run in a process of its own that kills itself before such a statement for that time; return how it ended."""
    dispose()
    if (child := os.fork()) == 0:
        seen = itertools.count(1)

        def step(_: Any, __: Any, said: str, *___: Any) -> None:
            if statement in said and next(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", step)
        try:
            enforce(AT, rhythm=SMALL)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
