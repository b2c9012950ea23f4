"""The fast reader of numbers says what the reference says, or nothing."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import phonenumbers
import pytest

from include.intake.normalise.phones import compact
from include.intake.normalise.quick_numbers import Valid, quick, valid_number

REGIONS = ("SA", "EG", "AE", "KW", "QA", "BH", "OM", "JO", "MA", "NP", "US", "GB", None)

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


def drawn(count: int) -> list[tuple[str, str | None]]:
    """Draw digits with the beginnings that numbers have; whose they might be is never looked at."""
    draw = random.Random(7)
    heads = ("05", "01", "5", "9200", "800", "+9665", "+96611", "+201", "+9715", "+977", "+1", "+44", "00966", "")
    return [
        (draw.choice(heads) + "".join(draw.choices("0123456789", k=draw.randint(4, 10))), draw.choice(REGIONS))
        for _ in range(count)
    ]


def test_it_agrees_with_the_reference_on_numbers_drawn_at_random() -> None:
    found = [(valid_number(*asked), reference(*asked)) for asked in drawn(40_000)]
    both = [(ours, theirs) for ours, theirs in found if ours is not None]
    assert len(both) > 2_500
    assert sum(ours != theirs for ours, theirs in both) <= len(both) // 10_000, "its metadata is of another age"


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
