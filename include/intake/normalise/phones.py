"""Read one telephone number: E.164, type and country, or the reason why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult, shortnumberinfo

from include.intake.normalise.text import clean

__all__ = ["NUMBER_TYPES", "Number", "compact", "complete", "read_number"]

NUMBER_TYPES = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile_or_landline",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal_number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
REFUSALS = {
    NumberParseException.INVALID_COUNTRY_CODE: "invalid_number",
    NumberParseException.NOT_A_NUMBER: "not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    NumberParseException.TOO_SHORT_NSN: "too_short",
    NumberParseException.TOO_LONG: "too_long",
}
IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "no_area_code",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_LENGTH: "invalid_number",
}
# Country codes that directories of the region write without plus or zeros, in listings of another country too.
NEIGHBOURS = re.compile(r"(?:20|212|213|216|218|249|961|962|963|964|965|966|967|968|970|971|973|974)\d{8,10}")

# In 2013 every Saudi area code got a 1 in front (01 became 011); older directories still print the old form.
SAUDI_BEFORE_2013 = re.compile(r"(?:\+966|0)?0?([123467]\d{7})")

SCIENTIFIC = re.compile(r"\+?\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
FLOAT = re.compile(r"(\d{5,15})[.,]0+")
TRUNK = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class Number:
    """A valid number of some country's plan."""

    e164: str = field(repr=False)
    type: str
    country: str | None
    national: str = field(repr=False)
    """The national significant number."""
    subscriber: int
    """How many of its last digits are dialled within its area; 0 where it has no area code."""
    trait: str | None = None


def compact(piece: str) -> str:
    """Give the digits of a piece, after a plus if it is written in international form ('' if there are none)."""
    piece = clean(piece)
    if not piece.isdecimal():
        if SCIENTIFIC.fullmatch(piece):
            return ""
        if whole := FLOAT.fullmatch(piece):
            return whole[1]
    plus = "+" in piece
    if plus or "00" in piece:
        piece = TRUNK.sub("", piece)
    digits = "".join(filter(str.isdecimal, piece))
    if digits.startswith("00") and len(digits) > 9:
        return "+" + digits[2:].lstrip("0")
    # A plus before a trunk zero is a slip of the hand: no country code begins with 0.
    return "+" + digits if plus and digits[:1] not in ("", "0") else digits


@lru_cache(maxsize=1 << 17)
def read_number(digits: str, region: str | None) -> Number | str:
    """Read digits as `compact` gives them, in a listing of `region` (ISO 3166 alpha-2, or None).

    Gives the number, or the code of the reason why there is none.
    """
    if not digits:
        return "not_a_number"
    found = _parsed(digits, region)
    if isinstance(found, Number):
        return found
    if NEIGHBOURS.fullmatch(digits):
        abroad = _parsed("+" + digits, None)
        if isinstance(abroad, Number):
            return abroad
    old = SAUDI_BEFORE_2013.fullmatch(digits) if region == "SA" or digits.startswith("+966") else None
    if old:
        renumbered = _parsed("+9661" + old[1], None, "renumbered")
        if isinstance(renumbered, Number):
            return renumbered
    return found


def _parsed(digits: str, region: str | None, trait: str | None = None) -> Number | str:
    if region is None and digits[0] != "+":
        return "no_country"
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException as refusal:
        return _short(digits, region) or REFUSALS[refusal.error_type]
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        short = _short(digits, region)
        return short or IMPOSSIBLE.get(phonenumbers.is_possible_number_with_reason(number), "invalid_number")
    return _valid(number, kind, trait)


def _short(digits: str, region: str | None) -> str | None:
    """Know a hotline such as Egypt's five digits: a working number, and yet none with an E.164 form."""
    if region is None or not 3 <= len(digits) <= 6 or not digits.isdecimal():
        return None
    number = PhoneNumber(country_code=phonenumbers.country_code_for_region(region), national_number=int(digits))
    return "short_code" if shortnumberinfo.is_valid_short_number_for_region(number, region) else None


def _valid(number: PhoneNumber, kind: int, trait: str | None) -> Number:
    national = phonenumbers.national_significant_number(number)
    word = NUMBER_TYPES[kind]
    if number.country_code == 966 and national.startswith("9200"):
        word = "unified"
    area = 0
    if word in ("landline", "mobile_or_landline"):
        area = phonenumbers.length_of_geographical_area_code(number)
    return Number(
        e164=f"+{number.country_code}{national}",
        type=word,
        country=_country(number),
        national=national,
        subscriber=len(national) - area if area else 0,
        trait=trait,
    )


def _country(number: PhoneNumber) -> str | None:
    """Give the country of a valid number; only a code that countries share needs a search among them."""
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    return regions[0] if len(regions) == 1 else phonenumbers.region_code_for_number(number)


def complete(digits: str, before: Number, separator: str) -> Number | str:
    """Read a second number that leaves out what it shares with the one before it, where that is certain.

    `01-2345678,2345679` gives as many digits as are dialled within the area; `2345678/79` counts on from the last
    digits. All else stays `shortened`: a guess would be somebody's number.
    """
    length = len(digits)
    if not digits or digits[0] == "+" or length >= len(before.national):
        return "shortened"
    whole_line = length == before.subscriber
    counts_on = separator == "/" and length <= 3 and digits > before.national[-length:]
    if not (whole_line or counts_on):
        return "shortened"
    prefix = before.e164[: len(before.e164) - length]
    found = _parsed(prefix + digits, None, "completed")
    return found if isinstance(found, Number) and found.type == before.type else "shortened"
