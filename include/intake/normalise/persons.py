"""Read a cell of names of persons."""

from __future__ import annotations

import re

from include.intake.normalise.names import person_form
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import squeeze, visible

__all__ = ["read_persons"]

SEPARATOR = re.compile(r"\s*[\r\n\t;|؛/]+\s*|\s+(?:and|أو|او|or)\s+|\s+&\s+|\s+[-–]\s+", re.I)
COMMA = re.compile(r"\s*[,،]\s*")
LETTER = re.compile(r"[^\W\d_]")


def read_persons(text: str, language: str | None = None) -> tuple[Reading, ...]:
    """Read every person of a cell. A comma parts two names only where each is of several words: else it is inside one.

    Text without a letter is unparsed (`no_letters`).
    """
    readings = []
    for piece in SEPARATOR.split(visible(text)):
        for name in _names(squeeze(piece)):
            if is_placeholder(name):
                continue
            form = person_form(name) if LETTER.search(name) else None
            traits = frozenset({f"language:{language}"} if language else ())
            readings.append(Reading("person", name, form, None, traits, None if form else "no_letters"))
    return tuple(readings)


def _names(piece: str) -> list[str]:
    parts = [part for part in COMMA.split(piece) if part]
    return parts if len(parts) > 1 and all(len(part.split()) > 1 for part in parts) else [piece]
