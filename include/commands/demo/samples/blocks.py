"""Numbers and domains that are nobody's: every phone, id, account and mailbox of the samples comes from here.

No numbering plan of the region sets a block aside for invention, as RFC 2606 does for domains. So subscriber numbers
begin with the zeros that operators leave unused or keep back, and are still valid by the plan, for that is what the
intake has to read. Nothing calls or writes to them: the demo's messages end in its own mail catcher.
"""

from __future__ import annotations

__all__ = [
    "DOMAINS",
    "cairo_landline",
    "egyptian_mobile",
    "emirati_mobile",
    "iban",
    "jeddah_landline",
    "national_id",
    "riyadh_landline",
    "saudi_mobile",
    "switchboard",
]

DOMAINS = ("example", "example.com", "example.net", "example.org")
"""Reserved by RFC 2606: a name under them can belong to nobody."""

OPERATORS_SA = "01345689"
OPERATORS_EG = "0125"


def saudi_mobile(number: int) -> str:
    """Return the numbered mobile of +966 5x 000 0000 to 9999 as E.164, for 0 to 79,999."""
    return f"+9665{OPERATORS_SA[number % 8]}000{_digits(number // 8, 4)}"


def riyadh_landline(number: int) -> str:
    """Return the numbered line of +966 11 000 0000 to 9999 as E.164."""
    return f"+96611000{_digits(number, 4)}"


def jeddah_landline(number: int) -> str:
    """Return the numbered line of +966 12 200 0000 to 9999 as E.164: the plan has no lower one there."""
    return f"+96612200{_digits(number, 4)}"


def switchboard(number: int) -> str:
    """Return the numbered switchboard of +966 9200 00000 to 00999 as E.164."""
    return f"+966920000{_digits(number, 3)}"


def egyptian_mobile(number: int) -> str:
    """Return the numbered mobile of +20 1x 0000 0000 to 9999 as E.164, for 0 to 39,999."""
    return f"+201{OPERATORS_EG[number % 4]}0000{_digits(number // 4, 4)}"


def cairo_landline(number: int) -> str:
    """Return the numbered line of +20 2 0000 0000 to 9999 as E.164: the plan takes nine digits there."""
    return f"+2020000{_digits(number, 4)}"


def emirati_mobile(number: int) -> str:
    """Return the numbered mobile of +971 50 000 0000 to 9999 as E.164."""
    return f"+97150000{_digits(number, 4)}"


def national_id(number: int, first: str = "1") -> str:
    """Return an id with a right check digit out of the first ones thinkable, 1000 00xxx x; residents' begin with 2."""
    body = f"{first}00000{_digits(number, 3)}"
    doubled = sum(sum(divmod(int(digit) * 2, 10)) for digit in body[::2])
    return body + str(-(doubled + sum(int(digit) for digit in body[1::2])) % 10)


def iban(number: int) -> str:
    """Return a Saudi IBAN with right check digits at the bank 00, which there is not."""
    account = f"00{_digits(number, 18)}"
    return f"SA{98 - int(f'{account}281000') % 97:02d}{account}"


def _digits(number: int, width: int) -> str:
    text = f"{number:0{width}d}"
    if number < 0 or len(text) > width:
        raise ValueError(f"the block has {10**width} numbers; there is no number {number} in it")
    return text
