"""How one identity is written in a column: a number in many ways, an address in capitals or with a blank behind it."""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, String, cast, func

from include.systems.model import Column

__all__ = ["PHONE", "spelled", "spellings_of_number"]

PHONE = "phone_number"
BETWEEN = (" ", "\u00a0", "\t", "\n", "\r", "-", "\u2010", "\u2011", "\u2013", "(", ")", ".", "/", "+",
           "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d")  # fmt: skip
"""What people and programs put between digits; the plus too, for what follows it says the country by itself."""
DIGITS = "0123456789"
OTHER_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")


def spelled(stored: ColumnElement[Any], column: Column, given: str, region: str) -> ColumnElement[bool]:
    """Say of a column that it holds this identity, in any of its spellings; where it is `exact`, by plain values.

    A column of another type than text is compared as text. `region` is the country whose numbers stand in the column
    without a code, in two letters.
    """
    number = spellings_of_number(given, region) if column.identity == PHONE else ()
    if column.exact:
        return _exactly(stored, number, given)
    text = stored if isinstance(stored.type, String) else cast(stored, String)
    if number:
        return reduce(lambda told, sign: func.replace(told, sign, ""), BETWEEN, text).in_(_in_other_digits(number))
    return func.lower(func.trim(text)).in_(_in_small(given))


def spellings_of_number(given: str, region: str) -> tuple[str, ...]:
    """Give the digits by which a number is written: with its country, after two zeros, and at home without.

    Without its country it is only looked for where that is the column's own: elsewhere the same digits are somebody
    else's. Of what is no valid number, its digits.
    """
    from include.intake.normalise.phones import Number, compact, read_number

    found = read_number(given, region.upper())
    if not isinstance(found, Number):
        digits = compact(given).removeprefix("+")
        return (digits,) if digits else ()
    whole, national = found.e164.removeprefix("+"), found.national
    code = whole.removesuffix(national)
    abroad = (whole, f"00{whole}", f"{code}0{national}", f"00{code}0{national}")
    return (*abroad, f"0{national}", national) if found.country == region.upper() else abroad


def _exactly(stored: ColumnElement[Any], number: tuple[str, ...], given: str) -> ColumnElement[bool]:
    if isinstance(stored.type, Integer | Numeric):
        digits = number or ((given.strip(),) if given.strip().isdecimal() else ())
        return stored.in_(sorted({int(each) for each in digits}))
    if not isinstance(stored.type, String):
        return cast(stored, String).in_(_in_small(given))
    if number:
        return stored.in_([f"+{number[0]}", *number])
    return stored.in_(list(dict.fromkeys((*_in_small(given), given.strip()))))


def _in_small(given: str) -> list[str]:
    """Give the small letters as databases make them; what folds further than that stands in none."""
    plain = given.strip()
    ascii_only = "".join(letter.lower() if letter.isascii() else letter for letter in plain)
    return list(dict.fromkeys((plain.lower(), ascii_only, plain.casefold())))


def _in_other_digits(spellings: tuple[str, ...]) -> list[str]:
    told = [str.maketrans(DIGITS, other) for other in OTHER_DIGITS]
    return [*spellings, *(each.translate(table) for table in told for each in spellings)]
