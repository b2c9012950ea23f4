"""The demo's Airflow: all of its settings in the environment, its secrets its own."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from include.commands.demo.airflow import COMPONENTS, ROLES, airflow_place


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AMANAH_AIRFLOW_DATABASE_URL", "postgresql://airflow:hidden@127.0.0.1/airflow")


def test_secrets_are_made_once_and_are_not_shown() -> None:
    first, second = airflow_place({}), airflow_place({})
    for name in ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"):
        assert first.environment[name] == second.environment[name]
        assert first.environment[name] not in repr(first)
    assert len(first.environment["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    assert "hidden" not in repr(first)
    assert "hidden" in first.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]


def test_no_secret_stands_in_a_command_line() -> None:
    place = airflow_place({})
    said = " ".join(part for argv in COMPONENTS.values() for part in argv)
    assert not [value for value in place.passwords.values() if value in said]


def test_each_role_has_a_user_with_a_password_that_only_the_owner_can_read() -> None:
    place = airflow_place({})
    assert json.loads(place.password_file.read_text("utf-8")) == place.passwords
    assert set(place.passwords) == set(ROLES)
    assert len(set(place.passwords.values())) == len(ROLES)
    files = [path for path in place.home.rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_mode & 0o077 == 0 for path in [place.home, place.logs, *files])


def test_an_airflow_elsewhere_does_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://warehouse")
    place = airflow_place({"AMANAH_SENDING_WINDOW": "always"})
    assert place.environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW_CONN_WAREHOUSE" not in place.environment
    assert place.environment["AMANAH_SENDING_WINDOW"] == "always"


def test_a_port_that_somebody_has_is_not_taken() -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        place = airflow_place({}, port=taken)
    assert place.port != taken
    assert place.environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://127.0.0.1:{place.port}/execution/"
