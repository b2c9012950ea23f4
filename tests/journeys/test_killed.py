"""An intake killed with -9 at any point, or left by its database, and begun again: it ends as if nothing had been."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep

import dying
import psycopg
import pytest
import yaml
from builders import START, TERMS, ask, person, terms, write
from dying import TRY_AGAIN, Moment, Processes
from sqlalchemy import text
from worlds import World, Worlds, standing

from include.errors import MayBeRetried
from include.evidence import verify
from include.intake.checking import DeliveryFailed, check
from include.intake.registering.actions import NotChecked, register
from include.store import Role, advisory_lock, begin, keyed

pytestmark = pytest.mark.journey

DAY = timedelta(days=1)
LATER = START + DAY


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


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The second delivery, as a process is told of it."""
    folder = tmp_path_factory.mktemp("inbox")
    for name, rows in (("first.csv", FIRST), ("second.csv", SECOND)):
        write(folder / name, list(TERMS["columns"]), rows)
    contract = terms().model_dump_json()
    return {"file": str(folder / "second.csv"), "contract": contract, "at": LATER.isoformat(), "run": "nightly:2"}


@pytest.fixture(scope="module")
def yesterday(worlds: Worlds, given: dict[str, str]) -> World:
    """A world with the first delivery in it, and somebody who must not come in with the second."""
    first = {"file": str(Path(given["file"]).with_name("first.csv")), "at": START.isoformat(), "run": "nightly:1"}
    with worlds.inside(worlds.like()) as world:
        with begin(Role.INTAKE) as connection:
            connection.execute(
                text("insert into suppression.entry values (:key, 'email', 0, 'opted_out', :at)"),
                {"key": keyed("email", "person.31@people.example"), "at": START},
            )
        dying.take_in(**given | first)
    return world


@pytest.fixture(scope="module")
def today(worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes) -> World:
    """The same world once the second delivery was taken in at one go."""
    with worlds.inside(worlds.like(yesterday)) as world:
        assert processes.run("take_in", **given) == 0
    return world


@pytest.fixture(scope="module")
def undisturbed(worlds: Worlds, today: World) -> dict[str, list[str]]:
    with worlds.inside(today):
        return standing(today.home)


@pytest.fixture
def morning(worlds: Worlds, yesterday: World) -> Iterator[World]:
    """A world of one's own in which the second delivery is still to come."""
    with worlds.inside(worlds.like(yesterday)) as world:
        yield world


@pytest.mark.parametrize(
    "moment",
    [
        Moment("file", r"rename .*\.raw$"),
        Moment("commit", "insert into register.receipt"),
        Moment("committed", "insert into register.receipt"),
        Moment("file", r"rename .*rows-00002\.parquet"),
        Moment("file", r"rename .*/landing/\S+/[0-9a-f-]{36}$"),
        Moment("commit", "insert into landing.shard"),
        Moment("committed", "insert into landing.shard"),
        Moment("commit", "update register.receipt set state"),
        Moment("file", r"rename .*points-00002\.parquet"),
        Moment("row", "incoming_point", 20),
        Moment("statement", "insert into register.contact_point"),
        Moment("commit", "insert into register.contact_point"),
        Moment("committed", "insert into register.contact_point"),
        Moment("file", r"remove .*points-00001"),
        Moment("file", r"remove .*\.raw"),
        Moment("commit", "insert into duties.duty"),
    ],
    ids=str,
)
def test_an_intake_killed_at_any_point_and_begun_again_ends_as_if_nobody_had_killed_it(
    morning: World,
    given: dict[str, str],
    processes: Processes,
    undisturbed: dict[str, list[str]],
    moment: Moment,
) -> None:
    assert processes.run("take_in", moment, **given) == -SIGKILL
    dying.take_in(**given)
    assert standing(morning.home) == undisturbed
    assert verify().first_fault is None


@pytest.mark.parametrize("moment", [Moment("file", "rmtree .*/landing/"), Moment("statement", "nowhere")], ids=str)
def test_the_same_bytes_again_replace_their_landing_files_once_and_an_older_run_may_be_cleared(
    worlds: Worlds, today: World, given: dict[str, str], processes: Processes, moment: Moment
) -> None:
    again = given | {"run": "nightly:3", "at": (LATER + DAY).isoformat()}
    with worlds.inside(worlds.like(today)) as world:
        assert processes.run("take_in", **again) == 0
        undisturbed = standing(world.home)
        dying.take_in(**given)
        assert standing(world.home) == undisturbed, "of the older run nothing is left to do"
    with worlds.inside(worlds.like(today)) as world:
        assert processes.run("take_in", moment, **again) == (-SIGKILL if moment.kind == "file" else 0)
        dying.take_in(**again)
        assert standing(world.home) == undisturbed


