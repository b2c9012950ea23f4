"""Part a line of a vCard into what it says of the value and the value, in whichever of the three versions it is."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["NAME", "BrokenCardError", "Head", "head_of", "parted", "plain", "sections"]

NAME = re.compile(rb"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)\s*(?=[;:])")
HEAD = re.compile(rb'(?:"[^"]*"|[^":])*')
PARAMETER = re.compile(rb';\s*([^=;"]+)(?:=((?:"[^"]*"|[^;"])*))?')
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
BARE = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"})
"""Version 2.1 writes an encoding without its name, as it does a type."""
CHARSET = re.compile(r"(UTF|UCS|CP|WINDOWS|ISO|LATIN|US-ASCII|ASCII|KOI8|MAC|GB|BIG5|EUC|SHIFT|SJIS)[-_0-9A-Z]*")
"""Tables of letters; Python knows other codecs, which do things to a text."""
KINDS = ("WORK", "HOME", "MAIN", "OTHER", "CELL", "FAX", "PAGER", "CAR", "VIDEO", "MSG", "TEXTPHONE")
"""The types that part columns, in the order in which they follow the property's name; VOICE and PREF say little."""
WITH_KINDS = frozenset({"TEL", "EMAIL", "ADR", "LABEL", "URL", "IMPP"})
LANGUAGE = re.compile(r"[A-Z]{2}(?:-[A-Z]{2})?")
LONGEST_HEAD = 200
"""A longer head is not worth remembering."""
SECTION = re.compile(r"(?:[^;\\]|\\.)*", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class BrokenCardError(ValueError):
    """The card does not keep to the format."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the colon of a line."""

    name: str
    """The property's name in capitals, without its group."""
    about: str
    """Which of several such properties it is: ` WORK FAX`, ` ar`; empty where it does not say."""
    charset: str | None
    quoted: bool
    """Whether the value is quoted-printable."""
    binary: bool
    """Whether the value is a picture, a sound or a key."""


def parted(line: bytes, encoding: str) -> tuple[Head, str]:
    """Part an unfolded line into head and value. Raises BrokenCardError, and UnicodeError where it is undecodable."""
    at = line.find(b":")
    if b'"' in line[: max(at, 0)]:
        at = match.end() if (match := HEAD.match(line)) else -1
    if at < 0 or line[at : at + 1] != b":":
        raise BrokenCardError
    read = head_of if at <= LONGEST_HEAD else head_of.__wrapped__
    head, value = read(line[:at]), line[at + 1 :]
    try:
        return head, (quopri.decodestring(value) if head.quoted else value).decode(head.charset or encoding).strip()
    except LookupError:
        raise BrokenCardError from None


@lru_cache(maxsize=512)  # a file has few of them, again and again
def head_of(text: bytes) -> Head:
    """Read what stands before the colon. Raises BrokenCardError where it names no property or no table of letters."""
    name = NAME.match(text + b":")
    if name is None:
        raise BrokenCardError
    given, at = _parameters(text, name.end())
    charset = next(iter(given.get("CHARSET", ())), None)
    if at < len(text) or (charset is not None and not CHARSET.fullmatch(charset)):
        raise BrokenCardError
    called, encodings = name.group(1).decode("ascii").upper(), given.get("ENCODING", [])
    kinds = [kind for kind in KINDS if kind in given.get("TYPE", ())] if called in WITH_KINDS else []
    language = [one.lower() for one in given.get("LANGUAGE", [])[:1] if LANGUAGE.fullmatch(one)]
    return Head(
        name=called,
        about="".join(f" {word}" for word in (*kinds, *language)),
        charset=charset,
        quoted="QUOTED-PRINTABLE" in encodings,
        binary=called in BINARY or "B" in encodings or "BASE64" in encodings,
    )


def sections(text: str) -> list[str]:
    """Return the parts of a value that semicolons part."""
    if "\\" not in text:
        return [part.strip() for part in text.split(";")]
    found, at = [], 0
    while at <= len(text) and (part := SECTION.match(text, at)):
        found.append(plain(part.group()))
        at = part.end() + 1
    return found


def plain(text: str) -> str:
    """Return a value without its escapes."""
    if "\\" not in text:
        return text.strip()
    return ESCAPE.sub(lambda escape: "\n" if escape.group(1) in "nN" else escape.group(1), text).strip()


def _parameters(text: bytes, at: int) -> tuple[dict[str, list[str]], int]:
    found: dict[str, list[str]] = {}
    while parameter := PARAMETER.match(text, at):
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
