"""The command line as an engineer types it: real processes, with nothing but what installation leaves."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import TERMS, person, write

ROOT = Path(__file__).resolve().parent.parent.parent
COMPANY = {"id": "1", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}


def amanah(*words: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `python -m include` with the test's settings and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "include", *words], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == expect, done.stderr[-2000:]
    return done


@pytest.fixture
def sample(database: str, tmp_path: Path) -> tuple[str, str]:
    """A contract and a file that fits it."""
    del database
    contract, file = tmp_path / "contract.yml", tmp_path / "sample_guide.csv"
    contract.write_text(yaml.safe_dump(TERMS, allow_unicode=True), encoding="utf-8")
    write(file, list(TERMS["columns"]), [COMPANY, person(1), person(2)])
    return str(contract), str(file)


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_intake_prints_counts_that_add_up_and_a_second_time_everything_is_unchanged(sample: tuple[str, str]) -> None:
    contract, file = sample
    first, second = (last_line(amanah("intake", "--contract", contract, file)) for _ in range(2))
    assert list(first) == [
        "received", "new", "unchanged", "changed", "duplicates", "suppressed", "quarantined", "contact_points",
    ]  # fmt: skip
    assert (first["received"], first["new"]) == (3, 3)
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, 3)


def test_with_json_standard_output_is_json_and_nothing_else(sample: tuple[str, str]) -> None:
    contract, file = sample
    assert json.loads(amanah("intake", "--contract", contract, file, "--json").stdout)["received"] == 3
    status = json.loads(amanah("status", "--json").stdout)
    assert status["listings"] == {"active": 3}
    assert status["evidence"]["verified"] is True
    verdict = json.loads(amanah("evidence", "verify", "--json").stdout)
    assert verdict["verified"] is True
    assert verdict["events"] > 0


def test_status_names_the_contracts_that_cannot_be_read(
    sample: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, terms in {"sample_guide": TERMS, "spoiled": {**TERMS, "key": "spoiled", "refresh": "nihgtly"}}.items():
        folder = tmp_path / "sources" / key
        folder.mkdir(parents=True)
        (folder / "contract.yml").write_text(yaml.safe_dump(terms, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path / "sources"))
    (broken,) = json.loads(amanah("status", "--json").stdout)["broken_contracts"]
    assert (broken["source"], broken["state"]) == ("spoiled", "broken")
    assert "refresh" in broken["what"]
    assert "spoiled" in amanah("status").stdout


def test_classify_writes_a_row_for_every_contact_point_and_name_and_stores_nothing(
    sample: tuple[str, str], tmp_path: Path
) -> None:
    contract, file = sample
    output = tmp_path / "classes.csv"
    amanah("classify", file, "--contract", contract, "--output", str(output))
    with output.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    assert list(rows[0]) == [
        "row", "kind", "value", "normalised", "number_type", "class", "score", "reasons", "edition",
    ]  # fmt: skip
    classes = {(row["row"], row["kind"], row["normalised"] or row["value"]): row["class"] for row in rows}
    assert classes["1", "phone", "+966920000001"] == "business"
    assert classes["2", "email", "person.1@people.example"] == "personal"
    assert classes["1", "name", "شركة النور للتجارة المحدودة"] == "organisation"
    assert classes["2", "name", "د. سعد القحطاني"] == "person"
    assert all(row["reasons"] and row["edition"] == "sa-2024-09-14" for row in rows)
    assert json.loads(amanah("status", "--json").stdout)["listings"] == {}


def test_training_says_that_it_writes_over_the_weights_that_are_shipped() -> None:
    told = " ".join(amanah("classification", "train", "--help").stdout.split())
    assert "write them over the project's own unless `-o` names a file" in told


def test_classify_needs_no_contract(sample: tuple[str, str], tmp_path: Path) -> None:
    _, file = sample
    output = tmp_path / "classes.csv"
    counts = json.loads(amanah("classify", file, "--output", str(output), "--json").stdout)
    assert counts["rows"] == 3
    assert counts["contact_points"] >= 4


def test_an_error_is_one_sentence_without_a_value_and_says_what_to_do(sample: tuple[str, str], tmp_path: Path) -> None:
    contract, _ = sample
    wrong = tmp_path / "wrong.csv"
    write(wrong, ["id", "name"], [{**COMPANY, "CANARY-HEADING": "CANARY-VALUE"}])
    done = amanah("intake", "--contract", contract, str(wrong), expect=1)
    assert "Traceback" not in done.stderr
    assert "CANARY-VALUE" not in done.stderr + done.stdout
    unknown = amanah("intake", "--contract", "no_such_source", str(wrong), expect=1)
    assert "no source 'no_such_source'" in unknown.stderr


def test_every_command_has_help() -> None:
    for words in ((), ("intake",), ("classify",), ("status",), ("evidence", "verify"), ("destruction", "allow")):
        assert "Usage" in amanah(*words, "--help").stdout