@pytest.mark.parametrize(
    "moment",
    [
        Moment("commit", "update register.receipt set state"),
        Moment("committed", "update register.receipt set state"),
        Moment("file", r"remove .*\.raw"),
    ],
    ids=str,
)
def test_a_delivery_that_failed_is_not_taken_in_because_its_check_was_killed(
    worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes, moment: Moment
) -> None:
    strict = terms(floors={"rows": 1000})
    poor = given | {"contract": strict.model_dump_json()}
    with worlds.inside(worlds.like(yesterday)) as world:
        with pytest.raises(DeliveryFailed):
            dying.take_in(**poor)
        undisturbed = standing(world.home)
    with worlds.inside(worlds.like(yesterday)) as world:
        assert processes.run("take_in", moment, **poor) == -SIGKILL
        receipt = ask("select id from register.receipt where run = 'nightly:2'")[0].id
        with pytest.raises(DeliveryFailed):
            check(receipt, strict, at=LATER)
        with pytest.raises(NotChecked):
            register(receipt, strict, at=LATER)
        assert standing(world.home) == undisturbed


def test_whoever_is_destroyed_while_an_intake_lies_dead_does_not_come_back_when_it_goes_on(
    worlds: Worlds, yesterday: World, morning: World, given: dict[str, str], processes: Processes
) -> None:
    late = (START + 17 * DAY).isoformat()
    with worlds.inside(worlds.like(yesterday)) as world:
        dying.notify(START.isoformat())
        dying.destroy(late)
        dying.take_in(**given)
        undisturbed = standing(world.home)
    with worlds.inside(morning):
        assert processes.run("take_in", Moment("statement", "create temp table incoming_row"), **given) == -SIGKILL
        dying.notify(START.isoformat())
        dying.destroy(late)
        dying.take_in(**given)
        found = standing(morning.home)
    tables = [name for name in found if name.startswith(("register.", "suppression."))]
    assert {name: found[name] for name in tables} == {name: undisturbed[name] for name in tables}
    held = b"".join(file.read_bytes() for file in (morning.home / "landing").rglob("*.parquet"))
    assert b"info@c0.example" in held
    assert b"person.3@people.example" not in held


@pytest.mark.parametrize(
    "moment",
    [
        Moment("file", r"rename .*rows-00002\.parquet"),
        Moment("commit", "insert into landing.shard"),
        Moment("row", "incoming_point", 20),
        Moment("statement", "insert into register.contact_point"),
        Moment("commit", "insert into register.contact_point"),
    ],
    ids=str,
)
def test_an_intake_whose_database_goes_away_may_be_retried_until_it_is_back_and_loses_nothing(
    worlds: Worlds,
    morning: World,
    given: dict[str, str],
    processes: Processes,
    undisturbed: dict[str, list[str]],
    moment: Moment,
) -> None:
    assert processes.run("take_in", replace(moment, cut=worlds.administrator), **given) == TRY_AGAIN
    with pytest.raises(MayBeRetried):
        dying.take_in(**given)
    worlds.command("alter database {} allow_connections true", morning)
    dying.take_in(**given)
    assert standing(morning.home) == undisturbed


def test_nobody_waits_long_for_a_killed_process_whose_statement_the_server_still_works_on(
    worlds: Worlds, morning: World, processes: Processes
) -> None:
    process = processes.start("hold", seconds=60)
    with psycopg.connect(worlds.administrator, autocommit=True) as looking:
        at_work = "select 1 from pg_stat_activity where datname = %s and wait_event = 'PgSleep'"
        while not looking.execute(at_work, (morning.database,)).fetchone():
            sleep(0.05)
    os.kill(process, SIGKILL)
    assert processes.end() == -SIGKILL
    began = monotonic()
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
    assert monotonic() - began < 20


@pytest.mark.parametrize(
    "moment",
    [
        Moment("committed", "insert into register.receipt"),
        Moment("file", r"rename .*points-00001\.parquet"),
        Moment("commit", "insert into register.contact_point"),
    ],
    ids=str,
)
def test_a_command_that_was_killed_goes_on_where_it_stopped_when_it_is_typed_again(
    worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes, moment: Moment, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.yml"
    contract.write_text(yaml.safe_dump(TERMS, allow_unicode=True), encoding="utf-8")
    words = ["intake", "--contract", str(contract), given["file"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMANAH_SIMULATED_NOW", given["at"])
        with worlds.inside(worlds.like(yesterday)) as world:
            assert processes.run("command", words=words) == 0
            undisturbed = standing(world.home)
        with worlds.inside(worlds.like(yesterday)) as world:
            assert processes.run("command", moment, words=words) == -SIGKILL
            assert processes.run("command", words=words) == 0
            assert standing(world.home) == undisturbed
