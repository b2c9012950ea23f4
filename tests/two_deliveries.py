"""Two deliveries of one source on two days: the second is the one that something happens to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dying
import pytest
from builders import START, TERMS, person, terms, write
from dying import Processes
from sqlalchemy import text
from worlds import World, Worlds, standing

from include.store import Role, begin, keyed

LATER = START + timedelta(days=1)


def company(number: int, **changes: str) -> dict[str, str]:
    name = {"name": "شركة النور للتجارة المحدودة", "city": "الرياض"}
    return {"id": f"c{number}", **name, "phone": f"92000{number:04d}", "email": f"info@c{number}.example"} | changes


FIRST = [*(person(n) for n in range(12)), *(company(n) for n in range(8))]
SECOND = [
    *(person(n) for n in range(8)),
    *({**person(n), "phone": f"05000000{n:02d}"} for n in range(8, 11)),
    *(company(n, city="جدة") for n in range(4)),
    *(company(n) for n in range(20, 25)),
    company(5, name="شركة أخرى"),
    company(5),
    company(24),
    {**person(30), "contact": "سعد القحطاني 1000000008"},
    person(31),
]
"""Of the first delivery some rows stay, change or go; new ones come: twice, contested, sensitive, suppressed."""


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The second delivery, as a process is told of it."""
    folder = tmp_path_factory.mktemp("inbox")
    for name, rows in (("first.csv", FIRST), ("second.csv", SECOND)):
        write(folder / name, list(TERMS["columns"]), rows)
    contract = terms().model_dump_json()
    return {"file": str(folder / "second.csv"), "contract": contract, "at": LATER.isoformat(), "run": "nightly:2"}


@pytest.fixture(scope="session")
def yesterday(worlds: Worlds, given: dict[str, str]) -> World:
    """A world with the first delivery in it, and somebody who must not come in with the second."""
    with worlds.inside(worlds.like()) as world:
        remember("email", "person.31@people.example")
        dying.take_in(**earlier(given))
    return world


def earlier(given: dict[str, str]) -> dict[str, str]:
    """The first delivery, as a process is told of it."""
    first = {"file": str(Path(given["file"]).with_name("first.csv")), "at": START.isoformat(), "run": "nightly:1"}
    return given | first


def remember(kind: str, value: str) -> None:
    """Suppress a mailbox or a number."""
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, :kind, 0, 'opted_out', :at)"),
            {"key": keyed(kind, value), "kind": kind, "at": START},
        )


@pytest.fixture(scope="session")
def today(worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes) -> World:
    """The same world once the second delivery was taken in at one go."""
    with worlds.inside(worlds.like(yesterday)) as world:
        assert processes.run("take_in", **given) == 0
    return world


@pytest.fixture(scope="session")
def undisturbed(worlds: Worlds, today: World) -> dict[str, list[str]]:
    with worlds.inside(today):
        return standing(today.home)


@pytest.fixture
def morning(worlds: Worlds, yesterday: World) -> Iterator[World]:
    """A world of one's own in which the second delivery is still to come."""
    with worlds.inside(worlds.like(yesterday)) as world:
        yield world
