"""The classifier is measured, and its code confirmed, in one word each."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import call

from include.intake.classification import RULES
from include.intake.classification.rule_code import code_hash, read_stamp
from include.intake.classification.rules import STAMP


def test_code_that_decides_as_before_is_confirmed_and_keeps_its_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_hash() == read_stamp().code, "confirmed by whoever changed it, and never by a test"
    before = STAMP.read_bytes()
    said = call(monkeypatch, capsys, "classification", "confirm")
    assert said.code == 0, said.error
    assert said.out.startswith(f"{RULES}, compared on 1 sample")
    assert "not compared this time: labels " in said.out
    assert STAMP.read_bytes() == before


@pytest.mark.parametrize("undecided", ["", "Amal,organisation,en,two\n"], ids=["all decided", "one left open"])
def test_the_measures_are_a_table_of_every_class_and_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, undecided: str
) -> None:
    file = tmp_path / "labels.csv"
    names = f"Fahad Al-Otaibi,person,en,one\nPalm Medical Center,organisation,en,two\n{undecided}"
    file.write_text(f"name,label,lang,source\n{names}", encoding="utf-8")
    said = call(monkeypatch, capsys, "classification", "evaluate", str(file))
    assert said.code == 0, said.error
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.out.splitlines() if "│" in line]
    assert ["overall", "person", "1.0", "1.0", "1.0", "1", "0.3333" if undecided else "0.0"] in rows
    groups = ["overall", "lang en", "source one", "source two", "kind name"]
    assert [row[0] for row in rows if row[1] == "organisation"] == groups
    assert "Otaibi" not in said.out
