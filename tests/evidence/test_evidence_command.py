"""The auditor's commands: exit codes, the sentence for a person, the JSON for a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from include.commands.evidence import EXPLAINED, app
from include.evidence import Flaw, verify
from include.store import home
from tests.evidence.conftest import Insider


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_whole_ledger_is_said_to_be_verified(ledger: str) -> None:
    assert run("seal").stdout.startswith("sealed up to 10, head ")
    result = run("verify")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"verified 10 events, head {verify().head.hex()}, sealed up to 10\n")


def test_the_first_fault_is_named(ledger: str, insider: Insider) -> None:
    with insider() as connection:
        connection.execute("update evidence.ledger set kind = 'delivery_failed' where seq in (4, 6)")
    result = run("verify")
    assert result.exit_code == 1
    assert "record 4 was edited" in result.stdout
    assert "(1 more)" in result.stdout


def test_a_program_reads_json_and_nothing_else(ledger: str, insider: Insider) -> None:
    result = run("verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"events": 10, "verified": True, "sealed": 0, "faults": []}
    with insider() as connection:
        connection.execute("delete from evidence.ledger where seq = 4")
    result = run("verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "events": 9,
        "verified": False,
        "sealed": 0,
        "faults": [{"seq": 4, "fault": "record_missing"}],
    }


def test_an_export_is_sealed_recorded_and_verified_with_a_key_from_elsewhere(
    ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, key = str(tmp_path / "pack.zip"), str(home() / "seal_key.pub")
    assert run("export", pack).exit_code == 0
    assert verify().events == 11
    monkeypatch.setenv("AMANAH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    alone, trusted = run("verify", "--pack", pack), run("verify", "--pack", pack, "--trust", key)
    assert alone.exit_code == trusted.exit_code == 0
    assert "only the ledger itself vouches for" in alone.stdout
    assert "known keys" in trusted.stdout


def test_sealing_says_when_there_is_nothing_to_seal(database: str) -> None:
    assert run("seal").stdout == "nothing new to seal\n"
    assert json.loads(run("seal", "--json").stdout) == {"sealed": None}


def test_every_fault_has_a_sentence() -> None:
    assert set(EXPLAINED) == set(Flaw)
