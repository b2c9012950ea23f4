"""On the real directories, the columns with contact data are mapped right without help.

The expected mapping was written by looking at headings and cells, before and apart from what is guessed. What is not
listed is no contact and belongs to none of our fields. In the Chicago file many cells stand under their neighbour's
heading: there the cells count.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from include.intake.contracts import Column, Field
from include.intake.contracts.draft import drafted
from include.intake.contracts.guess import Guess, guess
from include.intake.reading import detect, read

pytestmark = pytest.mark.directories

PLACE = "Provider Business Practice Location Address"
EXPECTED: dict[str, dict[str, str]] = {
    "ieee_oui.csv": {"Organization Name": "organisation", "Organization Address": "address"},
    "ma_fes.csv": {
        "Name": "organisation",
        "Phone Number": "phone",
        "Emails": "email",
        "Website": "website",
        "Location": "address",
    },
    "sa_jeddah_gmaps.xlsx": {
        "name": "organisation",
        "address": "address",
        "website": "website",
        "phone_number": "phone",
    },
    "sa_jeddah_schools.xlsx": {"اسم المدرسة": "organisation ar", "الحي": "district ar"},
    "sa_riyadh_osm.json": {
        "name_ar": "organisation ar",
        "name_en": "organisation en",
        "phone": "phone",
        "website": "website",
        "osm_id": "row_id",
    },
    "sa_riyadh_osm_bulk.json": {
        "name_ar": "organisation ar",
        "name_en": "organisation en",
        "neighborhood": "district",
        "neighborhood_en": "district en",
        "phone": "phone",
        "website": "website",
        "osm_id": "row_id",
    },
    "us_chicago_early_childhood_messy.csv": {
        "Site name": "organisation",
        "Address": "address",
        "Zip": "postal_code",
        "Phone": "phone",
        "Fax": "phone fax",
        "Agency": "organisation",
        "Neighborhood": "district",
        "Director": "person",
        "Eearly Head Start Fund": "person",
        "Center Director": "website",
        "ECE Available Programs": "person",
        "NAEYC Valid Until": "person",
        "Purple binder service type": "email",
    },
    "us_fsis_mpi.csv": {
        "est_number": "row_id",
        "company": "organisation",
        "street": "address",
        "city": "city",
        "st": "region",
        "zip": "postal_code",
        "phone": "phone",
        "dbas": "organisation",
    },
    "us_legislators.csv": {
        "state": "region",
        "name": "person",
        "email": "email",
        "capitol_voice": "phone",
        "capitol_address": "address",
        "district_voice": "phone",
        "district_address": "address",
    },
    "us_nppes.csv": {
        "NPI": "row_id",
        "Provider Organization Name (Legal Business Name)": "organisation",
        "Provider Last Name (Legal Name)": "person",
        "Provider First Name": "person",
        "Provider Middle Name": "person",
        "Provider Other Organization Name": "organisation",
        "Provider Other Last Name": "person",
        "Provider Other First Name": "person",
        "Provider Other Middle Name": "person",
        "Provider First Line Business Practice Location Address": "address",
        "Provider Second Line Business Practice Location Address": "address",
        f"{PLACE} City Name": "city",
        f"{PLACE} State Name": "region",
        f"{PLACE} Postal Code": "postal_code",
        f"{PLACE} Country Code (If outside U.S.)": "country",
        f"{PLACE} Telephone Number": "phone",
        f"{PLACE} Fax Number": "phone fax",
    },
    "world_iana_enterprise_numbers.txt": {"Organization": "organisation", "Contact": "person", "Email": "email &"},
    "world_iana_enterprise_numbers.csv": {"organization": "organisation", "contact": "person", "email": "email &"},
    "yellowpagesnepal_college.csv": {
        "Name": "organisation",
        "Address": "address",
        "P.O.Box": "po_box",
        "Phone": "phone",
        "Mobile": "phone mobile",
        "Email": "email",
        "Webpage": "website",
        "Fax": "phone fax",
        "Country": "country",
    },
    "ypnepal_school.csv": {
        "Name": "organisation",
        "Address": "address",
        "City": "city",
        "Country": "country",
        "Phone": "phone",
        "P.O.Box": "po_box",
        "Email": "email",
        "Mobile": "phone mobile",
        "Webpage": "website",
        "Fax": "phone fax",
    },
}
REACH = {Field.PHONE, Field.EMAIL, Field.WEBSITE, Field.ADDRESS, Field.PERSON, Field.ORGANISATION}


def spelled(found: Guess | Column | None) -> str:
    """Write a guess, or a column of a draft, as the table writes it."""
    parts = [found.field, found.language, found.means, found.at_sign] if found else []
    return " ".join(part for part in parts if part)


def test_every_file_of_the_directories_is_in_the_table(test_data: Path) -> None:
    found = {path.name for path in (test_data / "directories").iterdir()}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_column_of_a_file_is_drafted_as_expected(name: str, test_data: Path) -> None:
    draft = drafted(test_data / "directories" / name)
    names = draft.look.columns
    assert set(EXPECTED[name]) <= set(names)
    columns = draft.contract.columns
    assert {key: spelled(columns.get(key)) for key in names} == {key: EXPECTED[name].get(key, "") for key in names}


def test_nine_of_ten_contact_columns_are_right_from_the_first_rows_alone(test_data: Path) -> None:
    right, wrong = 0, []
    for name, expected in EXPECTED.items():
        path = test_data / "directories" / name
        frame = next(read(path, detect(path), chunk_rows=500)).frame
        guesses = guess([str(key) for key in frame.columns], frame)
        for key, said in expected.items():
            if Field(said.split()[0]) in REACH:
                fits = spelled(guesses.get(key)) == said
                right += fits
                wrong += [] if fits else [f"{name}: {key}"]
    assert right / (right + len(wrong)) >= 0.9, wrong
