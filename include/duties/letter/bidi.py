"""How a value that runs the other way is kept from turning its line around (Unicode Bidirectional Algorithm, UAX 9).

In HTML every value is isolated by an element, so that nothing invisible is copied with it. In plain text a value that
needs it stands between isolate characters; mail and web addresses never do, for a mail client that makes links of them
would take the mark for a part of the address, and being Latin from end to end they keep their own order without.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

__all__ = ["DIRECTIONS", "Link", "Mail", "Number", "in_html", "in_short", "in_text", "marked_line", "with_numbers"]

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
"""Which way a line of each language runs."""
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
LEFT_TO_RIGHT_ISOLATE, RIGHT_TO_LEFT_ISOLATE, FIRST_STRONG_ISOLATE, END_OF_ISOLATE = (
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
)
TELEPHONE = re.compile(r"\+[0-9](?:[0-9 -]*[0-9])?")
LTR_SPAN = Markup('<span dir="ltr" style="unicode-bidi:isolate">{}</span>')
"""A span with `dir`: mail clients that drop `bdi` keep it."""
LINK = Markup('<a href="{}{}" dir="ltr" style="unicode-bidi:isolate;overflow-wrap:anywhere">{}</a>')


class Mail(str):
    """An e-mail address."""

    __slots__ = ()


class Link(str):
    """A web address."""

    __slots__ = ()


class Number(str):
    """A telephone number, a registration, a reference: read from left to right in any language."""

    __slots__ = ()


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def in_html(value: object) -> object:
    """Give a value the form in which it stands in HTML. Markup passes as it is."""
    if isinstance(value, Markup):
        return value
    line = _one_line(value)
    if isinstance(value, Mail):
        return LINK.format("mailto:", line, line)
    if isinstance(value, Link):
        return LINK.format("", line, line)
    if isinstance(value, Number):
        return LTR_SPAN.format(line)
    return Markup("<bdi>{}</bdi>").format(escape(line)) if line else ""


def in_text(value: object, direction: str) -> str:
    """Give a value the form in which it stands in plain text that runs in the given direction."""
    line = _one_line(value)
    if isinstance(value, Mail | Link) or not line:
        return line
    if direction == "rtl" and isinstance(value, Number):
        return f"{LEFT_TO_RIGHT_ISOLATE}{line}{END_OF_ISOLATE}"
    against = {"L", "EN", "AN"} if direction == "rtl" else {"R", "AL"}
    turns = any(unicodedata.bidirectional(letter) in against for letter in line)
    return f"{FIRST_STRONG_ISOLATE}{line}{END_OF_ISOLATE}" if turns else line


def in_short(value: object) -> str:
    """Give a value the form in which it stands in a text message: as it is, for old telephones print every mark."""
    return _one_line(value)


def with_numbers(line: str, direction: str) -> str:
    """Keep telephone numbers in their order in a line that somebody wrote: else the plus sign goes to the other end."""
    return TELEPHONE.sub(lambda found: in_text(Number(found[0]), direction), line)


def marked_line(line: str, direction: str) -> str:
    """Begin a line of plain text so that it reads right, whatever the reader does about direction.

    The mark is for readers that guess a line's direction from its first letter, the isolate for those that take every
    line to run from left to right; it ends with its line.
    """
    if not line:
        return line
    if direction == "rtl":
        return RIGHT_TO_LEFT_MARK + RIGHT_TO_LEFT_ISOLATE + line
    return LEFT_TO_RIGHT_MARK + line if _first_strong(line) == "rtl" else line


def _first_strong(line: str) -> str | None:
    for letter in line:
        match unicodedata.bidirectional(letter):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return None
