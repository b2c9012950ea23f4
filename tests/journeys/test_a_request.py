"""Somebody asks to be deleted and is gone everywhere: real DAGs, real mail, the page behind a real port."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import books
import psycopg
import pytest
from airflow_runs import run_dag
from builders import ask, person
from httpx import Client
from journeys_house import CONTROLLER, House, Mailbox
from psycopg import sql
from serving_here import served
from sqlalchemy import Connection, text

from include.evidence import verify
from include.law import load_controller
from include.portal import create_app
from include.store import home
from include.store.server import ServerInfo

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WHO = "person.1@people.example"
MARKS = (b"person.1@people.example", "المرزوقي".encode(), b"Call me at night")
THEM = person(1) | {"name": "د. هند المرزوقي", "contact": "هند المرزوقي"}

pytestmark = pytest.mark.journey


@pytest.fixture
def company(house: House, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """The company's books, in which two of the directory have accounts."""
    del house
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        books.fill(connection, (1, None), (2, None))
        connection.execute(text("update account set email = 'person.' || id || '@people.example'"))
        connection.execute(text("update invoice set issued_on = '2015-01-01', buyer = 'هند المرزوقي' where id = 1"))
        yield connection


@pytest.fixture
def pages(house: House, tmp_path: Path) -> Iterator[Client]:
    """The pages behind a port, and a controller whose letters lead to pages."""
    profile = re.sub(r"(?m)^portal: .*$", "portal: https://privacy.example.com", CONTROLLER.read_text("utf-8"))
    (tmp_path / "controller.yml").write_text(profile, encoding="utf-8")
    house.patch.setenv("AMANAH_CONTROLLER", str(tmp_path / "controller.yml"))
    with served(create_app(load_controller())) as client:
        yield client


def traces(server: ServerInfo, database: str, company: Connection) -> list[str]:
    """Where anything still says who they were: our database, the company's, and every file of ours."""
    name, found = database.rpartition("/")[2], list[str]()
    with psycopg.connect(server.url("postgres", name).replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information_schema$'"
        ).fetchall()
        for schema, table in tables:
            rows = sql.SQL("select string_agg(held::text, ' ') from {} held").format(sql.Identifier(schema, table))
            if _says((connection.execute(rows).fetchall()[0][0] or "").encode()):
                found.append(f"{schema}.{table}")
    for table in ("account", "invoice", "session", "recording"):
        held = company.execute(text(f"select string_agg(held::text, ' ') from {table} held")).scalar()
        found += [table] if _says((held or "").encode()) else []
    files = (path for path in home().rglob("*") if path.is_file() and "postgres" not in path.parts)
    return found + [str(path) for path in files if path.suffix != ".parquet" and _says(path.read_bytes())]


def _says(content: bytes) -> bool:
    return any(mark in content for mark in MARKS)


def test_who_asks_for_deletion_is_gone_everywhere_told_so_and_does_not_come_back(
    house: House, mailbox: Mailbox, pages: Client, company: Connection, server: ServerInfo, database: str
) -> None:
    house.has_source(refresh="manual")
    house.gets([THEM, person(2)])
    house.at(RECEIVED)
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    ((notice),) = mailbox.to(WHO)
    link = re.search(r"https://privacy\.example\.com(/p/[a-z2-7]{40})", notice.get_body(("plain",)).get_content())
    assert link
    assert {"register.contact_point", "account", "invoice"} <= set(traces(server, database, company))

    house.at(RECEIVED + timedelta(days=2))
    seal = re.search(r'name="seal" value="([^"]+)"', pages.get(link[1]).text)
    assert seal
    given = {"seal": seal[1], "right": "destroy", "details": "Call me at night"}
    assert "We are destroying your data" in pages.post(f"{link[1]}/request?lang=en", data=given).text
    for dag in ("destroy_due", "answer_requests", "relay_outbox"):
        assert run_dag(dag).state == "success"

    answered, acknowledged = sorted(mailbox.to(WHO)[1:], key=lambda mail: "We received" in str(mail["Subject"]))
    body = answered.get_body(("plain",)).get_content()
    (row,) = ask("select * from duties.request")
    assert row.reference in acknowledged["Subject"]
    assert row.reference in body
    assert "destroyed your data everywhere" in body
    assert "أتلفنا بياناتك في كل مكان" in body
    assert traces(server, database, company) == []
    assert [each[0] for each in company.execute(text("select id from account"))] == [2]
    assert (row.state, row.outcome, row.due_at) == ("answered", "destroyed", RECEIVED + timedelta(days=32))
    assert pages.get(link[1]).status_code == 404

    house.at(RECEIVED + timedelta(days=3))
    house.gets([THEM, person(2)])
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox", "watch_promises"):
        assert run_dag(dag).state == "success"
    assert traces(server, database, company) == []
    assert len(mailbox.to(WHO)) == 3
    assert verify().ok
