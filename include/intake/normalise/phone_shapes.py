"""Know the shapes that only look like a number, and those that are one written in an unusual way."""

from __future__ import annotations

import re
from dataclasses import replace

import phonenumbers

from include.intake.normalise.phone_labels import LETTER, is_label
from include.intake.normalise.phones import SCIENTIFIC, Number, compact, read_number
from include.intake.normalise.text import clean

__all__ = ["is_date", "no_number", "refused", "swapped", "unusual"]

DAY, MONTH, YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
DATE = re.compile(
    rf"(?:{YEAR}([-/.]){MONTH}\1{DAY}|{DAY}([-/.]){DAY}\2{YEAR}|\d\d?/\d\d?/\d\d)(?:[ T]\d\d?:\d\d(?::\d\d)?)?"
)
MONEY = r"(?:sar|s\.?r\.?|aed|egp|usd|eur|mad|npr|[$€£]|ريال|ر\.س|درهم|جنيه|دينار|دولار)"
PRICE = re.compile(rf"{MONEY}[\s.]*[\d.,\s]+|[\d.,\s]+{MONEY}\.?", re.I)
MASKED = re.compile(r"\d[xX*•]{2,}|[xX*•]{2,}\d")
ENCLOSED = re.compile(r"(?<=\d)[^\W\d_]+(?=\d)")
LOOKALIKE = re.compile(r"(?<![^\W\d_])[oOlI](?=\d)|(?<=\d)[oOlI](?![^\W\d_])")
VANITY = re.compile(r"[+\d][\d\s().\-]*[A-Z][A-Z\- ]{2,}")
OF_BUSINESS = frozenset({"toll_free", "unified", "shared_cost", "uan", "premium"})
AREA_BEHIND = re.compile(
    r"(?<!\d)(?<!\d[ \-/).])(\d{6,8})(?:\s*[-/]\s*|\s*\()([0٠۰]\d{1,2})(?!\d)\)?(?!\s*[-/ ]?\s*\d)"
)
GROUP = re.compile(r"\d+")


def is_date(text: str) -> bool:
    """Say whether a text is a calendar date, alone or with a time of day."""
    return DATE.fullmatch(clean(text)) is not None


def no_number(text: str) -> str | None:
    """Give the reason why a whole cell is no number: a date, a price, or what a spreadsheet has rounded."""
    plain = clean(text)
    if DATE.fullmatch(plain):
        return "date"
    if PRICE.fullmatch(plain):
        return "price"
    return "scientific_notation" if SCIENTIFIC.fullmatch(plain) and not compact(text) else None


def refused(text: str) -> str | None:
    """Give the reason why the digits of a piece may not be read: a letter stands for one of them, or a mask does."""
    if MASKED.search(text):
        return "masked"
    if not LETTER.search(text):
        return None
    enclosed = any(not is_label(match[0]) for match in ENCLOSED.finditer(text))
    return "letters_in_number" if enclosed or LOOKALIKE.search(text) else None


def unusual(text: str, region: str | None) -> Number | None:
    """Read a piece whose digits are no number as they stand: a vanity number, or one with its prefix twice."""
    return _vanity(text, region) or _prefix_twice(text)


def swapped(text: str, region: str | None) -> str:
    """Put an area code that stands behind its number before it: a hand that writes from the right leaves it there."""

    def before(match: re.Match[str]) -> str:
        number, area = clean(match[1]), clean(match[2])
        alone = read_number(number, region)
        whole = read_number(area + number, region)
        # A number that only its length completes says more with the area that is written beside it.
        certain = isinstance(alone, Number) and alone.trait is None
        return f"{area} {number}" if isinstance(whole, Number) and not certain else match[0]

    return AREA_BEHIND.sub(before, text)


def _vanity(text: str, region: str | None) -> Number | None:
    """Read letters by the keys that they stand on: certain in the numbers that businesses rent, and only there."""
    text = clean(text)
    if not VANITY.fullmatch(text) or all(map(is_label, LETTERS_OF.findall(text))):
        return None
    found = read_number(compact(phonenumbers.convert_alpha_characters_in_number(text)), region)
    return replace(found, trait="vanity") if isinstance(found, Number) and found.type in OF_BUSINESS else None


def _prefix_twice(text: str) -> Number | None:
    """Read `00977-1-9800000012`: a country and an area set before what is a whole national number already."""
    text = clean(text)
    code, *groups = GROUP.findall(text) or [""]
    if not text.startswith(("+", "00")) or len(groups) < 2 or len(groups[0]) > 3:
        return None
    region = phonenumbers.region_code_for_country_code(int(code))
    digits = "".join(groups[1:])
    found = read_number(digits, region)
    whole = isinstance(found, Number) and found.trait is None and (found.type == "mobile" or digits[0] == "0")
    return replace(found, trait="prefix_twice") if isinstance(found, Number) and whole else None


LETTERS_OF = re.compile(r"[A-Z]+")
