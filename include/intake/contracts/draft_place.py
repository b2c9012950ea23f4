"""Which country a file's numbers follow, which edition of the policy is nearest, and its language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from include.intake.contracts.fields import Field
from include.intake.contracts.guess import Guess

__all__ = ["Place", "place_of"]

LOOKED_AT = 300
"""Cells of each column that are looked at."""
EDITIONS = {"SA": "sa", "EG": "eg", "AE": "ae"}
UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
HOME = "sa"
"""The jurisdiction that the policy was written for, where nothing in a file speaks for another of ours."""
ARAB = ("SA", "EG", "AE", "KW", "QA", "BH", "OM", "JO", "LB", "IQ", "MA", "DZ", "TN", "SD", "YE", "LY", "PS", "SY")
PLANS = (
    *ARAB,
    "US",
    "GB",
    "PK",
    "IN",
    "NP",
    "BD",
    "TR",
    "FR",
    "DE",
    "ES",
    "IT",
    "NL",
    "NG",
    "KE",
    "ZA",
    "ID",
    "MY",
    "AU",
)
"""Numbering plans that are tried on numbers without a country code, the likeliest first."""
CODED = re.compile(r"(?<![\d+])(?:\+|00)[\s\-()]*\d[\d\s().\-]{6,18}")
NUMBER = re.compile(r"\d[\d\s().\-]{5,18}\d")
DOMAIN = re.compile(r"(?:@|//|www\.|\.)[\w.-]*\.([a-z]{2})(?![\w.])", re.IGNORECASE)
NOT_OF_A_COUNTRY = frozenset(
    ["CO", "IO", "ME", "TV", "AI", "CC", "WS", "FM", "TO", "LY", "GG", "SH", "VC", "EU", "AC", "IM", "LA"]
)
"""Top-level domains that are bought from everywhere."""
MOST = 0.5
LEAST_NUMBERS = 4
NAMED = (Field.ORGANISATION, Field.PERSON, Field.ADDRESS, Field.CITY, Field.DISTRICT)


@dataclass(frozen=True, slots=True)
class Place:
    """What is assumed of where a source is at home, and why."""

    jurisdiction: str
    region: str | None
    """The country of numbers without a country code."""
    language: str
    why: str
    """What speaks for the region."""


def place_of(sample: pd.DataFrame, guesses: Mapping[str, Guess]) -> Place:
    """Assume a place from country codes, countries, cities, domains, and at last from the shape of the numbers."""
    cells = {field: list(_cells(sample, guesses, field)) for field in Field}
    language = "ar" if _is_arabic([cell for field in NAMED for cell in cells[field]]) else "en"
    region, why = _region(cells, language)
    if region in EDITIONS:
        return Place(EDITIONS[region], region, language, why)
    return Place("eu" if region in UNION else HOME, region, language, why)


def _cells(sample: pd.DataFrame, guesses: Mapping[str, Guess], field: Field) -> Iterator[str]:
    for name, found in guesses.items():
        if found.field is field:
            filled = sample[name][sample[name].str.strip() != ""]
            yield from filled.head(LOOKED_AT)


def _is_arabic(cells: list[str]) -> bool:
    return sum(bool(re.search(r"[\u0620-\u064a]", cell)) for cell in cells) > 0.3 * max(len(cells), 1)


def _region(cells: Mapping[Field, list[str]], language: str) -> tuple[str | None, str]:
    for votes, why in (
        (_countries(cells), "its country column"),
        (_codes(cells[Field.PHONE]), "the country codes of its numbers"),
        (_cities(cells), "its cities"),
        (_domains(cells), "its domains"),
    ):
        if (chosen := _winner(votes)) is not None:
            return chosen, why
    if (chosen := _plan(cells[Field.PHONE], language)) is not None:
        return chosen, "the shape of its numbers"
    return ("SA", "its language alone") if language == "ar" else (None, "")


def _winner(votes: Counter[str]) -> str | None:
    """Return the country that most of the votes name; None where there are few of them or they differ."""
    chosen, count = votes.most_common(1)[0] if votes else ("", 0)
    return chosen if count >= 2 and count > MOST * votes.total() else None


def _countries(cells: Mapping[Field, list[str]]) -> Counter[str]:
    from include.intake.normalise.countries import country_of

    return Counter(country for cell in cells[Field.COUNTRY] if (country := country_of(cell)))


def _codes(phones: list[str]) -> Counter[str]:
    return Counter(
        region for cell in phones for number in CODED.findall(cell)[:1] if (region := _region_of(number, None))
    )


def _cities(cells: Mapping[Field, list[str]]) -> Counter[str]:
    from include.intake.normalise import read_cell

    places = [cell for field in (Field.CITY, Field.REGION, Field.ADDRESS) for cell in cells[field]]
    return Counter(
        reading.country for cell in places for reading in read_cell("address", cell, None) if reading.country
    )


def _domains(cells: Mapping[Field, list[str]]) -> Counter[str]:
    texts = [*cells[Field.EMAIL], *cells[Field.WEBSITE]]
    found = (match.group(1).upper() for cell in texts for match in DOMAIN.finditer(cell.split("?")[0]))
    return Counter({"UK": "GB"}.get(country, country) for country in found if country not in NOT_OF_A_COUNTRY)


def _plan(phones: list[str], language: str) -> str | None:
    """Return the first plan under which most of the numbers are some that exist, written as its people write them."""
    fewest = 8 if language == "ar" else 9  # eight digits are a number of the Gulf, and of half the world
    found = (_plain(number) for cell in phones for number in NUMBER.findall(_plain(cell))[:1])
    numbers = [number for number in found if sum(map(str.isdigit, number)) >= fewest]
    known = {
        plan: sum(_as_written(number, plan) for number in numbers if _region_of(number, plan) == plan)
        for plan in (ARAB if language == "ar" else PLANS)
    }
    best = max(known, key=lambda plan: known[plan])
    return best if known[best] > MOST * max(len(numbers), LEAST_NUMBERS) else None


def _as_written(number: str, plan: str) -> float:
    """Score a number by whether it begins with 0 where its plan has one: numbers of many countries have ten digits."""
    import phonenumbers

    known = phonenumbers.PhoneMetadata.metadata_for_region(plan)
    with_zero = known is not None and known.national_prefix == "0"
    return 1.0 if number.startswith("0") == with_zero else 0.6


def _region_of(number: str, plan: str | None) -> str | None:
    """Return the country to which a number belongs; None where there is no such number."""
    import phonenumbers

    plain = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", _plain(number)))
    try:
        parsed = phonenumbers.parse(plain, plan)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.region_code_for_number(parsed) or (None if plan else _first_region(parsed.country_code or 0))


def _first_region(code: int) -> str | None:
    import phonenumbers

    region: str = phonenumbers.region_code_for_country_code(code)
    return region if len(region) == 2 and region != "ZZ" and region.isalpha() else None


def _plain(text: str) -> str:
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
