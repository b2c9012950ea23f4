"""Numbers that nobody has: an invented body and the check digits that the standards ask for."""

from __future__ import annotations

__all__ = ["arabic", "iban", "with_check_digit"]

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def arabic(text: str) -> str:
    """Write the digits of a text in Arabic-Indic script."""
    return text.translate(_ARABIC)


def with_check_digit(body: str) -> str:
    """Append the digit that makes the doubled-every-second sum a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def iban(country: str, account: str) -> str:
    """Put country and the two check digits before an account number of the country's length."""
    as_number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(as_number) % 97:02d}{account}"
