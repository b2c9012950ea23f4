"""How large a batch of a destruction is, and when it waits: by what the last one took and how busy the database is."""

from __future__ import annotations

import pytest

from include.duties.retention.pace import Batch, Pace, Rhythm, first_pace, next_pace
from include.systems.load import Load

RHYTHM = Rhythm(first=1000, least=100, batches=1000, seconds=2.0, longest=8.0)
ROOTS = 100_000
CALM = Load(waiting=0, lag=0.1, running=2)


USUAL = Pace(1000, usual=2.0)


def after(seconds: float, pace: Pace = USUAL, load: Load = CALM) -> Pace:
    return next_pace(pace, Batch(seconds, load), RHYTHM, ROOTS)


@pytest.mark.parametrize(("seconds", "roots"), [(2.0, 1000), (1.0, 2000), (0.1, 2000), (3.0, 667), (5.9, 500)])
def test_a_batch_is_as_large_as_fits_into_its_seconds_and_grows_or_shrinks_by_no_more_than_two(
    seconds: float, roots: int
) -> None:
    assert (after(seconds).roots, after(seconds).pause) == (roots, 0.0)


@pytest.mark.parametrize(
    ("load", "why"),
    [
        (Load(waiting=4), ("waiting",)),
        (Load(lag=10.5), ("lag",)),
        (Load(running=65), ("running",)),
        (Load(waiting=9, lag=60.0), ("waiting", "lag")),
    ],
)
def test_a_busy_database_gets_a_pause_and_a_batch_of_half_the_size(load: Load, why: tuple[str, ...]) -> None:
    paced = after(0.5, load=load)
    assert (paced.roots, paced.pause, paced.why) == (500, 1.0, why)


def test_a_batch_that_takes_far_longer_than_its_like_tells_that_the_database_has_other_work() -> None:
    assert after(6.1).why == ("slower",)
    assert after(6.1, Pace(1000, usual=4.0)).why == ()
    assert after(6.1, Pace(1000)).why == (), "of the first one nothing is known"
    assert after(1.5, Pace(1000, usual=0.1)).why == (), "a short one disturbs nobody"


def test_pauses_double_up_to_the_longest_and_end_when_it_is_calm_again() -> None:
    pace, pauses = USUAL, list[float]()
    for _ in range(5):
        pace = after(1.0, pace, Load(waiting=10))
        pauses.append(pace.pause)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0]
    assert pace.roots == RHYTHM.least
    assert after(1.0, pace).pause == 0.0


def test_a_database_that_has_become_slower_for_good_is_not_waited_for_without_end() -> None:
    pace = USUAL
    for _ in range(6):
        pace = after(40.0, pace)
    assert pace.why == ()


def test_what_a_database_does_not_tell_makes_nobody_wait() -> None:
    assert after(2.0, load=Load()).why == ()


def test_a_plan_is_in_no_more_batches_than_were_to_be() -> None:
    few = Rhythm(first=10, least=1, batches=200)
    assert first_pace(few, 1_000_000).roots == 5_000
    assert next_pace(Pace(5_000, usual=2.0), Batch(1000.0, CALM), few, 1_000_000).roots == 5_000
