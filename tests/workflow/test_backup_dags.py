"""The DAGs that copy the store and drill its restore: by hand with a reason, and skipped where there is no pg_dump."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow_runs import dag_states, run_dag
from builders import ask, person
from journeys_house import House, house

from include.duties.backups.copies import backups_folder
from include.store import home
from include.store.server import ServerInfo

__all__ = ["house"]


def test_the_store_is_copied_and_its_restore_drilled_by_their_dags(
    house: House, server: ServerInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_ADMIN_DATABASE_URL", server.superuser_url)
    house.has_source()
    house.gets([person(1)])
    assert run_dag("collect_sample_guide").state == "success"
    assert run_dag("back_up").state == "success"
    assert [row[0] for row in ask("select state from duties.backup")] == ["kept"]
    assert run_dag("drill_restore", reason="").state == "failed"
    assert run_dag("drill_restore").state == "success"
    assert len(list((home() / "drills").glob("*.json"))) == 1


def test_without_a_pg_dump_of_the_servers_version_no_copy_is_made_and_nothing_fails(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("AMANAH_PG_BIN", str(tmp_path / "empty"))
    assert dag_states(run_dag("back_up")) == {"back_up": "skipped"}
    assert list(backups_folder().iterdir()) == []
