"""Which digits can be the number of a person's identity card, bank account or payment card. Pure, on ASCII digits."""

from __future__ import annotations

from calendar import monthrange
from functools import cache

from include.intake.quality.lexicon import knowledge

__all__ = ["egyptian_id", "emirates_id", "iban_length", "is_iban", "luhn", "payment_card", "saudi_id"]

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_EGYPTIAN_GOVERNORATES = frozenset(
    [1, 2, 3, 4, *range(11, 20), *range(21, 30), *range(31, 36), 88]  # 88: born abroad
)


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the ones before it (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def saudi_id(digits: str) -> bool:
    """Tell whether ten digits can be a Saudi national id (1…) or a resident's iqama (2…).

    Ten equal digits are a placeholder.
    """
    return len(digits) == 10 and digits[0] in "12" and digits.count(digits[0]) < 10 and luhn(digits)


def egyptian_id(digits: str) -> bool:
    """Tell whether fourteen digits hold a century, a birth date and a governorate, as an Egyptian national id does.

    Its last digit has no published rule and is not looked at.
    """
    if len(digits) != 14 or digits[0] not in "23" or int(digits[7:9]) not in _EGYPTIAN_GOVERNORATES:
        return False
    year, month, day = 1700 + 100 * int(digits[0]) + int(digits[1:3]), int(digits[3:5]), int(digits[5:7])
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def emirates_id(digits: str) -> bool:
    """Tell whether fifteen digits are 784, a birth year, seven digits and a check digit."""
    return len(digits) == 15 and digits[:3] == "784" and digits[3:5] in ("19", "20") and luhn(digits)


def iban_length(country: str) -> int | None:
    """Return how many signs an IBAN of this country has (SWIFT's registry), or None where there is no such IBAN."""
    return _iban_lengths().get(country)


@cache
def _iban_lengths() -> dict[str, int]:
    return {country: int(length) for length, countries in knowledge("ibans").items() for country in countries.split()}


def is_iban(signs: str) -> bool:
    """Tell whether letters and digits are an IBAN: its country's length, and 1 modulo 97 (ISO 13616)."""
    if len(signs) != iban_length(signs[:2]) or not signs.isascii() or not signs[2:4].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def payment_card(digits: str) -> bool:
    """Tell whether 13 to 19 digits begin as an issuer's do, have its length and end in the right check digit."""
    return len(digits) in _lengths_of_issuer(digits) and luhn(digits) and len(set(digits)) > 1


def _lengths_of_issuer(digits: str) -> tuple[int, ...]:
    two, three, four = int(digits[:2]), int(digits[:3]), int(digits[:4])
    if digits[0] == "4":
        return (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return (16,)
    if two in (34, 37):
        return (15,)
    if two in (36, 38, 39) or 300 <= three <= 305:
        return (14, 16, 19)
    if 3528 <= four <= 3589 or four == 6011 or two in (60, 62, 64, 65):
        return (16, 17, 18, 19)
    return (16, 19) if two == 50 or 56 <= two <= 58 or two in (63, 67, 68, 69) else ()
