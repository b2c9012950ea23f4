"""Code that decides otherwise is another version of the rules, and committed figures are not taken for its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from include.intake.classification import RULES
from include.intake.classification.rule_code import (
    DecidesOtherwise,
    Stamp,
    code_hash,
    confirmed,
    read_stamp,
    write_stamp,
)
from include.intake.classification.rule_results import MADE_UP, results_of
from include.intake.classification.rules import STAMP, knowledge_hash, version_of

CONFIRM = "run `python -m include classification confirm LABELS…`, which compares every decision"
RULE = '''"""Say whose."""


def whose(name: str, /, least: int = 3) -> str:
    """Say whose it is."""
    return f"{name}'s" if len(name) >= least else "nobody's"  # by its length
'''
BEFORE = Stamp("older", "code", "knowledge", {MADE_UP: "a", "labels": "b"})


def test_the_code_of_the_rules_is_as_it_was_confirmed() -> None:
    assert code_hash() == read_stamp().code, CONFIRM


def test_what_the_rules_know_is_as_it_was_confirmed() -> None:
    assert knowledge_hash() == read_stamp().knowledge, CONFIRM


def test_made_up_listings_are_decided_as_they_were_confirmed() -> None:
    assert results_of()[MADE_UP] == read_stamp().results[MADE_UP], CONFIRM


@pytest.mark.directories
def test_labelled_names_and_points_are_decided_as_they_were_confirmed(test_data: Path) -> None:
    found = results_of(sorted((test_data / "labels").glob("*.csv")))
    assert len(found) == 3
    assert found == read_stamp().results, CONFIRM


def test_the_version_names_the_code_since_which_decisions_are_what_they_are() -> None:
    assert version_of(read_stamp().decides) == RULES
    assert len({version_of(None), version_of("one"), version_of("other")}) == 3
    assert version_of("") == version_of(None)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("  # by its length", "", True),
        ("Say whose it is.", "Say it.", True),
        ('\n    """Say whose it is."""', "", True),
        ("(name: str, /, least: int = 3)", "(\n    name: str,\n    /,\n    least: int = 3,\n)", True),
        (">= least", "> least", False),
        ("least: int = 3", "least: int = 4", False),
        ("nobody's", "no one's", False),
        ("{name}", "{name!r}", False),
        ("whose(", "whom(", False),
    ],
)
def test_only_what_code_does_counts_and_not_how_it_is_written(tmp_path: Path, old: str, new: str, same: bool) -> None:
    file = tmp_path / "rule.py"
    file.write_text(RULE, encoding="utf-8")
    before = code_hash([tmp_path])
    assert old in RULE
    file.write_text(RULE.replace(old, new), encoding="utf-8")
    assert (code_hash([tmp_path]) == before) is same


def test_a_module_more_or_less_counts(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    before = code_hash([tmp_path])
    (tmp_path / "other.py").write_text("", encoding="utf-8")
    assert code_hash([tmp_path]) != before


def test_code_that_decides_the_same_keeps_the_version_and_what_was_not_compared_now() -> None:
    now = Stamp(None, "new code", "knowledge", {MADE_UP: "a", "more labels": "c"})
    assert confirmed(BEFORE, now) == Stamp(
        "older", "new code", "knowledge", {MADE_UP: "a", "labels": "b", "more labels": "c"}
    )


def test_code_that_decides_otherwise_is_refused_unless_it_is_said_and_is_then_another_version() -> None:
    now = Stamp(None, "new code", "knowledge", {MADE_UP: "other"})
    with pytest.raises(DecidesOtherwise, match=r"made_up.*--changed"):
        confirmed(BEFORE, now)
    after = confirmed(BEFORE, now, changed=True)
    assert after == replace(now, decides="new code"), "no result of the version before is left"


def test_where_what_the_rules_know_changed_its_version_is_another_with_the_code_or_without() -> None:
    now = Stamp(None, "code", "more knowledge", {MADE_UP: "other"})
    assert confirmed(BEFORE, now) == replace(now, decides="older")
    assert confirmed(BEFORE, replace(now, code="new code")).decides == "new code"


def test_what_was_compared_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_stamp(BEFORE, tmp_path / "stamp.json")
    assert read_stamp(tmp_path / "stamp.json") == BEFORE
    write_stamp(read_stamp(), tmp_path / "same.json")
    assert (tmp_path / "same.json").read_bytes() == STAMP.read_bytes()


def test_made_up_listings_are_decided_the_same_in_every_process() -> None:
    code = f"from include.intake.classification.rule_results import results_of; print(results_of()[{MADE_UP!r}])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == read_stamp().results[MADE_UP]
