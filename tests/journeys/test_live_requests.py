"""People ask in a browser for a copy and to be deleted, in a live Airflow: a copy comes by link and code, one is gone.

An officer extends a request of day 29, and is refused it on day 31.
"""

from __future__ import annotations

import io
import json
import re
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import books
import psycopg
import pytest
import yaml
from browsing import CHROMIUM, chromium, telephone
from builders import TERMS, ask, person, write
from journeys_house import CONTROLLER, Mailbox, open_mailbox
from live_airflow import LiveAirflow, airflow_runs_on
from people_told import Post
from printed_pages import seen
from serving_here import served
from sqlalchemy import Connection, create_engine, text

from include.channels import Channel, relay
from include.commands.demo.officer import Officer
from include.duties.consent import Contact
from include.duties.notice.actions import on_failed, on_sent, plan_notices, queue_notices
from include.duties.relaying import may_send
from include.duties.requests import Received
from include.duties.rights import Given, enter
from include.intake.actions import take_in
from include.intake.contracts import contract_named
from include.law import load_controller, now
from include.portal import create_app
from include.store import Role, begin
from include.store.engine import dispose
from include.store.server import ServerInfo

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")]
SOURCE, DAG, DAY = str(TERMS["key"]), "answer_requests", timedelta(days=1)
COPIED, GONE, IN_TIME, LATE = (f"person.{number}@people.example" for number in range(1, 5))
PATIENCE = 120.0


@pytest.fixture(scope="module")
def address(server: ServerInfo) -> Iterator[str]:
    """The company's database."""
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create database requested_books template template0")
        yield server.superuser_url.rpartition("/")[0] + "/requested_books"
        connection.execute("drop database requested_books with (force)")


@pytest.fixture(scope="module")
def portal() -> str:
    """Where the pages will be served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="module")
def live(
    server: ServerInfo, address: str, portal: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveAirflow]:
    """An Airflow with a source and the company's books, in which only what switches itself on is on."""
    folder = tmp_path_factory.mktemp("requests")
    for name in ("inbox", "systems", f"sources/{SOURCE}"):
        (folder / name).mkdir(parents=True)
    contract = yaml.safe_dump({**TERMS, "refresh": "manual"}, allow_unicode=True)
    (folder / "sources" / SOURCE / "contract.yml").write_text(contract, "utf-8")
    profile = re.sub(r"(?m)^portal: .*$", f"portal: {portal}", CONTROLLER.read_text("utf-8"))
    (folder / "controller.yml").write_text(profile, "utf-8")
    written = books.MAP.replace("AMANAH_SYSTEM_BOOKS", "books_database")
    (folder / "systems/books.yml").write_text(written, "utf-8")
    settings = {
        "AMANAH_SOURCES": str(folder / "sources"), "AMANAH_INBOX": str(folder / "inbox"),
        "AMANAH_SYSTEMS": str(folder / "systems"), "AMANAH_BOOKS_FILES": str(folder / "calls"),
        "AMANAH_CONTROLLER": str(folder / "controller.yml"),
    }  # fmt: skip
    connection = {"AIRFLOW_CONN_BOOKS_DATABASE": address.replace("+psycopg", "")}
    with airflow_runs_on(server, folder, settings, connection) as airflow:
        airflow.runs().wait_for_dags([DAG, "destroy_due", "relay_outbox"])
        yield airflow


@pytest.fixture
def inside(live: LiveAirflow, portal: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveAirflow]:
    """The settings of the live Airflow, and the pages that its letters lead to."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    with served(create_app(load_controller()), int(portal.rpartition(":")[2])):
        yield live
    dispose()


@pytest.fixture
def company(address: str, inside: LiveAirflow) -> Iterator[Connection]:
    """The company's books, in which two of the directory have accounts."""
    del inside
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        books.make(connection)
        books.fill(connection, (1, None), (2, None))
        connection.execute(text("update account set email = 'person.' || id || '@people.example'"))
        connection.execute(text("update invoice set issued_on = '2015-01-01' where id = 2"))
        yield connection
    engine.dispose()


@pytest.fixture
def box(inside: LiveAirflow) -> Iterator[Mailbox]:
    """A mail server that keeps what it gets."""
    with open_mailbox() as (mails, port), inside.mail_goes_to(port):
        yield mails


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of a telephone's size, in which no script runs."""
    with chromium() as browser:
        yield telephone(browser)


def links(live: LiveAirflow) -> dict[str, str]:
    """Take in four people and tell them; give the link in the letter of each."""
    file = Path(live.settings["AMANAH_INBOX"]) / "sample_guide.csv"
    write(file, list(TERMS["columns"]), [person(number) for number in range(1, 5)])
    take_in(contract_named(SOURCE), file, at=now(), run="drill", reason="drill")
    post, at, controller = Post(), now(), load_controller()
    plan_notices(at)
    queue_notices(at, controller)
    relay(at, carriers={Channel.EMAIL: post}, may_send=may_send, on_sent=on_sent, on_failed=on_failed)
    return {letter.recipient: re.findall(r"http://127\S+?/p/[a-z2-7]{40}", letter.text)[0] for letter in post.sent}


