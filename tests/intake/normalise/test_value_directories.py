"""On the real directories every contact cell becomes a contact point, and nearly every one is understood.

Written down for each column, as measured: how many cells are filled, how many of them say nothing, and of how many
every piece is understood. What is not understood is kept with its reason; most of it are numbers without an area code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.intake.normalise import Reading, is_placeholder, read_cell
from include.intake.reading import detect, read

pytestmark = pytest.mark.directories

PLACE = "Provider Business Practice Location Address"
MEASURED: dict[str, tuple[str | None, str | None, dict[str, tuple[str, int, int, int]]]] = {
    "ma_fes.csv": (
        "MA",
        None,
        {
            "Phone Number": ("phone", 49, 0, 49),
            "Emails": ("email", 21, 0, 21),
            "Website": ("website", 44, 0, 44),
            "Location": ("address", 75, 0, 75),
        },
    ),
    "us_chicago_early_childhood_messy.csv": (
        "US",
        None,
        {
            "Phone": ("phone", 3191, 0, 0),
            "Fax": ("phone", 38, 0, 38),
            "Center Director": ("website", 463, 0, 460),
            "Purple binder service type": ("email", 122, 0, 122),
            "Address": ("address", 3337, 0, 3337),
            "Eearly Head Start Fund": ("person", 456, 0, 456),
            "ECE Available Programs": ("person", 958, 0, 958),
            "NAEYC Valid Until": ("person", 369, 0, 369),
        },
    ),
    "us_fsis_mpi.csv": (
        "US",
        None,
        {
            "phone": ("phone", 6287, 0, 6269),
            "street": ("address", 6287, 0, 6287),
        },
    ),
    "us_legislators.csv": (
        "US",
        None,
        {
            "email": ("email", 7973, 0, 7973),
            "capitol_voice": ("phone", 7532, 0, 7532),
            "district_voice": ("phone", 2405, 0, 2405),
            "name": ("person", 7989, 0, 7989),
            "capitol_address": ("address", 7695, 0, 7695),
        },
    ),
    "us_nppes.csv": (
        "US",
        None,
        {
            "Provider First Line Business Practice Location Address": ("address", 9684, 0, 9684),
            f"{PLACE} Telephone Number": ("phone", 9684, 0, 9676),
            f"{PLACE} Fax Number": ("phone", 8266, 0, 8258),
        },
    ),
    "yellowpagesnepal_college.csv": (
        "NP",
        None,
        {
            "Phone": ("phone", 804, 0, 658),
            "Mobile": ("phone", 8, 0, 7),
            "Email": ("email", 386, 0, 384),
            "Webpage": ("website", 291, 0, 291),
            "Fax": ("phone", 203, 0, 167),
            "Address": ("address", 805, 0, 805),
        },
    ),
    "ypnepal_school.csv": (
        "NP",
        None,
        {
            "Phone": ("phone", 1862, 0, 1522),
            "Mobile": ("phone", 66, 0, 62),
            "Email": ("email", 558, 0, 558),
            "Webpage": ("website", 252, 0, 250),
            "Fax": ("phone", 151, 0, 141),
            "Address": ("address", 1862, 0, 1862),
        },
    ),
    "world_iana_enterprise_numbers.csv": (
        None,
        "&",
        {
            "email": ("email", 61908, 346, 61348),
            "contact": ("person", 61908, 38, 61866),
        },
    ),
    "ieee_oui.csv": (
        None,
        None,
        {
            "Organization Address": ("address", 32440, 0, 32440),
        },
    ),
    "sa_riyadh_osm.json": (
        "SA",
        None,
        {
            "phone": ("phone", 212, 0, 210),
            "website": ("website", 207, 0, 207),
        },
    ),
    "sa_riyadh_osm_bulk.json": (
        "SA",
        None,
        {
            "phone": ("phone", 131, 0, 127),
            "website": ("website", 122, 0, 121),
        },
    ),
    "sa_jeddah_gmaps.xlsx": (
        "SA",
        None,
        {
            "phone_number": ("phone", 18, 0, 18),
            "website": ("website", 9, 0, 8),
            "address": ("address", 25, 0, 25),
        },
    ),
}
"""File: the country of its numbers, the sign it writes for @; column: field, filled cells, of those saying nothing, of
the rest wholly understood."""


def cells(path: Path, columns: list[str]) -> Iterator[dict[str, str]]:
    for chunk in read(path, detect(path)):
        yield from chunk.frame[columns].to_dict("records")


@pytest.mark.parametrize("name", MEASURED)
def test_every_contact_cell_becomes_a_contact_point(name: str, test_data: Path) -> None:
    region, at_sign, columns = MEASURED[name]
    filled, nothing, understood = (dict.fromkeys(columns, 0) for _ in range(3))
    lost: dict[str, int] = dict.fromkeys(columns, 0)
    for row in cells(test_data / "directories" / name, list(columns)):
        for column, (field, *_) in columns.items():
            cell = row[column]
            if not cell.strip():
                continue
            filled[column] += 1
            readings = read_cell(field, cell, region, at_sign=at_sign)
            nothing[column] += is_placeholder(cell)
            lost[column] += not readings and not is_placeholder(cell)
            understood[column] += bool(readings) and all(map(is_understood, readings))
    for column, (_, cells_there, saying_nothing, at_least) in columns.items():
        assert (filled[column], nothing[column], lost[column]) == (cells_there, saying_nothing, 0), column
        assert understood[column] >= at_least, column


def is_understood(reading: Reading) -> bool:
    """Every reading is a form for matching, or a reason; it is never both and never empty."""
    assert (reading.normalised is None) != (reading.unparsed is None)
    assert reading.value.strip()
    return reading.normalised is not None


def test_most_contact_cells_of_all_directories_are_understood() -> None:
    told = [column for _, _, columns in MEASURED.values() for column in columns.values()]
    saying = sum(filled - nothing for _, filled, nothing, _ in told)
    assert sum(understood for *_, understood in told) / saying > 0.97
