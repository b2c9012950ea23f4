"""Records that are blocks of lines such as `Phone: …`, with a blank line or a ruler between two of them."""

from __future__ import annotations

import re

from include.intake.contracts.format import Format
from include.intake.reading.fielding import Fields
from include.intake.reading.form import Form
from include.intake.reading.model import Reason

__all__ = ["Pairs", "is_between", "pair_in"]

RULER = re.compile(r"[-=_*#~+.%•]{3,}")
LONGEST_KEY = 60
NO_KEY = frozenset({"http", "https", "ftp", "mailto", "tel"})


class Pairs(Form):
    """Take the field of a line from the line itself; one without belongs to the field before."""

    def __init__(self, format: Format) -> None:
        super().__init__()
        self._delimiter = format.delimiter

    def take(self, line: str, text: str, begins: bool | None) -> Fields | Reason | None:
        """Take the next line; return the record that it ends, if it ends one."""
        if is_between(text):
            return self.end() if begins is None else None
        pair = pair_in(line, self._delimiter)
        before = None
        if begins or (begins is None and pair is not None and not self._open):
            before = self.begin()
        self.put(*(pair or (None, text)))
        return before


def is_between(text: str) -> bool:
    """Tell whether a line parts records: it is blank, or a ruler."""
    return not text or RULER.fullmatch(text) is not None


def pair_in(line: str, delimiter: str) -> tuple[str, str] | None:
    """Return a line's key and value; None where it has none, or goes on with the value before (it is indented)."""
    key, sign, value = line.partition(delimiter)
    name = " ".join(key.split())
    if not sign or not 0 < len(name) <= LONGEST_KEY or line[0] in " \t":
        return None
    if name.casefold() in NO_KEY or not any(letter.isalpha() for letter in name):
        return None
    return name, value.strip()
