"""Work is dealt out so that every shard is prepared once, in no more tasks than Airflow maps."""

from __future__ import annotations

import pytest

from include.errors import NeverRetry
from include.workflow.notes import summed
from include.workflow.shards import MOST_TASKS, dealt, relays, shard_rows


@pytest.mark.parametrize("shards", [0, 1, 999, 1_000, 1_001, 5_000, 123_456])
def test_every_shard_is_in_one_task_and_there_are_no_more_tasks_than_airflow_maps(shards: int) -> None:
    numbers = list(range(1, shards + 1))
    tasks = dealt(numbers)
    assert [shard for task in tasks for shard in task] == numbers
    assert len(tasks) <= MOST_TASKS
    assert all(tasks)


def test_a_delivery_of_few_shards_has_a_task_for_each() -> None:
    assert dealt([1, 2, 3]) == [[1], [2], [3]]


def test_airflow_maps_over_as_many_tasks_as_are_dealt() -> None:
    from airflow.configuration import conf

    assert conf.getint("core", "max_map_length") >= MOST_TASKS


def test_the_size_of_a_shard_and_the_number_of_relays_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (shard_rows(), relays()) == (20_000, 1)
    monkeypatch.setenv("AMANAH_SHARD_ROWS", "500")
    monkeypatch.setenv("AMANAH_RELAYS", "4")
    assert (shard_rows(), relays()) == (500, 4)


@pytest.mark.parametrize("given", ["0", "many", "-1", "1.5", "1000"])
def test_a_setting_that_is_no_such_number_is_named(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_RELAYS", given)
    with pytest.raises(NeverRetry, match="AMANAH_RELAYS has to be a whole number from 1 to 64"):
        relays()


def test_counts_of_relays_side_by_side_are_added_up() -> None:
    assert summed({"sent": 2, "failed": 1}, {"sent": 3, "expired": 1}) == {"sent": 5, "failed": 1, "expired": 1}
