"""Taking in by hand what the contract's location names: a link that needs no login, or the file in the inbox."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from builders import TERMS, person, write
from web_server import WebServer, running

from include.commands import main

Intake = Callable[[object], tuple[int, str, str]]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with running(WebServer()) as server:
        yield server


@pytest.fixture
def guide(tmp_path: Path) -> bytes:
    file = tmp_path / "guide.csv"
    write(file, list(TERMS["columns"]), [person(1), person(2)])
    return file.read_bytes()


@pytest.fixture
def intake(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Intake:
    """Do what `python -m include intake` does for a contract with this location; return exit code, output, errors."""

    def done(location: object) -> tuple[int, str, str]:
        contract = tmp_path / "contract.yml"
        contract.write_text(yaml.safe_dump({**TERMS, "location": location}, allow_unicode=True), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["include", "intake", "--contract", str(contract), "--json"])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return done


def test_without_a_file_the_link_of_the_contract_is_fetched_and_nothing_of_it_stays(
    guide: bytes, web: WebServer, intake: Intake, tmp_path: Path
) -> None:
    code, out, _ = intake(web.serves("/guide.csv", guide))
    assert (code, json.loads(out)["new"]) == (0, 2)
    assert list((tmp_path / "home" / "staging").iterdir()) == []


def test_without_a_file_the_one_in_the_inbox_is_taken(
    guide: bytes, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_INBOX", str(tmp_path))
    assert json.loads(intake("guide.csv")[1])["new"] == 2
    code, _, err = intake("absent.csv")
    assert (code, "no file at its location" in err) == (1, True)


def test_a_link_that_needs_a_login_says_so_and_ends_with_an_error(web: WebServer, intake: Intake) -> None:
    code, _, err = intake(web.serves("/guide.csv", status=401))
    assert (code, "location.connection" in err) == (1, True)
    code, _, err = intake({"url": web.url("/guide.csv"), "connection": "partner"})
    assert (code, "start collect_sample_guide" in err) == (1, True)


def test_a_truncated_download_says_so_and_ends_with_an_error(guide: bytes, web: WebServer, intake: Intake) -> None:
    code, _, err = intake(web.serves("/guide.csv", guide, told_length=len(guide) + 1))
    assert (code, "the connection ended after" in err) == (1, True)
