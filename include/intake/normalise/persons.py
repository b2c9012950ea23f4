"""Read a cell of names of persons: several in a cell, with titles, posts, and contacts beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from include.intake.normalise.names import person_form, titles, words
from include.intake.normalise.phone_shapes import is_date
from include.intake.normalise.phones import Number, compact, read_number
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.posts import is_post
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import squeeze, visible

__all__ = ["read_persons"]

LETTER = re.compile(r"[^\W\d_]")
ONE_NAME = re.compile(r"[^\W\d_]+(?:(?:[ '’\-]|\. ?)[^\W\d_]+)*\.?")
ALSO = re.compile(r"\s(?:and|أو|او|or|و|et|und)\s", re.I)
SEPARATOR = re.compile(r"\s*[\r\n\t;|؛/\\]+\s*|\s+(?:and|أو|او|or|و|et|und)\s+|\s+[&+]\s+|\s+[-–—]\s+", re.I)
COMMA = re.compile(r"\s*[,،]\s*")
SLASH = "\ue000"
"""Stands for a stroke that belongs to a title (`د/`, `c/o`) and parts no names."""
TITLED = re.compile(r"(?<![^\W\d_.])([^\W\d_][\w.]*)(\s*)/(?=\s*[^\W\d_])")
ABBREVIATED = re.compile(r"\b([cm])/([os])\b", re.I)
CALLED = re.compile(
    rf"(?:c{SLASH}o\s+|(?:attn|attention|ل?عناية|لعنايه)\s*[.:]?\s+"
    r"|(?:contact(?:\s+(?:person|name))?|name|person|الاسم|اسم|اسم المسؤول|جهة الاتصال|للتواصل(?: مع)?)\s*:\s*)+",
    re.I,
)
HONOURED = re.compile(r"^(?:سعادة|معالي|فضيلة|عطوفة)\s+(?=(?:ال|أ|ا|د|م)[^\W\d_]*[\s./])")
RESPECTED = re.compile(r"\s+(?:المحترم|المحترمة|المحترمين|حفظه الله)\s*\.?$")
COUNTED = re.compile(r"(?:^|(?<=\s))\(?\d{1,2}\s*[-.)]\s*(?=[^\W\d_])")
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
MAILBOX = re.compile(r"[^\s,;|<>()\[\]:&@]+[@&][^\s,;|<>()\[\]&@]+\.[^\W\d_]{2,}")
NUMBER = re.compile(r"[+(]?\d[\d\s().\-]{5,}\d")
EDGES = " -–—,،;:/•*\"'“”«»<>"


@dataclass(slots=True)
class Named:
    """A name of a cell and the posts beside it. Holds a personal value: its repr shows none."""

    name: str = field(repr=False)
    posts: list[str] = field(default_factory=list, repr=False)


def read_persons(text: str, language: str | None = None, region: str | None = None) -> tuple[Reading, ...]:
    """Read every person of a cell. A comma parts two names only where each is of several words: else it is inside one.

    A post beside a name is kept as what stood beside it. A mailbox or a number among the names is no part of any; text
    without a letter is unparsed (`no_letters`). A firm's name is read as it stands: whose it is, the classifier says.
    """
    traits = frozenset({f"language:{language}"} if language else ())
    given = visible(text)
    if ONE_NAME.fullmatch(given) and not ALSO.search(given) and not CALLED.match(given):
        return _readings(Named(given), traits)
    others: list[str] = []
    if "@" in given or "&" in given:
        others += MAILBOX.findall(given)
        given = MAILBOX.sub(" ", given)
    if NUMBER.search(given):
        numbers = [match[0] for match in NUMBER.finditer(given) if _is_number(match[0], region)]
        for number in numbers:
            given = given.replace(number, " ")
        others += numbers
    readings = [reading for named in _named(given) for reading in _readings(named, traits)]
    readings += [
        Reading("person", other.strip(), None, None, traits, "not_a_name" if LETTER.search(other) else "no_letters")
        for other in others
    ]
    return tuple(readings)


def _readings(named: Named, traits: frozenset[str]) -> tuple[Reading, ...]:
    name = named.name
    if is_placeholder(name):
        return ()
    form = None
    if LETTER.search(name):
        bare = name if name.isascii() else RESPECTED.sub("", HONOURED.sub("", name))
        form = (" ".join(words(name)) if is_post(name) else person_form(bare)) or None
    reason = None if form else "no_letters"
    return (Reading("person", name, form, None, traits, reason, beside=", ".join(named.posts) or None),)


def _is_number(text: str, region: str | None) -> bool:
    return not is_date(text.strip()) and isinstance(read_number(compact(text), region), Number)


def _named(given: str) -> Iterator[Named]:
    """Put each post to its name: the one before it, or the one behind it where the cell begins with a post."""
    parts = [part for part in _parts(given) if part and not is_placeholder(part)]
    post_first = bool(parts) and is_post(parts[0])
    named: list[Named] = []
    waiting: list[str] = []
    title = ""
    for part in parts:
        if is_post(part) and (post_first or not named):
            waiting.append(part)
        elif is_post(part):
            named[-1].posts.append(part)
        elif _is_title(part):
            title = f"{title}{part} "
        else:
            name, posts = _bare(f"{title}{part}")
            named.append(Named(name, [*waiting, *posts]))
            waiting, title = [], ""
    yield from named
    yield from (Named(alone) for alone in [*waiting, title.strip()] if alone and not named)


def _parts(given: str) -> Iterator[str]:
    text = ABBREVIATED.sub(rf"\1{SLASH}\2", given) if "/" in given else given
    if "/" in text:
        text = TITLED.sub(lambda match: f"{match[1]}{match[2]}{SLASH}" if _is_title(match[1]) else match[0], text)
    if COUNTED.match(text):
        text = COUNTED.sub("\n", text)
    for piece in SEPARATOR.split(text):
        for part in _names(squeeze(piece)):
            called = CALLED.sub("", part, count=1) if CALLED.match(part) else part
            post, colon, rest = called.partition(":")
            own = (post, rest) if colon and (is_post(post) or _is_title(post)) else (called,)
            yield from (text.strip(EDGES).replace(SLASH, "/").strip() for text in own)


def _names(piece: str) -> list[str]:
    """Part a piece at its commas, but not inside one name, nor before the letters behind one (`MD`)."""
    parts: list[str] = []
    for part in filter(None, COMMA.split(piece)):
        if parts and _is_title(part, "after") and not is_post(parts[-1]):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    names = [part for part in parts if not is_post(part)]
    several = len(names) > 1 and all(len(part.split()) > 1 for part in names)
    if several or len(names) < 2:
        return parts
    return [piece] if len(names) == len(parts) else [", ".join(names), *(part for part in parts if is_post(part))]


def _bare(name: str) -> tuple[str, list[str]]:
    """Take the posts in brackets out of a name."""
    posts = [inside for inside in IN_BRACKETS.findall(name) if is_post(inside)] if "(" in name else []
    for post in posts:
        name = name.replace(f"({post})", " ")
    return squeeze(name), posts


def _is_title(text: str, place: str = "before") -> bool:
    parts = words(text)
    found = titles().find(parts)
    return bool(parts) and sum(title.end - title.start for title in found if title.tag == place) == len(parts)
