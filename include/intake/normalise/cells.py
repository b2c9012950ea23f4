"""Read a cell by the field that its column is mapped to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from include.errors import NeverRetry
from include.intake.normalise.addresses import read_address
from include.intake.normalise.emails import read_emails
from include.intake.normalise.persons import read_persons
from include.intake.normalise.phone_cells import read_phones
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading, contact_key_text
from include.intake.normalise.text import unmarked
from include.intake.normalise.websites import read_websites

__all__ = ["UnknownContactField", "read_cell"]

LONGEST = 5_000
"""More signs than this are no contact of anybody: such a cell is kept as it is, and not taken apart."""


class UnknownContactField(NeverRetry):
    """Raise where a field is asked for that holds no contact points."""

    def __init__(self, field: str) -> None:
        super().__init__(f"The field {field!r} holds no contact points: use one of {', '.join(READERS)}")
        self.field = field


def read_cell(
    field: str,
    text: str,
    region: str | None,
    means: str | None = None,
    *,
    at_sign: str | None = None,
    language: str | None = None,
) -> tuple[Reading, ...]:
    """Read every contact point of a cell of `field`: phone, email, website, address or person.

    `region` is the country of the listing (ISO 3166 alpha-2) or None; `means` what its contract declares of the column,
    which becomes the trait `declared_<means>`; `at_sign` the sign that the source writes for @. Parts of an address are
    joined by the caller. Every piece that is not a placeholder becomes a reading, parsed or unparsed with its reason,
    and each value of a cell once. An e-mail address in a column of telephone numbers, and the like, is read as what it
    is, with the trait `misplaced`. Raises UnknownContactField.
    """
    if field not in READERS:
        raise UnknownContactField(field)
    if len(text) > LONGEST:
        return () if is_placeholder(text) else (Reading(field, text, None, unparsed="too_long"),)
    return _read(field, text, region and region.upper(), means, at_sign, language)


@lru_cache(maxsize=1 << 14)
def _read(
    field: str, text: str, region: str | None, means: str | None, at_sign: str | None, language: str | None
) -> tuple[Reading, ...]:
    if "&" in text or "<" in text:
        text = unmarked(text)
    if is_placeholder(text):
        return ()
    readings = READERS[field](text, region, at_sign, language)
    if any(reading.unparsed for reading in readings):
        readings = tuple(found for reading in readings for found in _misplaced(reading, region))
    if means:
        declared = frozenset({f"declared_{means}"})
        readings = tuple(replace(reading, traits=reading.traits | declared) for reading in readings)
    return _once(readings)


def _once(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Keep each contact point of a cell once, with all that was said of it."""
    if len(readings) < 2:
        return readings
    kept: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        key = (reading.kind, contact_key_text(reading))
        first = kept.setdefault(key, reading)
        if first is not reading:
            kept[key] = replace(first, traits=first.traits | reading.traits, beside=first.beside or reading.beside)
    return tuple(kept.values())


def _misplaced(reading: Reading, region: str | None) -> tuple[Reading, ...]:
    """Try the other kinds on a piece that its own kind refuses, and keep the refusal where none takes it."""
    if reading.unparsed is None or reading.kind == "address":
        return (reading,)
    tries: dict[str, Callable[[], tuple[Reading, ...]]] = {}
    if "@" in reading.value or (reading.kind == "person" and "&" in reading.value):
        tries["email"] = lambda: read_emails(reading.value)
    if "www." in reading.value.casefold() or "://" in reading.value:
        tries["website"] = lambda: read_websites(reading.value)
    if reading.kind != "phone" and sum(map(str.isdecimal, reading.value)) >= 7:
        tries["phone"] = lambda: read_phones(reading.value, region)
    tries.pop(reading.kind, None)
    for attempt in tries.values():
        found = attempt()
        if found and all(other.unparsed is None for other in found):
            return tuple(replace(other, traits=other.traits | {"misplaced"}) for other in found)
    return (reading,)


READERS: dict[str, Callable[[str, str | None, str | None, str | None], tuple[Reading, ...]]] = {
    "phone": lambda text, region, _at, _language: read_phones(text, region),
    "email": lambda text, _region, at_sign, _language: read_emails(text, at_sign),
    "website": lambda text, _region, _at, _language: read_websites(text),
    "address": lambda text, region, _at, _language: read_address(text, region),
    "person": lambda text, region, _at, language: read_persons(text, language, region),
}
