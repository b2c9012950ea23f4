"""How a contract says what the bytes of a file are, and when it is collected."""

from __future__ import annotations

from typing import Any

import pytest

from include.intake.contracts import Format
from include.intake.contracts.refresh import CRON, as_refresh


@pytest.mark.parametrize(
    ("given", "meant"), [("tab", "\t"), ("\\t", "\t"), ("semicolon", ";"), ("pipe", "|"), ("AUTO", "auto"), ("|", "|")]
)
def test_delimiters_have_names(given: str, meant: str) -> None:
    assert Format(type="csv", delimiter=given).delimiter == meant


@pytest.mark.parametrize("name", ["utf-8", "UTF-8-SIG", "utf-16", "windows-1256", "windows-1252", "iso-8859-6"])
def test_encodings_are_known_by_their_usual_names(name: str) -> None:
    assert Format(type="csv", encoding=name).encoding == name.lower()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "pdf"},
        {"type": "csv", "encoding": "klingon"},
        {"type": "csv", "encoding": "base64"},
        {"type": "csv", "delimiter": "::"},
        {"type": "csv", "delimiter": "a"},
        {"type": "csv", "header_row": 0},
        {"type": "csv", "quote": "''"},
        {"type": "csv", "quote": ";", "delimiter": ";"},
        {"type": "csv", "sheet": "Sheet1"},
        {"type": "csv", "records": "data"},
        {"type": "xlsx", "delimiter": ";"},
        {"type": "xlsx", "sheet": 0},
        {"type": "json", "header_row": 2},
        {"type": "json", "records": "data..items"},
        {"type": "jsonl", "records": "data"},
    ],
)
def test_an_option_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Format.model_validate(wrong)


@pytest.mark.parametrize(
    "text", ["nightly", "Weekly", "manual", "30 1 * * 0-4", "*/15 * * * *", "0 2 1,15 * *", "0  2 * * 7"]
)
def test_a_refresh_is_a_word_or_cron(text: str) -> None:
    assert as_refresh(text) in {*CRON, " ".join(text.split())}


@pytest.mark.parametrize(
    "text", ["hourly", "60 1 * * *", "0 24 * * *", "0 2 * *", "5-1 * * * *", "*/0 * * * *", "a * * * *"]
)
def test_anything_else_is_no_refresh(text: str) -> None:
    with pytest.raises(ValueError, match="nightly, weekly, manual"):
        as_refresh(text)
