"""The rules' code is confirmed in one word."""

from __future__ import annotations

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
