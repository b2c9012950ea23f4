"""The fast reader of telephone numbers: it answers for valid numbers, and leaves every other to the reference.

It is a port of the library that `phones` reads by, with metadata of its own age, and installed where there is a build
of it. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from phonenumbers import PhoneNumberType, region_codes_for_country_code

try:
    import rphonenumbers as quick
except ImportError:  # no build for this machine: the reference reads every number, and slower
    quick = None

__all__ = ["Valid", "valid_number", "valid_numbers"]


class Valid(NamedTuple):
    """A number that is valid in some country's plan."""

    code: int
    national: str
    """The national significant number."""
    kind: int
    """The type, as `PhoneNumberType` numbers it."""
    country: str | None


def valid_number(digits: str, region: str | None) -> Valid | None:
    """Read digits, after a plus where there is one, in a region (ISO 3166 alpha-2); None: ask the reference."""
    if quick is None:
        return None
    try:
        number = quick.parse(digits, region)
    except quick.NumberParseException:
        return None
    kind = quick.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        return None
    regions = region_codes_for_country_code(number.country_code)
    country = regions[0] if len(regions) == 1 else quick.region_code_for_number(number)
    return Valid(number.country_code, quick.national_significant_number(number), kind, country)


def valid_numbers(many: Iterable[str], region: str | None) -> Iterator[tuple[int, str, int] | None]:
    """Read many as `valid_number` reads one; give the country code, the national number and the type of each."""
    if quick is None:
        yield from (None for _ in many)
        return
    parse, type_of, national = quick.parse, quick.number_type, quick.national_significant_number
    refused, unknown = quick.NumberParseException, PhoneNumberType.UNKNOWN
    for digits in many:
        try:
            number = parse(digits, region)
        except refused:
            yield None
            continue
        kind = type_of(number)
        yield None if kind == unknown else (number.country_code, national(number), kind)
