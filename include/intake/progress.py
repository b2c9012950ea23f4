"""How far a long piece of work has come: rows done, rate, and time left, a line every few seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

__all__ = ["Progress"]

log = logging.getLogger("amanah.progress")


class Progress:
    """Count units of work and say every `every` seconds how far it is, in the task log or on the console."""

    def __init__(
        self, doing: str, total: int | None = None, *, every: float = 5.0, say: Callable[[str], None] | None = None
    ) -> None:
        self.doing, self.total, self.every = doing, total, every
        self.done = 0
        self._say = say or log.info
        self._began = self._said = time.monotonic()

    def add(self, units: int) -> None:
        """Note that so many more units are done."""
        self.done += units
        moment = time.monotonic()
        if moment - self._said >= self.every:
            self._said = moment
            self._say(self.line())

    def line(self) -> str:
        """Say rows done, rows per second and, where the total is known, the time left."""
        rate = self.done / max(time.monotonic() - self._began, 1e-6)
        left = (
            "" if not self.total else f" of {self.total:,}, about {max(self.total - self.done, 0) / rate:,.0f} s left"
        )
        return f"{self.doing}: {self.done:,} rows{left} ({rate:,.0f} rows/s)"
