"""Deliveries that come by a link: received, not received again while nothing changed, and no secret kept of them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from airflow_runs import dag_states, run_dag
from builders import START, Held, ask, person, terms
from journeys_house import House, house
from web_server import WebServer

from include.errors import NeverRetry
from include.intake.abandoning import abandon
from include.intake.actions import take_in
from include.intake.contracts import Contract
from include.intake.fetching import place_of
from include.intake.fetching.faults import CutOff
from include.intake.receiving import receive

__all__ = ["house"]
Make = Callable[..., Held]
SECRET = "qanveltirtoken"


def table(*numbers: int) -> bytes:
    rows = [person(number) for number in numbers]
    sink = io.StringIO()
    writer = csv.DictWriter(sink, ["id", "name", "contact", "phone", "email", "city"], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def take(contract: Contract, night: int) -> dict[str, int]:
    at = START + timedelta(days=night)
    return take_in(contract, place_of(contract, None), at=at, run=f"run:{night}", reason="drill")[1]


def staged(home: Path) -> list[str]:
    return sorted(path.suffix for path in (home / "home" / "staging").glob("*"))


def test_a_night_on_which_nothing_changed_brings_no_bytes_and_is_registered_at_once(
    source: Make, web: WebServer, tmp_path: Path
) -> None:
    contract = source(location=web.serves("/guide.csv", table(1, 2), etag='"one"')).contract
    assert take(contract, 0)["new"] == 2
    receipt = receive(contract, place_of(contract, None), at=START + timedelta(days=1), run="run:1", reason="drill")
    assert web.asked[-1][1]["if-none-match"] == '"one"'
    assert (receipt.state, receipt.known) == ("registered", True)
    assert staged(tmp_path) == []
    assert take(contract, 2)["unchanged"] == 2
    assert web.asked[-1][1]["if-none-match"] == '"one"', "what was settled unchanged is remembered too"
    web.serves("/guide.csv", table(1, 2, 3), etag='"two"')
    assert take(contract, 3)["new"] == 1


def test_a_contract_that_changed_has_the_unchanged_file_read_again(source: Make, web: WebServer) -> None:
    link = web.serves("/guide.csv", table(1, 2), etag='"one"')
    take(source(location=link).contract, 0)
    assert take(source(location=link, licence="another").contract, 1)["unchanged"] == 2
    assert [headers.get("if-none-match") for _, headers in web.asked] == [None, '"one"', None]


def test_nothing_is_asked_by_a_version_whose_delivery_failed(source: Make, web: WebServer) -> None:
    link = web.serves("/guide.csv", table(1), etag='"one"')
    contract = source(location=link, floors={"rows": 9}).contract
    for night in range(2):
        with pytest.raises(NeverRetry):
            take(contract, night)
    assert [headers.get("if-none-match") for _, headers in web.asked] == [None, None]


def test_another_link_of_a_source_is_asked_as_if_for_the_first_time(source: Make, web: WebServer) -> None:
    take(source(location=web.serves("/guide.csv", table(1), etag='"one"')).contract, 0)
    take(source(location=web.serves("/other.csv", table(1, 2), etag='"one"')).contract, 1)
    assert [headers.get("if-none-match") for _, headers in web.asked] == [None, None]


def test_a_delivery_that_failed_is_not_taken_for_the_one_that_was_registered_before_it(
    source: Make, web: WebServer
) -> None:
    contract = source(location=web.serves("/guide.csv", table(1, 2), etag='"one"'), floors={"rows": 2}).contract
    take(contract, 0)
    web.serves("/guide.csv", table(1), etag='"two"')
    for night in (1, 2):
        with pytest.raises(NeverRetry, match="rows"):
            take(contract, night)
    assert [headers.get("if-none-match") for _, headers in web.asked] == [None, '"one"', None]


def test_what_a_cut_fetch_left_goes_on_in_the_next_try_and_is_destroyed_when_nobody_comes_back(
    source: Make, web: WebServer, tmp_path: Path
) -> None:
    body = table(*range(4_000))
    link = web.serves("/guide.csv", body, etag='"one"', cuts=[len(body) // 4] * 6)
    contract = source(location=link).contract
    for run in ("run:one", "run:two"):
        with pytest.raises(CutOff):
            receive(contract, place_of(contract, None), at=START, run=run, reason="drill")
    assert staged(tmp_path) == [".unfinished", ".unfinished", ".version", ".version"]
    receipt = receive(contract, place_of(contract, None), at=START, run="run:one", reason="drill")
    assert web.ranges[-1] is not None
    assert ask("select size_bytes from register.delivery")[0][0] == len(body)
    assert staged(tmp_path) == [".raw", ".unfinished", ".version"]
    for file in (tmp_path / "home" / "staging").iterdir():
        os.utime(file, (START.timestamp(), START.timestamp()))
    abandon(START + timedelta(days=8))
    assert staged(tmp_path) == []
    assert receipt.state == "received"


@pytest.mark.parametrize("location", ["s3://guides/a.csv", {"url": "https://data.example/a.csv", "connection": "x"}])
def test_without_airflow_only_what_needs_no_login_can_be_reached(location: object) -> None:
    with pytest.raises(NeverRetry, match="is reached through Airflow: start collect_sample_guide"):
        place_of(terms(location=location), None)


def test_a_dag_collects_by_link_and_connection_and_the_secret_is_nowhere_after_that(
    house: House, web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    connection = {"conn_type": "http", "login": "amanah", "password": SECRET, "extra": {"query": {"token": SECRET}}}
    monkeypatch.setenv("AIRFLOW_CONN_PARTNER_WEB", json.dumps(connection))
    location = {"url": web.serves("/guide.csv", table(1, 2), etag='"one"'), "connection": "partner_web"}
    house.has_source(location=location)
    assert run_dag("collect_sample_guide").state == "success"
    assert web.asked[0][0] == f"/guide.csv?token={SECRET}"
    web.serves("/guide.csv", status=403)
    assert dag_states(run_dag("collect_sample_guide"))["receive"] == "failed"
    said = "".join(capfd.readouterr())
    assert "correct the login in the Airflow connection partner_web" in said
    with psycopg.connect(os.environ["AMANAH_OWNER_DATABASE_URL"].replace("+psycopg", "")) as owner:
        tables = owner.execute("""
            select format('select row_to_json(t)::text from %I.%I t', schemaname, tablename) from pg_tables
             where schemaname in ('register', 'landing', 'evidence', 'duties')
        """).fetchall()
        rows = [row for (query,) in tables for row in owner.execute(query).fetchall()]
    airflow = (Path(os.environ["AIRFLOW_HOME"]) / "airflow.db").read_bytes()
    files = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert rows
    assert SECRET not in f"{rows}{said}"
    assert SECRET.encode() not in airflow + files
