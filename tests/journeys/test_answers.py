"""From the directory to the answer and what follows: real DAGs, real mail, the portal behind a port, a real browser."""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import polars
import psycopg
import pytest
import uvicorn
from airflow_runs import run_dag
from browsing import CHROMIUM, chromium, telephone
from builders import ask, person
from journeys_house import CONTROLLER, House, Mailbox
from psycopg import sql
from returned_mails import bounce

from include.channels.tokens import token_of
from include.evidence import verify
from include.store import home, keyed
from include.store.server import ServerInfo

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ANSWERED = RECEIVED + timedelta(days=2)
WHOM = "person.1@people.example"
THEM = person(1) | {"name": "د. هند المرزوقي", "contact": "هند المرزوقي", "phone": "0500000011"}
MARKS = (WHOM, "المرزوقي", "500000011")
"""What nobody else has."""

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH"),
]


@pytest.fixture
def portal(house: House, tmp_path: Path) -> Iterator[str]:
    """The portal behind a port of its own, and a controller whose letters lead there."""
    server = uvicorn.Server(uvicorn.Config("include.portal:create_app", factory=True, port=0, log_level="warning"))
    config = server.config
    socket = config.bind_socket()
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    profile = re.sub(r"(?m)^portal: .*$", f"portal: {address}", CONTROLLER.read_text("utf-8"))
    (tmp_path / "controller.yml").write_text(profile, encoding="utf-8")
    house.patch.setenv("AMANAH_CONTROLLER", str(tmp_path / "controller.yml"))
    running = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    running.start()
    while not server.started:
        time.sleep(0.01)
    yield address
    server.should_exit = True
    running.join()


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of Debian's Chromium, in which no script runs."""
    with chromium() as browser:
        yield telephone(browser)


@pytest.fixture
def told(house: House, mailbox: Mailbox, portal: str) -> str:
    """Tell two people of a directory; return the link in the mail to the first."""
    house.has_source(refresh="manual")
    house.gets([THEM, person(2)])
    house.at(RECEIVED)
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    ((mail),) = mailbox.to(WHOM)
    found = re.search(rf"{portal}/p/[a-z2-7]{{40}}", mail.get_body(("plain",)).get_content())
    assert found
    house.at(ANSWERED)
    return found[0]


@pytest.fixture
def traces(server: ServerInfo, database: str) -> Callable[[], list[str]]:
    """Where anything still says who they were: every column of every schema, and every file under the home."""
    address = server.url("postgres", database.rpartition("/")[2]).replace("+psycopg", "")

    def found() -> list[str]:
        with psycopg.connect(address) as connection:
            kept = [name for name, text in _tables(connection) if _says(text)]
        files = [path for path in home().rglob("*") if path.is_file() and "postgres" not in path.parts]
        return kept + [str(path) for path in files if _says(_unpacked(path.read_bytes()) + path.name.encode())]

    return found


def _tables(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    """Give every table with all its rows, as the server writes them down."""
    named = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information_schema$' order by 1, 2"
    ).fetchall()
    assert {"register", "duties", "channels", "portal", "landing", "evidence"} <= {schema for schema, _ in named}
    for schema, table in named:
        rows = sql.SQL("select string_agg(held::text, E'\\n') from {} held").format(sql.Identifier(schema, table))
        yield f"{schema}.{table}", (connection.execute(rows).fetchall()[0][0] or "").encode()


def _says(text: bytes) -> bool:
    """Whether a name, mailbox or number of theirs stands there: as it is, as JSON escapes it, or as bytea."""
    dresses = [dress for each in MARKS for dress in (each.encode(), json.dumps(each)[1:-1].encode())]
    lower = text.lower()
    return any(each.lower() in lower or each.hex().encode() in lower for each in dresses)


