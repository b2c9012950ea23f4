"""Real directories are read whole, cell by cell the same as an independent reader reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from include.intake.contracts import check_columns, file_of, load_all
from include.intake.reading import columns, detect, read

pytestmark = pytest.mark.directories

SOURCES = Path(__file__).resolve().parents[1] / "sources"
ROWS = {
    "ieee_oui.csv": 32_530,
    "ma_fes.csv": 76,
    "sa_jeddah_gmaps.xlsx": 25,
    "sa_jeddah_schools.xlsx": 898,
    "sa_riyadh_osm.json": 1_279,
    "sa_riyadh_osm_bulk.json": 2_024,
    "us_chicago_early_childhood_messy.csv": 3_337,
    "us_fsis_mpi.csv": 6_287,
    "us_legislators.csv": 7_989,
    "us_nppes.csv": 10_001,
    "world_iana_enterprise_numbers.csv": 61_908,
    "world_iana_enterprise_numbers.txt": 61_908,
    "yellowpagesnepal_college.csv": 805,
    "ypnepal_school.csv": 1_862,
}
BROKEN = {"ma_fes.csv": [(68, "broken_quoting")]}
"""One row of this file has a stray piece of HTML between two cells."""


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_read_or_set_aside(name: str, test_data: Path) -> None:
    path = test_data / "directories" / name
    chunks = list(read(path, detect(path), chunk_rows=1_000))
    faults = [(fault.row, fault.reason.value) for chunk in chunks for fault in chunk.faults]
    numbers = [int(number) for chunk in chunks for number in chunk.frame.index] + [row for row, _ in faults]
    assert sorted(numbers) == list(range(1, ROWS[name] + 1))
    assert faults == BROKEN.get(name, [])


@pytest.mark.parametrize("name", [name for name in ROWS if name.endswith(".csv") and name not in BROKEN])
def test_csv_cells_are_the_same_as_another_reader_reads(name: str, test_data: Path) -> None:
    path = test_data / "directories" / name
    ours = pd.concat([chunk.frame for chunk in read(path, detect(path))])
    theirs = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    # The other reader leaves line breaks in quoted cells as they are, too, so nothing is allowed to differ.
    assert ours.columns.tolist() == theirs.columns.tolist()
    assert (ours.to_numpy() == theirs.to_numpy()).all()


@pytest.mark.parametrize("name", ["sa_riyadh_osm.json", "sa_riyadh_osm_bulk.json"])
def test_json_cells_are_the_same_as_another_reader_reads(name: str, test_data: Path) -> None:
    path = test_data / "directories" / name
    ours = pd.concat([chunk.frame for chunk in read(path, detect(path))])
    theirs = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    for field in ("name_ar", "name_en", "phone", "website", "lat", "osm_id", "opening_hours"):
        assert ours[field].tolist() == [record[field] or "" for record in theirs]


@pytest.mark.parametrize("name", ["sa_jeddah_gmaps.xlsx", "sa_jeddah_schools.xlsx"])
def test_sheet_cells_are_the_same_as_another_reader_reads(name: str, test_data: Path) -> None:
    path = test_data / "directories" / name
    ours = pd.concat([chunk.frame for chunk in read(path, detect(path))]).to_numpy().tolist()
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    _, *theirs = workbook.worksheets[0].iter_rows(values_only=True)
    assert ours == [["" if cell is None else str(cell) for cell in row] for row in theirs]
    workbook.close()


@pytest.mark.parametrize("key", ["riyadh_osm", "jeddah_gmaps", "iana_enterprise", "nepal_schools"])
def test_the_contracts_written_for_them_fit(
    key: str, test_data: Path, monkeypatch: pytest.MonkeyPatch, filled: Callable[..., float]
) -> None:
    monkeypatch.setenv("AMANAH_SOURCES", str(SOURCES))
    monkeypatch.setenv("AMANAH_INBOX", str(test_data / "directories"))
    good, broken = load_all()
    assert broken == []
    contract = good[key]
    assert check_columns(contract, columns(file_of(contract), contract.format)).message == ""
    frame = pd.concat([chunk.frame for chunk in read(file_of(contract), contract.format)])
    assert len(frame) >= contract.floors.rows
    for field, floor in contract.floors.filled.items():
        assert filled(frame, contract.named(field)) >= floor


@pytest.fixture
def filled() -> Callable[..., float]:
    """Return the share of rows in which at least one of the columns is not empty."""

    def share(frame: pd.DataFrame, names: tuple[str, ...]) -> float:
        given: Any = (frame[list(names)] != "").any(axis=1)
        return float(given.mean())

    return share
