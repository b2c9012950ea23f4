"""An intake killed with -9 at any point and begun again: it ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL

import dying
import pytest
import yaml
from builders import START, TERMS, ask, terms
from dying import Processes
from moments import OF_AN_INTAKE, Moment
from two_deliveries import LATER, earlier, remember
from worlds import World, Worlds, standing

from include.evidence import verify
from include.intake.checking import DeliveryFailed, check
from include.intake.contracts import Contract
from include.intake.registering.actions import NotChecked, register

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("moment", OF_AN_INTAKE, ids=str)
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


@pytest.mark.parametrize(
    "moment",
    [
        Moment("statement", "open_volume"),
        Moment("row", "incoming_point"),
        Moment("statement", "insert into register.filling"),
        Moment("statement", "close_volume"),
        Moment("statement", "evidence.append_batch"),
        Moment("commit", "close_volume"),
        Moment("committed", "close_volume"),
    ],
    ids=str,
)
def test_a_delivery_killed_while_it_fills_a_volume_leaves_nothing_and_then_ends_as_one_that_came_row_by_row(
    worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes, moment: Moment
) -> None:
    with worlds.inside(yesterday):
        row_by_row = standing(yesterday.home)
    with worlds.inside(worlds.like()) as world:
        remember("email", "person.31@people.example")
        assert processes.run("take_in", moment, **earlier(given), volume_from=1) == -SIGKILL
        kept = moment.kind == "committed"
        parts = ask("select count(*) from pg_class where relname in ('filling', 'contact_point_1')")
        assert parts[0][0] == kept
        assert bool(ask("select count(*) from register.listing")[0][0]) == kept
        dying.take_in(**earlier(given), volume_from=1)
        assert ask("select distinct listing_id / 1000000000000 > 0 from register.contact_point") == [(True,)]
        assert standing(world.home) == row_by_row


def test_an_intake_killed_while_it_takes_superseded_rows_out_of_older_files_takes_all_of_them_out(
    worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes
) -> None:
    adding = given | {"contract": terms(delivery="incremental").model_dump_json()}
    with worlds.inside(worlds.like(yesterday)) as world:
        dying.take_in(**adding)
        undisturbed = standing(world.home)
    with worlds.inside(worlds.like(yesterday)) as world:
        assert processes.run("take_in", Moment("file", r"rename .*rows-00002\.parquet", 2), **adding) == -SIGKILL
        dying.take_in(**adding)
        assert standing(world.home) == undisturbed


@pytest.mark.parametrize(
    ("contract", "moment"),
    [
        (terms(), Moment("file", r"remove .*\.raw")),
        (terms(licence="open data"), Moment("file", r"remove .*rows-00001\.parquet")),
    ],
    ids=["same contract", "another contract"],
)
def test_the_same_bytes_again_are_registered_once_and_an_older_run_may_be_cleared(
    worlds: Worlds, today: World, given: dict[str, str], processes: Processes, contract: Contract, moment: Moment
) -> None:
    again = given | {"run": "nightly:3", "at": (LATER + timedelta(days=1)).isoformat()}
    again["contract"] = contract.model_dump_json()
    with worlds.inside(worlds.like(today)) as world:
        assert processes.run("take_in", **again) == 0
        undisturbed = standing(world.home)
        dying.take_in(**given)
        assert standing(world.home) == undisturbed, "of the older run nothing is left to do"
    with worlds.inside(worlds.like(today)) as world:
        assert processes.run("take_in", moment, **again) == -SIGKILL
        dying.take_in(**again)
        dying.take_in(**given)
        assert standing(world.home) == undisturbed


@pytest.mark.parametrize("moment", [Moment("file", r"remove .*\.raw"), Moment("file", "rmtree .*/landing/")], ids=str)
def test_what_nobody_finished_goes_though_whoever_destroyed_it_was_killed(
    worlds: Worlds, yesterday: World, given: dict[str, str], processes: Processes, moment: Moment
) -> None:
    unfinished = Moment("committed", "insert into landing.shard")
    later = (LATER + timedelta(days=8)).isoformat()
    found = []
    for killed in (None, moment):
        with worlds.inside(worlds.like(yesterday)) as world:
            assert processes.run("take_in", unfinished, **given) == -SIGKILL
            assert processes.run("abandon", killed, at=later) == (-SIGKILL if killed else 0)
            dying.abandon(later)
            found.append(standing(world.home))
    assert found[1] == found[0]
    assert not any("nightly:2" in file for file in found[0]["files"])


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


def destroyed() -> None:
    """Destroy everybody of the first delivery: their clock ran out."""
    dying.notify(START.isoformat())
    dying.destroy((START + timedelta(days=17)).isoformat())


def refused() -> None:
    """Remember somebody by a number that comes with the second delivery only."""
    remember("phone", "+966500000009")


@pytest.mark.parametrize("meanwhile", [destroyed, refused], ids=["destroyed", "refused"])
def test_whoever_must_not_come_back_does_not_with_an_intake_that_lay_dead_meanwhile(
    worlds: Worlds,
    yesterday: World,
    morning: World,
    given: dict[str, str],
    processes: Processes,
    meanwhile: Callable[[], None],
) -> None:
    with worlds.inside(worlds.like(yesterday)) as world:
        meanwhile()
        dying.take_in(**given)
        undisturbed = standing(world.home)
    with worlds.inside(morning):
        assert processes.run("take_in", Moment("statement", "create temp table incoming_row"), **given) == -SIGKILL
        meanwhile()
        dying.take_in(**given)
        found = standing(morning.home)
    tables = [name for name in found if name.startswith(("register.", "suppression."))]
    assert {name: found[name] for name in tables} == {name: undisturbed[name] for name in tables}
    landed = b"".join(file.read_bytes() for file in (morning.home / "landing").rglob("*.parquet"))
    assert b"info@c0.example" in landed
    assert b"0500000009" not in landed


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