def asked_on(who: str, at: datetime) -> Received:
    """Another system brings what its customer, who is logged in, asked there."""
    with begin(Role.API) as connection:
        given = Given(right="complain", contact=Contact("email", who), means="api", language="en", proof="api")
        return enter(connection, given, load_controller(), at)


def asks(page: Any, link: str, right: str) -> None:
    """Ask for a right on a person's page."""
    page.goto(f"{link}?lang=en")
    page.select_option("select#right", right)
    page.fill("textarea#details", "CANARY words of a person")
    page.click("section[aria-labelledby=rights] button:has-text('Send')")


def comes_about(what: Callable[[], Any], told: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"it did not come about within {PATIENCE:.0f} seconds: {told}")


def mailed(box: Mailbox, who: str, what: str) -> str:
    """Wait for a mail to somebody, and give the first that this pattern finds in it."""

    def found() -> str | None:
        texts = (mail.get_body(("plain",)).get_content() for mail in box.to(who))  # type: ignore[union-attr]
        return next((match[1] for said in texts if (match := re.search(what, said))), None)

    return str(comes_about(found, f"a mail with {what}"))


def request(asked: Received) -> Any:
    return ask("select * from duties.request where id = :id", id=asked.request)[0]


def test_a_copy_comes_by_link_and_code_one_is_gone_everywhere_and_an_extension_holds_on_day_29_alone(
    inside: LiveAirflow, company: Connection, box: Mailbox, page: Any
) -> None:
    letters = links(inside)
    in_time, late = asked_on(IN_TIME, now() - 29 * DAY), asked_on(LATE, now() - 31 * DAY)
    asks(page, letters[COPIED], "copy")
    asks(page, letters[GONE], "destroy")

    officer = Officer(
        inside.place.url, "dpo", inside.place.passwords["dpo"], lambda _: None,
        reads=15, forms={"one_request.officer": ("Extend", {"code": "unusual_effort"})},
    )  # fmt: skip

    def decided() -> bool:
        officer.look(DAG)
        failed = inside.api.tasks(state="failed", dag=DAG, run="~")
        refused = [one for one in failed if one["task_id"] == "one_request.decide"]
        return request(in_time).extension_message is not None and bool(refused)

    comes_about(decided, "the officer extends one request, and is refused the other")
    assert request(late).extension_message is None
    mailed(box, IN_TIME, "(The reason: carrying it out takes unexpected or unusual extra effort)")
    inside.api.trigger(DAG, "after", {"reason": "drill"})
    comes_about(lambda: request(in_time).extended_at, "the extension holds once its notice went out")
    assert request(in_time).due_at == request(in_time).received_at + 60 * DAY
    assert request(late).due_at == request(late).received_at + 30 * DAY
    assert not [mail for mail in box.to(LATE) if "longer" in str(mail["Subject"])]

    comes_about(lambda: ask("select 1 from duties.request where outcome = 'destroyed'"), "one is answered to be gone")
    assert not ask("select 1 from register.contact_point where normalised = :who", who=GONE)
    assert company.execute(text("select id from account order by id")).scalars().all() == [1]
    assert company.execute(text("select id from invoice order by id")).scalars().all() == [1]
    mailed(box, GONE, "(destroyed your data everywhere)")
    assert page.goto(letters[GONE]).status == 404

    page.goto(mailed(box, COPIED, r"(http://127\S+?/d/[a-z2-7]+)") + "?lang=en")
    page.click("main form button")
    page.fill("input#code", mailed(box, COPIED, r"Your code: (\d{8})"))
    with page.expect_download() as download:
        page.click("section[aria-labelledby=open] button")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    said = files["data.json"].decode()
    rows = {sheet["key"]: sheet["rows"] for sheet in json.loads(said)["sheets"]}
    assert COPIED in [row["value"] for row in rows["register.contacts"]]
    assert [row["email"] for row in rows["books.account"]] == [COPIED]
    assert {"register.sources", "register.requests", "books.invoice", "books.session"} <= set(rows)
    assert not [other for other in (GONE, IN_TIME, LATE) if other in said]
    assert COPIED in "".join(seen(files["copy.pdf"]))
    assert ask("select downloads from duties.package") == [(1,)]
    kept = everywhere(inside)
    assert not [each for each in ("CANARY words", "@people.example") if each in kept]


def everywhere(live: LiveAirflow) -> str:
    """All that Airflow itself keeps and logs."""
    tables = ("hitl_detail", "xcom", "dag_run", "rendered_task_instance_fields", "log")
    with live.administrator(live.theirs) as airflow:
        kept = [airflow.execute(f"select * from {table}").fetchall() for table in tables]  # type: ignore[arg-type]
    return json.dumps(kept, default=str) + "".join(
        log.read_text("utf-8", "replace") for log in Path(live.place.logs).rglob("*.log")
    )
