"""The databases are those that the environment names, else the embedded server's."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.errors import NeverRetry
from include.store import EmbeddedServer, airflow_url, database_url, owner_url
from include.store.urls import is_external

GIVEN = "login:p%40ss@db.example/amanah"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_usual_form_of_an_address_is_taken(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", f"{scheme}://{GIVEN}")
    assert database_url() == owner_url() == f"postgresql+psycopg://{GIVEN}"


@pytest.mark.parametrize("given", ["mysql://login:canary@db.example/amanah", "canary", "sqlite:///canary.db"])
def test_what_is_no_postgresql_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", given)
    with pytest.raises(NeverRetry, match="AMANAH_DATABASE_URL") as caught:
        database_url()
    assert "canary" not in str(caught.value)


def test_migrations_can_have_a_login_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", f"postgresql://{GIVEN}")
    monkeypatch.setenv("AMANAH_OWNER_DATABASE_URL", "postgresql://owner:x@db.example/amanah")
    assert owner_url() == "postgresql+psycopg://owner:x@db.example/amanah"


def test_airflow_has_its_own_database_and_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_AIRFLOW_DATABASE_URL", "postgresql://airflow:x@db.example/airflow")
    assert airflow_url() == "postgresql+psycopg2://airflow:x@db.example/airflow"


def test_beside_a_database_of_somebody_elses_airflows_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", f"postgresql://{GIVEN}")
    assert is_external()
    with pytest.raises(NeverRetry, match="AMANAH_AIRFLOW_DATABASE_URL"):
        airflow_url()


def test_without_a_setting_they_are_the_embedded_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path))
    embedded = EmbeddedServer(tmp_path, {"fsync": "off"})
    try:
        info = embedded.ensure()
        assert (database_url(), owner_url(), airflow_url()) == (info.database_url, info.owner_url, info.airflow_url)
    finally:
        embedded.destroy()
