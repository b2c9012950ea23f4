"""Clean text before it is read: one set of digits, no invisible marks, ordinary spaces."""

from __future__ import annotations

import html
import re
import unicodedata

__all__ = ["clean", "squeeze", "unmarked", "visible"]

# The digit zero of the scripts met in directories: Arabic-Indic, Persian and Urdu, Devanagari, Bengali.
ZEROS = (0x0660, 0x06F0, 0x0966, 0x09E6)
DIGITS = {chr(zero + n): str(n) for zero in ZEROS for n in range(10)}
OTHER_DIGIT = re.compile(f"[{''.join(DIGITS)}]")

# Direction marks and isolates, joiners, soft hyphen, byte-order mark, control characters: they steer display and say
# nothing.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
TATWEEL = "\u0640"

# Only what ends in a semicolon: `name&notes.com` in a register that writes & for @ is no entity.
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.I)
LINE_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|span))\s*/?>", re.I)


def unmarked(text: str) -> str:
    """Read what a web page left in a cell: `&amp;` and its like as the sign they stand for, `<br>` as a line break."""
    if "&" in text and ";" in text:
        text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return LINE_BREAK.sub("\n", text) if "<" in text else text


def visible(text: str) -> str:
    """Remove what cannot be seen, and keep the rest as it was given."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return INVISIBLE.sub("", text).strip()


def clean(text: str) -> str:
    """Give one form for many ways of typing: NFKC, Latin digits, no invisible marks, no tatweel.

    Line breaks and runs of spaces stay, since they separate the values of a cell.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFKC", visible(text).replace(TATWEEL, ""))
    return OTHER_DIGIT.sub(lambda match: DIGITS[match[0]], text)


def squeeze(text: str) -> str:
    """Make every run of white space one space."""
    return " ".join(text.split())
