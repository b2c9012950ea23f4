"""Every night the company's databases are compared with their maps, and nothing of what they hold is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow_runs import dag_states, run_dag
from builders import START
from journeys_house import House, house, mailbox
from sqlalchemy import Connection, create_engine, text

from include.duties.covering import Uncovered, check_coverage
from include.errors import MayBeRetried, NeverRetry
from include.store import Role, begin
from include.systems.drafting import draft

__all__ = ["house", "mailbox"]


@pytest.fixture
def crm(database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A mapped database of the company's."""
    engine = create_engine(other_database)
    with engine.connect() as connection:
        connection.execute(text("create table customer (id integer primary key, email text)"))
        connection.commit()
        folder = tmp_path / "systems"
        folder.mkdir()
        written = draft(connection, "crm", connection_name="AMANAH_SYSTEM_CRM")
        (folder / "crm.yml").write_text(written, encoding="utf-8")
        monkeypatch.setenv("AMANAH_SYSTEMS", str(folder))
        monkeypatch.setenv("AMANAH_SYSTEM_CRM", other_database)
        yield connection
    engine.dispose()


def recorded() -> list[dict[str, int]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(
            text("select payload from evidence.ledger where kind = 'coverage_checked' order by seq")
        )
        return [json.loads(row.payload)["counts"] for row in rows]


def test_a_database_that_its_map_knows_passes_and_what_is_unexplained_is_counted(crm: Connection) -> None:
    found = check_coverage(START)
    counts = {"systems": 1, "tables": 1, "columns": 2, "uncovered": 0, "unexplained": 7, "away": 0}
    assert found == counts | {"unintended": 0, "emptied": 0}
    assert recorded() == [found]


def test_a_column_that_nobody_mapped_fails_the_night_and_names_it(crm: Connection) -> None:
    crm.execute(text("alter table customer add column religion text default 'CANARY'"))
    crm.execute(text("insert into customer values (1, 'canary@people.example')"))
    crm.commit()
    with pytest.raises(Uncovered, match=r"crm: customer.religion: the map does not know this column") as told:
        check_coverage(START)
    assert "canary" not in str(told.value).casefold()
    assert recorded()[0]["uncovered"] == 1


def test_a_system_that_is_away_is_tried_again_and_hides_no_other(
    crm: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_of_it = (tmp_path / "systems/crm.yml").read_text("utf-8")
    other = text_of_it.replace("fides_key: crm", "fides_key: erp").replace("  crm:", "  erp:").replace("_CRM", "_ERP")
    (tmp_path / "systems/erp.yml").write_text(other, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEM_ERP", "postgresql://me:letmein@127.0.0.1:9/erp")
    with pytest.raises(MayBeRetried, match="erp: the postgresql server is away") as told:
        check_coverage(START)
    assert "letmein" not in str(told.value)
    assert (recorded()[0]["systems"], recorded()[0]["away"]) == (1, 1), "what was away was not compared"


def test_a_map_without_an_address_hides_no_other_system(
    crm: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_of_it = (tmp_path / "systems/crm.yml").read_text("utf-8")
    other = text_of_it.replace("fides_key: crm", "fides_key: abc").replace("  crm:", "  abc:").replace("_CRM", "_ABC")
    (tmp_path / "systems/abc.yml").write_text(other, encoding="utf-8")
    with pytest.raises(Uncovered, match="abc: AMANAH_SYSTEM_ABC is not set"):
        check_coverage(START)
    assert (recorded()[0]["systems"], recorded()[0]["away"]) == (1, 1)


def test_two_maps_of_one_system_are_refused(crm: Connection, tmp_path: Path) -> None:
    (tmp_path / "systems/again.yml").write_bytes((tmp_path / "systems/crm.yml").read_bytes())
    with pytest.raises(NeverRetry, match="there is another map of crm"):
        check_coverage(START)


def test_the_dag_compares_and_is_skipped_where_nothing_is_mapped(house: House, other_database: str) -> None:
    assert dag_states(run_dag("check_coverage")) == {"check_coverage": "skipped"}
    engine = create_engine(other_database)
    with engine.begin() as connection:
        connection.execute(text("create table customer (id integer primary key, email text)"))
        folder = house.folder / "systems"
        folder.mkdir()
        (folder / "crm.yml").write_text(draft(connection, "crm", connection_name="crm_database"), encoding="utf-8")
    house.patch.setenv("AMANAH_SYSTEMS", str(folder))
    house.patch.setenv("AIRFLOW_CONN_CRM_DATABASE", other_database.replace("+psycopg", ""))
    assert dag_states(run_dag("check_coverage")) == {"check_coverage": "success"}
    with engine.begin() as connection:
        connection.execute(text("create table friends (id integer primary key)"))
    engine.dispose()
    assert dag_states(run_dag("check_coverage")) == {"check_coverage": "failed"}
