"""Postal addresses in both languages."""

from __future__ import annotations

import pytest

from include.intake.normalise import read_cell
from include.intake.normalise.addresses import city_of


@pytest.mark.parametrize(
    ("cell", "traits"),
    [
        ("ص.ب 12 الرياض 11411", {"po_box", "city:riyadh"}),
        ("ص ب ١٢، جدة", {"po_box", "city:jeddah"}),
        ("P.O. Box 12, Jeddah", {"po_box", "city:jeddah"}),
        ("PO Box 12 Dubai", {"po_box", "city:dubai"}),
        ("فيلا 3، حي الورود، الرياض", {"home", "city:riyadh"}),
        ("شقة 4 شارع النيل القاهرة", {"home", "city:cairo"}),
        ("Flat 2, Sample Street, Al Khobar", {"home", "city:khobar"}),
        ("مكتب 5 شارع العليا", {"unit"}),
        ("Office 5, Sample Street", {"unit"}),
        ("Riyadh, Saudi Arabia", {"city:riyadh", "area_only"}),
        ("الرياض 11411", {"city:riyadh", "area_only"}),
    ],
)
def test_an_address_shows_its_marks_in_either_language(cell: str, traits: set[str]) -> None:
    (reading,) = read_cell("address", cell, None)
    assert reading.traits == traits


@pytest.mark.parametrize(
    ("arabic", "english"),
    [("مكة المكرمة", "Makkah"), ("الدمام", "Ad Dammam"), ("أبو ظبي", "Abu Dhabi"), ("الإسكندرية", "Alex")],
)
def test_a_city_is_one_city_in_both_languages(arabic: str, english: str) -> None:
    assert city_of(arabic) == city_of(english) is not None


def test_the_city_gives_the_country_where_it_is_known() -> None:
    assert [r.country for r in read_cell("address", "Sample Street, Dubai", "SA")] == ["AE"]
    assert [r.country for r in read_cell("address", "Sample Street", "SA")] == ["SA"]


def test_the_same_address_has_one_form_for_matching() -> None:
    forms = {
        reading.normalised
        for cell in ("فيلا ٣، حيّ الورود", "فيلا 3 - حي الورود", "فيــلا 3، حي الورود")
        for reading in read_cell("address", cell, "SA")
    }
    assert len(forms) == 1


def test_an_address_without_a_letter_is_kept_with_its_reason() -> None:
    (reading,) = read_cell("address", "12345-6", "SA")
    assert (reading.normalised, reading.unparsed) == (None, "no_letters")
