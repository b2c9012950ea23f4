"""Portal and API as they are served: each with its own login, and with logs that name nobody and no link."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import ask, person
from httpx import Client, HTTPError
from journeys_house import CONTROLLER
from people_told import MORNING, PORTAL, tells
from test_portal import seal_in

from include.api.keys import SCOPES, issue_key
from include.commands.demo.airflow import free_port
from include.store import Role, begin
from include.store.server import ServerInfo

ROOT = Path(__file__).resolve().parents[2]
NOW = MORNING + timedelta(days=1)
WHOM = "person.1@people.example"
CANARIES = (WHOM, "people.example", "القحطاني", "0500000099", "966500000099", "secret details", "198.51.100.7")


@contextmanager
def served(name: str, url: str, log: Path) -> Iterator[Client]:
    """Serve one of them by its command, in a process that knows no other login; its output goes to a file."""
    port = free_port(8000)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AMANAH_")}
    told = {key: os.environ[key] for key in ("AMANAH_KEY", "AMANAH_HOME", "AMANAH_SIMULATED_NOW")}
    told |= {f"AMANAH_{name.upper()}_DATABASE_URL": url, "AMANAH_CONTROLLER": str(CONTROLLER)}
    command = [sys.executable, "-m", "include", name, "--port", str(port)]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=kept | told, stdout=sink, stderr=subprocess.STDOUT)
        try:
            with Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30, verify=False) as client:
                for _ in range(600):
                    try:
                        client.get("/health")
                        break
                    except HTTPError:
                        assert process.poll() is None, log.read_text("utf-8")
                        time.sleep(0.1)
                yield client
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture
def link(source: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", NOW.isoformat())
    source().delivers([person(1), person(2)])
    letters = {letter.recipient: letter.text for letter in tells()}
    found = re.search(rf"{re.escape(PORTAL)}(/p/[a-z2-7]{{40}})", letters[WHOM])
    assert found
    return found[1]


def test_the_portal_does_all_its_work_with_its_own_login_and_logs_nothing_of_anybody(
    database: str, server: ServerInfo, link: str, tmp_path: Path
) -> None:
    url = server.url("amanah_portal_login", database.rpartition("/")[2])
    with served("portal", url, tmp_path / "log") as client:
        form = {"seal": seal_in(client.get(link).text), "purpose": "business_contact"}
        assert client.post(f"{link}/answer", data={**form, "choice": "accept"}).status_code == 200
        assert client.post(f"{link}/withdraw", data={**form, "details": "secret details"}).status_code == 200
        asked = client.post(f"{link}/request", data={**form, "right": "correct", "details": "secret details"})
        assert asked.status_code == 200
        assert client.post(f"{link}/stop", data=form).status_code == 200
        page = client.post("/code", data={"contact": WHOM}, headers={"X-Forwarded-For": "198.51.100.7"}).text
        for _ in range(100):
            if mails := ask("select text_body from channels.message where kind = 'identity_code'"):
                break
            time.sleep(0.1)
        attempt, code = re.findall(r"/code/([0-9a-f-]{36})", page)[0], re.findall(r"\d{8}", mails[0].text_body)[0]
        opened = client.post(f"/code/{attempt}", data={"code": code})
        assert opened.status_code == 303
        other = opened.headers["location"].partition("?")[0]
        assert WHOM in client.get(other).text
        client.post("/code", data={"contact": "0500000099"})
        client.post(f"{link}/request", data={**form, "right": "secret details", "details": "\x00"})
        client.get(f"{link}/nothing?contact={WHOM}")
        assert client.post(f"{link}/answer", data={**form, "choice": "delete"}).status_code == 200
    logged = (tmp_path / "log").read_text("utf-8")
    assert [each for each in (*CANARIES, link[3:], other[3:], code) if each in logged] == []
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["deletion_asked"]


def test_the_api_does_its_work_with_its_own_login_and_logs_nothing_of_anybody(
    database: str, server: ServerInfo, link: str, tmp_path: Path
) -> None:
    with begin(Role.DUTIES) as connection:
        key = issue_key(connection, "mailer_key", "mailer", days=30, at=NOW, scopes=SCOPES)
    url = server.url("amanah_api_login", database.rpartition("/")[2])
    consent = {
        "contact": WHOM, "action": "granted", "purpose": "promotion", "channel": "email", "proof": "ab" * 32,
        "text_version": "form/3", "language": "ar",
    }  # fmt: skip
    with served("api", url, tmp_path / "log") as client:
        client.headers["Authorization"] = f"Bearer {key}"
        assert client.post("/v1/consents", json=consent).json() == {"recorded": True}
        assert client.post("/v1/stops", json={"contact": WHOM}).json() == {"stopped": True}
        asked = {"purpose": "promotion", "channel": "email", "points": [1]}
        assert client.post("/v1/may-use", json=asked).status_code == 200
        client.post("/v1/stops", json={"contact": f"{WHOM} secret details"})
        client.get(f"/v1/nothing?contact={WHOM}")
    logged = (tmp_path / "log").read_text("utf-8")
    assert [each for each in (*CANARIES, key) if each in logged] == []
    assert [row.means for row in ask("select means from duties.stop")] == ["api"]
