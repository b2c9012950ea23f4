"""Part a vCard into its properties: name, parameters and value, in whichever of the three versions it is written."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["BrokenCardError", "Property", "property_of"]

NAME = re.compile(rb"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)\s*(?=[;:])")
PARAMETER = re.compile(rb';\s*([^=;:"]+)(?:=((?:"[^"]*"|[^;:"])*))?')
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
BARE = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"})
"""Version 2.1 writes an encoding without its name, as it does a type."""
CHARSET = re.compile(r"(UTF|UCS|CP|WINDOWS|ISO|LATIN|US-ASCII|ASCII|KOI8|MAC|GB|BIG5|EUC|SHIFT|SJIS)[-_0-9A-Z]*")
"""Tables of letters; Python knows other codecs, which do things to a text."""
SECTION = re.compile(r"(?:[^;\\]|\\.)*", re.DOTALL)


class BrokenCardError(ValueError):
    """The card does not keep to the format."""


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card, unfolded."""

    name: str
    """In capitals, without its group."""
    types: tuple[str, ...]
    """Of what kind it is (WORK, CELL, FAX), in capitals."""
    language: str
    text: str = field(repr=False)
    """The value, decoded but with its escapes."""

    def sections(self) -> list[str]:
        """Return the parts of a value that semicolons part."""
        found, at = [], 0
        while at <= len(self.text) and (part := SECTION.match(self.text, at)):
            found.append(_plain(part.group()))
            at = part.end() + 1
        return found

    @property
    def value(self) -> str:
        """The value as a person reads it."""
        return _plain(self.text)


def property_of(line: bytes, encoding: str) -> Property:
    """Read one unfolded line. Raises BrokenCardError, and UnicodeError where it is not in its encoding."""
    name = NAME.match(line)
    if name is None:
        raise BrokenCardError
    parameters, at = _parameters(line, name.end())
    if line[at : at + 1] != b":":
        raise BrokenCardError
    value = line[at + 1 :]
    if "QUOTED-PRINTABLE" in parameters.get("ENCODING", ()):
        value = quopri.decodestring(value)
    charset = next(iter(parameters.get("CHARSET", ())), encoding.upper())
    if not CHARSET.fullmatch(charset):
        raise BrokenCardError
    try:
        text = value.decode(charset)
    except LookupError:
        raise BrokenCardError from None
    return Property(
        name=name.group(1).decode("ascii").upper(),
        types=tuple(parameters.get("TYPE", ())),
        language=next(iter(parameters.get("LANGUAGE", ())), "").lower(),
        text=text.strip(),
    )


def _parameters(line: bytes, at: int) -> tuple[dict[str, list[str]], int]:
    found: dict[str, list[str]] = {}
    while parameter := PARAMETER.match(line, at):
        at = parameter.end()
        name, values = parameter.group(1).decode("latin-1").strip().upper(), parameter.group(2)
        if values is None:
            found.setdefault("ENCODING" if name in BARE else "TYPE", []).append(name)
        else:
            found.setdefault(name, []).extend(_listed(values.decode("latin-1").upper()))
    return found, at


def _listed(values: str) -> Iterator[str]:
    for value in values.replace('"', "").split(","):
        if value.strip():
            yield value.strip()


def _plain(text: str) -> str:
    if "\\" not in text:
        return text.strip()
    return ESCAPE.sub(lambda escape: "\n" if escape.group(1) in "nN" else escape.group(1), text).strip()
