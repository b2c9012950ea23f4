"""Read one telephone number: E.164, type and country, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult, shortnumberinfo

from include.intake.normalise.quick_numbers import valid_number, valid_numbers
from include.intake.normalise.text import clean

__all__ = ["NUMBER_TYPES", "Number", "compact", "complete", "lines_between", "plain_numbers", "read_number"]

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
# Country codes that directories of the region write without plus or zeros, in listings of another country too. Those of
# the second line are taken only with as many digits as no number of the region has.
NEIGHBOURS = re.compile(
    r"(?:20|212|213|216|218|249|961|962|963|964|965|966|967|968|970|971|973|974)\d{8,10}"
    r"|(?:44|90|91|92|94|98|880|977)\d{10}"
)
# One zero for two before a country code: no country's own numbers begin so and are as long.
ONE_ZERO = re.compile(r"0((?:96[1-8]|97[0-4])\d{8,9})")

# Where a number without its area code can stand in one area only, by the country's plan and the number's length: in
# Nepal seven digits are dialled in the valley of Kathmandu alone, six everywhere else.
ONLY_AREA = {("NP", 7): "1"}

# Hotlines that the reference plan does not list: Saudi Arabia's 19xxx, Egypt's 15xxx to 19xxx.
HOTLINES = {"SA": re.compile(r"19\d{3}"), "EG": re.compile(r"1[5-79]\d{3}")}

# In 2013 every Saudi area code got a 1 in front (01 became 011); older directories still print the old form.
SAUDI_BEFORE_2013 = re.compile(r"(?:\+966|0)?0?([123467]\d{7})")

SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
FLOAT = re.compile(r"(\d{5,15})[.,]0+")
TRUNK = re.compile(r"\(\s*0\s*\)")
COUNTING = frozenset({"/", "\\", "--", "to"})
"""The signs after which a number may give its last digits only; `--` is a hyphen without spaces around it."""
IN_ROWS = frozenset({"landline", "unified", "toll_free", "shared_cost", "uan"})
"""Types of numbers of which a business has several in a row."""
LONGEST_RANGE = 10
"""How many lines a range may have to be all of them; of a longer one its ends are kept."""
NEAR = 100
"""How far a second number that gives its last digits only may be from the first: further on it may be an extension."""


@dataclass(frozen=True, slots=True)
class Number:
    """A valid number of some country's plan."""

    e164: str = field(repr=False)
    type: str
    country: str | None
    national: str = field(repr=False)
    """The national significant number."""
    trait: str | None = None

    @property
    def subscriber(self) -> int:
        """How many of its last digits are dialled within its area; 0 where it has no area code."""
        if self.type not in ("landline", "mobile_or_landline"):
            return 0
        area = phonenumbers.length_of_geographical_area_code(phonenumbers.parse(self.e164))
        return len(self.national) - area if area else 0


def compact(piece: str) -> str:
    """Give the digits of a piece, after a plus if it is written in international form ('' if there are none).

    A spreadsheet's `9.66500000011E+11` gives its digits where it has kept them all, and none where it has rounded.
    """
    piece = clean(piece)
    if not piece.isdecimal():
        if rounded := SCIENTIFIC.fullmatch(piece):
            whole_digits = rounded[2] and len(rounded[2]) == int(rounded[3])
            return rounded[1] + rounded[2] if whole_digits else ""
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


@lru_cache(maxsize=1 << 14)
def read_number(digits: str, region: str | None) -> Number | str:
    """Read digits as `compact` gives them, in a listing of `region` (ISO 3166 alpha-2, or None).

    Gives the number, or the code of the reason why there is none.
    """
    if not digits:
        return "not_a_number"
    found = _parsed(digits, region)
    if isinstance(found, Number):
        return found
    one_zero = ONE_ZERO.fullmatch(digits)
    if one_zero or NEIGHBOURS.fullmatch(digits):
        abroad = _parsed("+" + (one_zero[1] if one_zero else digits), None)
        if isinstance(abroad, Number):
            return abroad
    area = ONLY_AREA.get((region or "", len(digits)))
    if area and digits[0] not in "+0":
        completed = _parsed(area + digits, region, "completed")
        return completed if isinstance(completed, Number) else found
    old = SAUDI_BEFORE_2013.fullmatch(digits) if region == "SA" or digits.startswith("+966") else None
    if old:
        renumbered = _parsed("+9661" + old[1], None, "renumbered")
        if isinstance(renumbered, Number):
            return renumbered
    return found


