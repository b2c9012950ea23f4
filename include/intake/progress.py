"""How far a long piece of work has come: rows done, rate, and time left, a line every few seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from include.store.sql import watched

__all__ = ["Progress", "stages"]

log = logging.getLogger("amanah.progress")


class Progress:
    """Count units of work and say every `every` seconds how far it is, in the task log or on the console."""

    def __init__(
        self,
        doing: str,
        total: int | None = None,
        *,
        unit: str = "rows",
        every: float = 5.0,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.doing, self.total, self.unit, self.every = doing, total, unit, every
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
        """Say rows done, rows per second and, where the total is known, the time left.

        A total that was only expected says nothing any more once it is passed.
        """
        rate = self.done / max(time.monotonic() - self._began, 1e-6)
        left = ""
        if self.total and 0 < self.done <= self.total:
            left = f" of {self.total:,}, about {(self.total - self.done) / rate:,.0f} s left"
        return f"{self.doing}: {self.done:,} {self.unit}{left} ({rate:,.0f} {self.unit}/s)"


@contextmanager
def stages(doing: str, *, every: float = 5.0, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Say every `every` seconds which step of set-based SQL is at work, and for how long, while the block runs.

    The database does not tell how far a statement has come: the step, and the time so far, is what there is to say.
    """
    step, ended = [("beginning", time.monotonic())], threading.Event()

    def tell() -> None:
        while not ended.wait(every):
            name, since = step[0]
            (say or log.info)(f"{doing}: {name.replace('_', ' ')}, {time.monotonic() - since:,.0f} s")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        with watched(lambda name: step.__setitem__(0, (name, time.monotonic()))):
            yield
    finally:
        ended.set()
        teller.join()
