"""The same bytes again cost next to nothing, unless something else than the bytes has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from builders import START, Held, ask, person, terms
from sqlalchemy import text

from include.intake.landing.files import landing_folders
from include.store import Role, begin, keyed, private_folder

Make = Callable[..., Held]
DAY = timedelta(days=1)
ROWS = [person(1), person(2), person(2), {**person(3), "contact": "سعد القحطاني 1000000008"}]


def skipped() -> list[bool]:
    """Say of each registration whether it was settled without looking at a row."""
    with begin(Role.AUDITOR) as auditor:
        query = text("select payload from evidence.ledger where kind = 'delivery_registered' order by seq")
        return ["skipped" in json.loads(payload)["counts"] for payload in auditor.execute(query).scalars()]


def test_the_same_bytes_again_are_registered_at_once_and_every_row_counts_as_unchanged(source: Make) -> None:
    guide = source()
    first = guide.delivers(ROWS)
    again = guide.delivers(ROWS, later=DAY)
    assert again == {**first, "new": 0, "unchanged": 2}
    assert sum(again[name] for name in ("unchanged", "duplicates", "quarantined")) == again["received"]
    assert skipped() == [False, True]
    assert len(list(landing_folders(guide.contract.key))) == 1
    assert not list(private_folder("staging").iterdir()), "the bytes are destroyed like any other"
    assert ask("select count(*) from landing.shard")[0][0] == 1


def test_an_unchanged_delivery_may_come_any_number_of_times(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    held = ask("select t::text from register.contact_point t order by 1")
    for _ in range(3):
        assert guide.delivers(ROWS, later=DAY)["unchanged"] == 2
    assert skipped() == [False, True, True, True]
    assert ask("select t::text from register.contact_point t order by 1") == held


def test_bytes_that_came_before_the_last_ones_are_read_again(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    guide.delivers(ROWS[:1], later=DAY)
    assert guide.delivers(ROWS, later=DAY)["changed"] == 1, "what was withdrawn is there again"
    assert skipped() == [False, False, False]


def test_another_contract_has_every_row_looked_at(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    guide.contract = terms(assessment="DPIA-2026-1")
    guide.delivers(ROWS, later=DAY)
    assert skipped() == [False, False]


def test_somebody_who_was_suppressed_since_is_looked_for_in_the_same_bytes(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, 'email', 0, 'opted_out', :at)"),
            {"key": keyed("email", "person.1@people.example"), "at": START + DAY},
        )
    assert guide.delivers(ROWS, later=2 * DAY)["suppressed"] == 1
    assert guide.delivers(ROWS, later=DAY)["suppressed"] == 1
    assert skipped() == [False, False, True]
