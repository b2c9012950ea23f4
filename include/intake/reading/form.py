"""Gather the lines of one record after another, whatever tells its fields apart."""

from __future__ import annotations

from include.intake.reading.fielding import Fields
from include.intake.reading.gathering import RECORD_CHARACTERS
from include.intake.reading.model import Reason

__all__ = ["Form"]


class Form:
    """The record under way."""

    begun = False
    """Whether the first record has begun; what stands above it is no record."""

    def __init__(self) -> None:
        self._open = False
        self._stray = False
        self._clear()

    def _clear(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._last: str | None = None
        self._characters = 0

    def begin(self) -> Fields | Reason | None:
        """Begin a record; return the one before it."""
        before = self.end()
        self._open = self.begun = True
        return before

    def end(self) -> Fields | Reason | None:
        """End the record under way, if there is one, and return it, or why it is set aside."""
        found, stray, large = self._found, self._stray, self._characters >= RECORD_CHARACTERS
        was_open, self._open, self._stray = self._open, False, False
        self._clear()
        if large:
            return Reason.RECORD_TOO_LARGE
        if stray:
            return Reason.NOT_A_RECORD
        return self.whole({name: "\n".join(texts) for name, texts in found.items()}) if was_open else None

    def whole(self, record: Fields) -> Fields | Reason:
        """Return the record, or say what it lacks."""
        return record

    def put(self, field: str | None, text: str) -> None:
        """Add a line to a field; None adds it to the field before."""
        name = field or self._last
        if not self._open or name is None:
            self._stray = self._stray or self.begun
            return
        self._characters += len(text) + len(field or "")
        if self._characters < RECORD_CHARACTERS:
            texts = self._found.setdefault(name, [])
            if text:
                texts.append(text)
        self._last = name
