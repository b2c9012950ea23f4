"""A source is called after its file: the same name each time, without the day or number of one delivery."""

from __future__ import annotations

import re

import pytest

from include.intake.contracts.draft_key import key_of, title_of

KEYS = {
    "ma_fes.csv": "ma_fes",
    "Trade Directory (Riyadh).xlsx": "trade_directory_riyadh",
    "export_20260301.csv.gz": "export",
    "guide 2026-03-01.json": "guide",
    "Annuaire Fès.xls": "annuaire_fes",
    "دليل الرياض.csv": "dlyl_alryad",
    "7up.csv": "source_7up",
    "x.csv": "source_x",
    "0500000001.vcf": "new_source",
    "%%.json": "new_source",
    "مُنشآت.tsv": "mnshat",
}


@pytest.mark.parametrize("file", KEYS)
def test_a_key_is_made_of_the_files_name(file: str) -> None:
    assert key_of(file) == KEYS[file]


@pytest.mark.parametrize(
    "file", [*KEYS, "a" * 200 + ".csv", "1_2_3_4_5_6_7_8_9.csv", "٠٥٠٠٠٠٠٠٠١.csv", "ß.csv", ".csv", ""]
)
def test_a_key_is_always_valid_and_never_taken(file: str) -> None:
    taken: set[str] = set()
    for _ in range(12):
        key = key_of(file, taken)
        assert re.fullmatch(r"[a-z][a-z0-9_]{1,47}", key)
        assert not re.search(r"\d{7}", key)
        assert key not in taken
        taken.add(key)


def test_a_title_is_for_people() -> None:
    assert title_of("trade_directory.csv") == ("دليل Trade Directory", "Trade Directory")
    assert title_of("دليل_الرياض.xlsx") == ("دليل الرياض", "Dlyl Alryad")
    assert all(title_of("123.csv"))
