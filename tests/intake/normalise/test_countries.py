"""A listing's own country decides how its numbers without a country code are read."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from builders import terms

from include.intake.listings import read_listings
from include.intake.normalise.countries import country_of


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("SA", "SA"),
        ("Saudi Arabia", "SA"),
        ("المملكة العربية السعودية", "SA"),
        ("السعوديه", "SA"),
        ("K.S.A.", None),
        ("KSA", "SA"),
        ("Egypt", "EG"),
        ("مصر", "EG"),
        ("Égypte", "EG"),
        ("United Arab Emirates", "AE"),
        ("Riyadh", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_its_code_and_by_its_name_in_three_languages(cell: str, country: str | None) -> None:
    assert country_of(cell) == country


def test_a_number_is_read_by_the_country_of_its_listing_before_that_of_its_contract() -> None:
    contract = terms(columns={"id": {"field": "row_id", "why": "recognises it"}, "name": "organisation",
                              "phone": "phone", "country": "country"})  # fmt: skip
    row: dict[str, Any] = {"id": "1", "name": "Sample Co. Ltd", "phone": "02 2000 0001"}
    numbers = {
        country: [
            point["normalised"]
            for point in read_listings(pl.DataFrame({**row, "country": country}), contract).points.to_dicts()
            if point["kind"] == "phone"
        ]
        for country in ("Egypt", "")
    }
    assert numbers["Egypt"] == ["+20220000001"]
    assert numbers[""] != ["+20220000001"]
