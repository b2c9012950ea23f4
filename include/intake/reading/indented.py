"""Records whose fields stand on lines of their own, each deeper than the one before."""

from __future__ import annotations

from include.intake.contracts.format import Format
from include.intake.reading.fielding import Fields
from include.intake.reading.form import Form
from include.intake.reading.model import Reason

__all__ = ["Indented", "level_of"]


class Indented(Form):
    """Take the field of a line from how deep it stands: a missing one leaves the others where they are."""

    def __init__(self, format: Format) -> None:
        super().__init__()
        self._fields = format.fields or ()
        self._indent = format.indent or 1
        self._needed = frozenset(self._fields) - frozenset(format.optional)

    def take(self, line: str, text: str, begins: bool | None) -> Fields | Reason | None:
        """Take the next line; return the record that it ends, if it ends one."""
        if not text:
            return None
        level = level_of(line, self._indent)
        if level == 0 and begins is not False:
            before = self.begin()
            self.put(self._fields[0], text)
            return before
        if level == 0:
            return self.end()
        self.put(self._fields[min(level, len(self._fields) - 1)], text)
        return None

    def whole(self, record: Fields) -> Fields | Reason:
        """Return the record with every field, or say that it is incomplete."""
        if any(not record.get(field) for field in self._needed):
            return Reason.INCOMPLETE_RECORD
        return {field: record.get(field, "") for field in self._fields}


def level_of(line: str, indent: int) -> int:
    """Return how deep a line stands, in steps of so many spaces, or of one tab."""
    margin = line[: len(line) - len(line.lstrip(" \t"))]
    return (margin.count(" ") + indent * margin.count("\t")) // indent
