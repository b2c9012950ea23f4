"""The fast reader of telephone numbers: it answers for valid numbers, and leaves every other to the reference.

It is a port of the library that `phones` reads by, with metadata of its own age, and installed where there is a build
of it. A test holds the two against each other.
"""

from __future__ import annotations

from typing import NamedTuple

from phonenumbers import PhoneNumberType, region_codes_for_country_code

try:
    import rphonenumbers as quick
except ImportError:  # no build for this machine: the reference reads every number, and slower
    quick = None

__all__ = ["Valid", "valid_number"]


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