def _parsed(digits: str, region: str | None, trait: str | None = None) -> Number | str:
    if region is None and digits[0] != "+":
        return "no_country"
    quick = valid_number(digits, region)
    if quick is not None:
        return _number(*quick, trait)
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException as refusal:
        return _short(digits, region) or REFUSALS[refusal.error_type]
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        short = _short(digits, region) or _local(digits, region)
        return short or IMPOSSIBLE.get(phonenumbers.is_possible_number_with_reason(number), "invalid_number")
    national = phonenumbers.national_significant_number(number)
    return _number(number.country_code or 0, national, kind, _country(number), trait)


def _short(digits: str, region: str | None) -> str | None:
    """Know a hotline such as Egypt's five digits: a working number, and yet none with an E.164 form."""
    if region is None or not 3 <= len(digits) <= 6 or not digits.isdecimal():
        return None
    if region in HOTLINES and HOTLINES[region].fullmatch(digits):
        return "short_code"
    number = PhoneNumber(country_code=phonenumbers.country_code_for_region(region), national_number=int(digits))
    return "short_code" if shortnumberinfo.is_valid_short_number_for_region(number, region) else None


def _local(digits: str, region: str | None) -> str | None:
    """Know a number that is as long as those dialled within an area of the listing's country."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    if plan is None or plan.fixed_line is None or digits[0] in "+0":
        return None
    return "no_area_code" if len(digits) in plan.fixed_line.possible_length_local_only else None


def _number(code: int, national: str, kind: int, country: str | None, trait: str | None) -> Number:
    return Number(f"+{code}{national}", _type(code, national, kind), country, national, trait)


def _type(code: int, national: str, kind: int) -> str:
    return "unified" if code == 966 and national.startswith("9200") else NUMBER_TYPES[kind]


def plain_numbers(many: Sequence[str], region: str | None) -> tuple[list[str | None], list[str | None]]:
    """Read digits as `compact` gives them, many at a time; give E.164 and type of each, None where it takes more.

    What `read_number` finds at first sight is found here, and the same.
    """
    e164: list[str | None] = []
    types: list[str | None] = []
    for digits, found in zip(many, valid_numbers(many, region), strict=True):
        known = found is not None and (region is not None or digits[0] == "+")
        e164.append(f"+{found[0]}{found[1]}" if found and known else None)
        types.append(_type(*found) if found and known else None)
    return e164, types


def _country(number: PhoneNumber) -> str | None:
    """Give the country of a valid number; only a code that countries share needs a search among them."""
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    return regions[0] if len(regions) == 1 else phonenumbers.region_code_for_number(number)


def complete(digits: str, before: Number, separator: str) -> Number | str:
    """Read a second number that leaves out what it shares with the one before it, where that is certain.

    `01-2345678,2345679` gives as many digits as are dialled within the area; `2345678/79` and `2345678-9` count on from
    the last digits, to a number that is near. All else stays `shortened`: a guess would be somebody's number.
    """
    length = len(digits)
    if not digits or digits[0] == "+" or length >= len(before.national):
        return "shortened"
    ahead = int(digits) - int(before.national[-length:])
    counts_on = separator in COUNTING and length <= 4 and 0 < ahead < NEAR
    if not (length == before.subscriber or counts_on):
        return "shortened"
    prefix = before.e164[: len(before.e164) - length]
    found = _parsed(prefix + digits, None, "completed")
    return found if isinstance(found, Number) and found.type == before.type else "shortened"


def lines_between(first: Number, last: Number) -> tuple[Number, ...] | None:
    """Give the numbers between the two ends of a range; none where it is longer than ten lines, None where it is none.

    Mobiles, and what may be mobiles, are several persons', however near. Ends far apart are a range only where the last
    one is shortened.
    """
    if first.type not in IN_ROWS or first.type != last.type or len(first.e164) != len(last.e164):
        return None
    low, high = int(first.e164), int(last.e164)
    if not (0 < high - low < LONGEST_RANGE or (high > low and last.trait == "completed" and high - low < NEAR)):
        return None
    if high - low >= LONGEST_RANGE:
        return ()
    return tuple(
        replace(first, e164=f"+{line}", national=str(line)[-len(first.national) :], trait=None)
        for line in range(low + 1, high)
    )
