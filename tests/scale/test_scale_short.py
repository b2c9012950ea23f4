"""A small delivery through the shape of production: Redis, Celery, two workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery_shape import WORKERS, celery_runs_on, redis_server
from delivery_run import DAG, Stage, parts_of, run_delivery, settings_of, stages_of, table_of, tasks_of
from live_airflow import LiveAirflow
from sampling import Sampler

from include.store.server import ServerInfo

pytestmark = pytest.mark.journey

ROWS, SHARD = 2_000, 250


@pytest.fixture(scope="module")
def airflow(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """Airflow on Redis with two workers, and a generated delivery of many small shards."""
    if redis_server() is None:
        pytest.skip("redis-server is not installed")
    folder = tmp_path_factory.mktemp("scale")
    with celery_runs_on(server, folder, settings_of(folder, ROWS, SHARD)) as booted:
        booted.runs().wait_for_dags([DAG])
        yield booted


@pytest.fixture(scope="module")
def stages(airflow: LiveAirflow) -> dict[str, Stage]:
    """Run the delivery, and return its stages by name."""
    with Sampler(*parts_of(airflow), every=0.5) as sampler:
        run_delivery(airflow, "short", say=lambda _: None, every=60, patience=600)
    table = "\n".join(table_of(tasks_of(airflow, "short"), ROWS, sampler))
    assert all(kind in table for kind in ("| prepare |", "| register |", "| worker |", "| postgres |", "The l"))
    return {stage.name: stage for stage in stages_of(tasks_of(airflow, "short"))}


def test_the_shards_of_a_delivery_are_prepared_by_both_workers(stages: dict[str, Stage]) -> None:
    assert len(stages["prepare"].tasks) == ROWS / SHARD
    assert set(stages["prepare"].workers) == set(WORKERS)


def test_what_two_workers_prepared_stands_in_the_register_once(airflow: LiveAirflow, stages: dict[str, Stage]) -> None:
    assert len(stages["register"].tasks) == 1
    with airflow.administrator(airflow.ours) as connection:
        counts = connection.execute("select counts from register.receipt").fetchall()
        held = connection.execute("select count(*), count(distinct row_key) from register.listing").fetchone()
    assert [(each["received"], each["new"]) for (each,) in counts] == [(ROWS, ROWS)]
    assert held == (ROWS, ROWS)
