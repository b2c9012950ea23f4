"""A database that goes away in the middle of an intake, and one that has not noticed that its client is gone."""

from __future__ import annotations

import os
from dataclasses import replace
from signal import SIGKILL
from time import monotonic, sleep

import dying
import psycopg
import pytest
from dying import TRY_AGAIN, Processes
from moments import BESIDE_THE_DATABASE, Moment
from worlds import World, Worlds, standing

from include.errors import MayBeRetried
from include.store import Role, advisory_lock, begin

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("moment", BESIDE_THE_DATABASE, ids=str)
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