def _unpacked(content: bytes) -> bytes:
    if content[:4] != b"PAR1":
        return content
    values = (value for row in polars.read_parquet(io.BytesIO(content)).rows() for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def test_the_search_finds_whoever_is_held(house: House, told: str, traces: Callable[[], list[str]]) -> None:
    kept = traces()
    assert {"register.contact_point", "register.listing"} <= set(kept)
    assert any("landing" in each for each in kept)


def test_who_refuses_is_gone_within_one_run_and_never_comes_back(
    house: House, mailbox: Mailbox, told: str, page: Any, traces: Callable[[], list[str]]
) -> None:
    page.goto(told)
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.get_by_role("button", name="أرفض").click()
    assert "رفضت" in page.get_by_role("status").inner_text()
    assert run_dag("destroy_due").state == "success"
    assert traces() == []
    assert [row.key for row in ask("select key from suppression.entry where kind = 'email'")] == [keyed("email", WHOM)]
    assert page.goto(told).status == 404
    mailbox.mails.clear()
    house.at(ANSWERED + timedelta(days=1))
    house.gets([THEM, person(2), person(3)])
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    assert traces() == []
    assert [to for to, _ in mailbox.mails] == ["person.3@people.example"]
    assert verify().ok


def test_who_agrees_stays_past_the_last_day_and_is_gone_when_they_withdraw(
    house: House, mailbox: Mailbox, told: str, page: Any, traces: Callable[[], list[str]]
) -> None:
    page.goto(f"{told}?lang=en")
    page.get_by_role("button", name="I agree").click()
    house.at(RECEIVED + timedelta(days=31))
    assert run_dag("notify_subjects").state == "success"
    assert [row[0] for row in ask("select distinct normalised from register.contact_point where kind = 'email'")] == [
        WHOM
    ], "who was silent is gone, who agreed is not"
    page.goto(f"{told}?lang=en")
    page.get_by_role("button", name="Withdraw").click()
    assert run_dag("destroy_due").state == "success"
    assert traces() == []


def test_who_stops_promotion_keeps_their_rights_and_is_told_so(
    house: House, mailbox: Mailbox, told: str, page: Any
) -> None:
    message = ask("select message_id from duties.notice join register.identity using (subject_id) where key = :key",
                  key=keyed("email", WHOM))[0].message_id  # fmt: skip
    page.goto(f"{told.rpartition('/p/')[0]}/u/{token_of('stop', message)}")
    page.get_by_role("button", name="إلغاء الترويجيات").click()
    assert run_dag("relay_outbox").state == "success"
    assert len(mailbox.to(WHOM)) == 2, "the notice, and the confirmation of the stop"
    assert [row.means for row in ask("select means from duties.stop")] == ["link"]
    assert page.goto(told).status == 200


def test_a_scanner_that_follows_every_link_in_the_mail_decides_nothing(
    house: House, mailbox: Mailbox, told: str, page: Any
) -> None:
    from httpx import Client

    page.goto(told)
    links = [each.get_attribute("href") for each in page.get_by_role("link").all()]
    with Client(base_url=told.rpartition("/p/")[0]) as scanner:
        for link in (told, *(link for link in links if link and link.startswith("/"))):
            assert scanner.get(link).status_code == 200
            assert scanner.head(link).status_code == 200
    assert [row.action for row in ask("select distinct action from duties.consent_event")] == ["asked"]
    assert not ask("select 1 from duties.destruction_request")


def test_whom_no_letter_reaches_is_gone_before_the_clock_ends_and_is_not_written_to_again(
    house: House, mailbox: Mailbox, told: str, tmp_path: Path, traces: Callable[[], list[str]]
) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "returns" / part).mkdir(parents=True)
    house.patch.setenv("AMANAH_RETURNS_URL", f"maildir://{tmp_path / 'returns'}")
    (_, mail) = next((to, mail) for to, mail in mailbox.mails if to == WHOM)
    (tmp_path / "returns" / "new" / "1").write_bytes(bounce(UUID(hex=str(mail["Message-ID"])[1:33])))
    assert run_dag("read_returns").state == "success"
    house.at(RECEIVED + timedelta(days=29))
    assert run_dag("notify_subjects").state == "success"
    ((due, closed),) = ask("select due_at, closed_at from duties.notice where state = 'destroyed'")
    assert closed < due
    assert traces() == []
    mailbox.mails.clear()
    house.gets([THEM, person(2)])
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    assert traces() == []
    assert mailbox.mails == []
