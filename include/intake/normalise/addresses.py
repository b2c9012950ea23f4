"""Read postal addresses: their matching text, city, post-office box, and marks of a home or a business unit."""

from __future__ import annotations

import re
from functools import cache

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.names import words
from include.intake.normalise.phrases import Phrases
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import squeeze, visible

__all__ = ["city_of", "read_address"]

LETTER = re.compile(r"[^\W\d_]")


def read_address(text: str, region: str | None = None) -> tuple[Reading, ...]:
    """Read one address, its parts joined by the caller.

    Traits: `po_box`, `home` (villa, flat), `unit` (office, shop), `city:<code>` where the city is known in either
    language, and `area_only` where nothing but place names is given. Text without a letter is unparsed.
    """
    given = squeeze(visible(text))
    if is_placeholder(given):
        return ()
    if not LETTER.search(given):
        return (Reading("address", given, None, unparsed="no_letters"),)
    parts = words(given)
    found = tuple(marks().find(parts))
    traits = {phrase.tag for phrase in found if ":" not in phrase.tag}
    places = [phrase.tag for phrase in found if phrase.tag.startswith("city:")]
    countries = [phrase.tag.removeprefix("country:") for phrase in found if phrase.tag.startswith("country:")]
    traits.update(places[-1:])
    places_only = sum(phrase.end - phrase.start for phrase in found if ":" in phrase.tag)
    if places_only == sum(not part.isdecimal() for part in parts):
        traits.add("area_only")
    country = cities()[places[-1].removeprefix("city:")] if places else (countries[-1] if countries else region)
    return (Reading("address", given, " ".join(parts), traits=frozenset(traits), country=country),)


def city_of(text: str) -> str | None:
    """Give the code of the city that a text names in Arabic or English; None where it names none that we know."""
    codes = [phrase.tag for phrase in marks().find(words(text)) if phrase.tag.startswith("city:")]
    return codes[-1].removeprefix("city:") if codes else None


@cache
def marks() -> Phrases:
    """Read what an address says beside streets: cities, countries, boxes, homes, units."""
    places, signs = lexicon(HERE / "cities.yml"), lexicon(HERE / "address_marks.yml")
    tagged = [
        (words(name), f"city:{code}")
        for listed in places["cities"].values()
        for code, names in listed.items()
        for name in names
    ]
    tagged += [(words(name), f"country:{code}") for code, names in places["countries"].items() for name in names]
    tagged += [(words(sign), tag) for tag, listed in signs.items() for sign in listed]
    return Phrases(tagged)


@cache
def cities() -> dict[str, str]:
    """Give the country of each city code."""
    return {code: country for country, listed in lexicon(HERE / "cities.yml")["cities"].items() for code in listed}
