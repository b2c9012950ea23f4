"""Real directories: next to nothing of what businesses publish is set aside. Only counts are ever shown."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from include.intake.quality import scan

pytestmark = pytest.mark.directories

DIRECTORIES = {
    "ieee_oui.csv": None,
    "ma_fes.csv": "MA",
    "sa_jeddah_gmaps.xlsx": "SA",
    "sa_jeddah_schools.xlsx": "SA",
    "sa_riyadh_osm.json": "SA",
    "sa_riyadh_osm_bulk.json": "SA",
    "us_chicago_early_childhood_messy.csv": "US",
    "us_fsis_mpi.csv": "US",
    "us_legislators.csv": "US",
    "us_nppes.csv": "US",
    "world_iana_enterprise_numbers.csv": None,
    "yellowpagesnepal_college.csv": "NP",
    "ypnepal_school.csv": "NP",
}
PHONES = ("phone", "mobile", "fax", "voice", "telephone")
PLACES = ("address", "location", "p.o.box", "street")


def read(path: Path) -> pd.DataFrame:
    """Read a whole file as text, nested fields flattened: the product's own readers have tests of their own."""
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="calamine", dtype=str, keep_default_na=False)
    if path.suffix == ".json":
        flat = pd.json_normalize(json.loads(path.read_text(encoding="utf-8")))
        return flat.map(lambda cell: "" if cell is None or cell != cell else str(cell))
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding_errors="replace")


def fields_of(frame: pd.DataFrame) -> dict[str, str]:
    """Map by name what a contract would map: phones and places."""
    return {
        column: field
        for field, words in (("address", PLACES), ("phone", PHONES))
        for column in frame.columns
        if any(word in column.lower() for word in words) and (field == "phone" or "elephone" not in column)
    }


@pytest.mark.parametrize("name", DIRECTORIES)
@pytest.mark.parametrize("mapped", [True, False])
def test_at_least_98_in_100_rows_of_a_real_directory_hold_nothing_sensitive(
    test_data: Path, name: str, mapped: bool
) -> None:
    frame = read(test_data / "directories" / name)
    found = scan(frame, fields_of(frame) if mapped else {}, region=DIRECTORIES[name] if mapped else None)
    share = found["row"].nunique() / len(frame)
    print(f"{name}: {found['row'].nunique()} of {len(frame)} rows", found.groupby(["column", "code"]).size().to_dict())
    assert share <= 0.002
