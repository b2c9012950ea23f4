"""The fast reader of numbers says what the reference says, or nothing."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import phonenumbers
import pytest

from include.intake.normalise.phones import compact
from include.intake.normalise.quick_numbers import Valid, quick, valid_number

ARAB = (
    "SA", "AE", "BH", "KW", "OM", "QA", "YE", "IQ", "JO", "LB", "PS", "SY", "EG", "SD", "LY", "TN", "DZ", "MA", "MR",
    "SO", "DJ", "KM",
)  # fmt: skip
REGIONS = (*ARAB, "NP", "US", "GB", None)
WRITTEN = tuple(getattr(phonenumbers.PhoneNumberFormat, form) for form in ("E164", "INTERNATIONAL", "NATIONAL"))

pytestmark = pytest.mark.skipif(quick is None, reason="the fast reader is not installed here")


def reference(digits: str, region: str | None) -> Valid | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:
        return None
    national = phonenumbers.national_significant_number(number)
    return Valid(number.country_code or 0, national, kind, phonenumbers.region_code_for_number(number))


def examples(region: str) -> list[phonenumbers.PhoneNumber]:
    """Give the example number of every type that the plan of a region has. They are the reference's own: nobody's."""
    kinds = phonenumbers.PhoneNumberType.values()
    return [made for kind in kinds if (made := phonenumbers.example_number_for_type(region, kind)) is not None]


def spellings(number: phonenumbers.PhoneNumber) -> list[str]:
    """Write a number in each form, with two zeros for the plus, and as its national digits alone."""
    written = [compact(phonenumbers.format_number(number, form)) for form in WRITTEN]
    return [*written, f"00{written[0][1:]}", phonenumbers.national_significant_number(number)]


def drawn(region: str | None, count: int) -> list[str]:
    """Draw digits with the beginnings that numbers have there; whose they might be is never looked at."""
    draw = random.Random(f"7 {region}")
    heads = ["05", "01", "5", "9200", "800", "+9665", "+96611", "+201", "+9715", "+977", "+1", "+44", "00966", ""]
    for number in examples(region) if region else ():
        heads += [spelling[: draw.randint(2, 6)] for spelling in spellings(number)]
    digits = "0123456789"
    return [draw.choice(heads) + "".join(draw.choices(digits, k=draw.randint(4, 10))) for _ in range(count)]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_it_agrees_with_the_reference_on_every_form_of_the_example_numbers(region: str) -> None:
    asked = [spelling for number in examples(region) for spelling in spellings(number)]
    found = [valid_number(digits, region) for digits in asked]
    assert any(found)
    assert found == [reference(digits, region) for digits in asked]


@pytest.mark.parametrize("region", REGIONS)
def test_it_agrees_with_the_reference_on_numbers_drawn_at_random(region: str | None) -> None:
    asked = drawn(region, 3_000)
    known = {digits: ours for digits in asked if (ours := valid_number(digits, region)) is not None}
    assert len(known) > 100
    differ = {digits for digits, ours in known.items() if ours != reference(digits, region)}
    assert not differ, "its metadata is of another age"


@pytest.mark.parametrize("digits", ["", "abc", "+", "0", "99999999999999999999", "+999123456789"])
def test_what_is_no_valid_number_is_left_to_the_reference(digits: str) -> None:
    assert valid_number(digits, "SA") is None


@pytest.mark.directories
def test_it_agrees_with_the_reference_on_the_labelled_numbers(test_data: Path) -> None:
    with (test_data / "labels" / "contact_points.csv").open(encoding="utf-8", newline="") as file:
        asked = [
            (compact(row["value"]), row["region"] or None) for row in csv.DictReader(file) if row["kind"] == "phone"
        ]
    found = [(valid_number(*one), reference(*one)) for one in asked if one[0]]
    differ = sum(ours is not None and ours != theirs for ours, theirs in found)
    assert sum(ours is not None for ours, _ in found) > 1_000
    assert differ == 0
