"""What the words of cells tell where a heading tells nothing: an address, a city, a country, a business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from include.intake.contracts.heading_words import organisation_words, street_words, words_of

__all__ = ["Words", "words_in"]

LONGEST_CITY = 40
MOST_NAMES = 6
NUMBERED = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Words:
    """Shares (0 to 1) of different cells whose words speak of each."""

    address: float
    """Streets, floors and boxes, or several of a city, a number and a comma."""
    city: float
    """Nothing but a city that we know."""
    country: float
    """Nothing but a country."""
    organisation: float
    """A word that businesses have in their names."""
    person: float
    """A name that the classifier takes for a person's."""


def words_in(cells: Sequence[str]) -> Words:
    """Look at different cells of a column."""
    total = max(len(cells), 1)
    cells = [cell for cell in cells if "@" not in cell and "://" not in cell and not cell.startswith("www.")]
    return Words(
        address=sum(map(_is_address, cells)) / total,
        city=sum(map(_is_city, cells)) / total,
        country=sum(map(_is_country, cells)) / total,
        person=sum(map(_is_person, cells)) / total,
        organisation=sum(bool(organisation_words().intersection(words_of(cell))) for cell in cells) / total,
    )


def _is_person(cell: str) -> bool:
    from include.intake.classification import NameKind, classify_name  # here: the lexicons are read when needed

    if NUMBERED.search(cell) or not 2 <= len(cell.split()) <= MOST_NAMES:
        return False  # `Ali (3)` is a group or a code
    return classify_name(cell).kind is NameKind.PERSON


def _is_address(cell: str) -> bool:
    words = words_of(cell)
    signs = bool(NUMBERED.search(cell)) + ("," in cell or "،" in cell) + (len(words) >= 3)
    return bool(street_words().intersection(words)) and signs >= 1


def _is_city(cell: str) -> bool:
    from include.intake.normalise.addresses import read_address

    if len(cell) > LONGEST_CITY or NUMBERED.search(cell):
        return False
    places = [trait for reading in read_address(cell, None) for trait in reading.traits if trait.startswith("city:")]
    return len(places) == 1 and len(words_of(cell)) <= 3


def _is_country(cell: str) -> bool:
    from include.intake.normalise.countries import country_of

    return len(cell) > 2 and country_of(cell) is not None
