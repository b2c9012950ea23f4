"""Long work says how far it is: units, rate and time left, or the step that the database is at."""

from __future__ import annotations

import re
import threading

from sqlalchemy import text

from include.intake.progress import Progress, stages
from include.store import Role, begin
from include.store.sql import Steps


def test_units_rate_and_time_left_are_said_and_no_time_once_the_expected_total_is_passed() -> None:
    said: list[str] = []
    progress = Progress("landing", 100, every=0, say=said.append)
    for units in (50, 50, 1):
        progress.add(units)
    whole = r"landing: {} rows of 100, about \d+ s left \([\d,]+ rows/s\)"
    assert re.fullmatch(whole.format(50), said[0])
    assert re.fullmatch(whole.format(100), said[1])
    assert re.fullmatch(r"landing: 101 rows \([\d,]+ rows/s\)", said[2])


def test_the_share_that_was_read_tells_the_time_left_where_no_total_does() -> None:
    shares = iter([None, 0.25, 1.0])
    said: list[str] = []
    progress = Progress("landing", share=lambda: next(shares), every=0, say=said.append)
    for _ in range(3):
        progress.add(10)
    assert re.fullmatch(r"landing: 10 rows \([\d,]+ rows/s\)", said[0])
    assert re.fullmatch(r"landing: 20 rows, 25% of the file, about \d+ s left \([\d,]+ rows/s\)", said[1])
    assert re.fullmatch(r"landing: 30 rows, 100% of the file, about 0 s left \([\d,]+ rows/s\)", said[2])


def test_nothing_is_said_before_its_time() -> None:
    said: list[str] = []
    Progress("landing", every=3600, say=said.append).add(1)
    assert not said


def test_the_step_that_is_at_work_is_said_until_it_ends(database: str) -> None:
    said, told = list[str](), threading.Semaphore(0)

    def say(line: str) -> None:
        said.append(line)
        told.release()

    steps = Steps("include.intake.rereading", "reread.sql")
    with stages("reading", every=0.01, say=say), begin(Role.INTAKE) as connection:
        steps.run(connection, "past")
        while not any(line.startswith("reading: past, ") for line in said):
            assert told.acquire(timeout=30), "the step is never said"
        connection.execute(text("select 1"))
    assert said[-1].startswith("reading: past, ")
    before = len(said)
    with begin(Role.INTAKE) as connection:
        steps.run(connection, "past")
    assert len(said) == before
