"""The console behind a real port, mounted under a path as Airflow mounts it; a cookie says who is signed in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import books
import pytest
import uvicorn
from builders import Held, ask, person
from fastapi import FastAPI
from journeys_house import CONTROLLER
from operators_here import LETTER, NOW, PLACE, SHOP, Visitor, signed_in, writes
from sqlalchemy import Connection, create_engine

from include.channels import OutgoingMessage
from include.console import create_app
from include.workflow.connections import every_setting
from include.workflow.pages import page_of

Make = Callable[..., Held]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Set the clock."""

    def setting(instant: object) -> None:
        monkeypatch.setenv("AMANAH_SIMULATED_NOW", instant.isoformat())  # type: ignore[attr-defined]

    setting(NOW)
    return setting


@pytest.fixture(scope="session")
def console() -> Iterator[str]:
    """The console's server, one for the session: what it shows is in the database of the test that asks."""
    outer = FastAPI(openapi_url=None)
    outer.mount(PLACE, create_app(signed_in, page_of=page_of, sign_in="/sign-in", settings=every_setting))
    server = uvicorn.Server(uvicorn.Config(outer, port=0, access_log=False, log_level="warning"))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    running.join()


@pytest.fixture
def address(console: str, database: str, at: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the console answers, over the test's own database."""
    del database, at
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    return console


@pytest.fixture
def visitor(address: str) -> Iterator[Callable[..., Visitor]]:
    """Sign somebody in: `visitor("dpo", "officer")`."""
    known = list[Visitor]()

    def make(login: str = "dpo", office: str = "officer", language: str = "en") -> Visitor:
        known.append(Visitor(address, login, office, language))
        return known[-1]

    yield make
    for one in known:
        one.http.close()


@pytest.fixture
def point(begins: Callable[..., int], source: Make, at: object) -> int:
    """A contact point that waits for a person."""
    from include.duties.review import waiting

    def build() -> int:
        source().delivers([SHOP])
        (waits,) = waiting()
        return waits.id

    del at
    return begins(build, "a point that waits")


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """The company's books, with one account that ended long ago and one that goes on."""
    engine = create_engine(other_database, isolation_level="AUTOCOMMIT")
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems/books.yml").write_text(books.MAP, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEMS", str(tmp_path / "systems"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", other_database)
    monkeypatch.setenv("AMANAH_BOOKS_FILES", str(tmp_path / "calls"))
    with engine.connect() as connection:
        books.make(connection)
        books.fill(connection, (1, "2025-01-01"), (2, None))
        yield connection
    engine.dispose()


@pytest.fixture
def subject(begins: Callable[..., UUID], source: Make, at: object) -> UUID:
    """A person with a mailbox, who is owed a notice."""
    from include.duties.notice.actions import plan_notices

    def build() -> UUID:
        source().delivers([person(1)])
        plan_notices(NOW)
        ((found,),) = ask("select distinct subject_id from register.contact_point where kind = 'email'")
        return UUID(str(found))

    del at
    return begins(build, "a person owed a notice")


@pytest.fixture
def letter(database: str, at: object) -> OutgoingMessage:
    """A message that waits in the outbox."""
    del database, at
    return writes(LETTER)
