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
EVERY = 5.0
"""Seconds from one line to the next."""


class Progress:
    """Count units of work and say every `every` seconds how far it is, in the task log or on the console.

    Where no total is known, `share` may tell how much of the work (0 to 1) is done.
    """

    def __init__(
        self,
        doing: str,
        total: int | None = None,
        *,
        share: Callable[[], float | None] | None = None,
        unit: str = "rows",
        every: float | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.doing, self.total, self.unit, self.every = doing, total, unit, EVERY if every is None else every
        self.done = 0
        self._share = share or (lambda: None)
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
        gone = max(time.monotonic() - self._began, 1e-6)
        rate, left = self.done / gone, ""
        if self.total and 0 < self.done <= self.total:
            left = f" of {self.total:,}, about {(self.total - self.done) / rate:,.0f} s left"
        elif (share := self._share()) is not None and 0 < share <= 1:
            left = f", {share:.0%} of the file, about {gone / share - gone:,.0f} s left"
        return f"{self.doing}: {self.done:,} {self.unit}{left} ({rate:,.0f} {self.unit}/s)"


@contextmanager
def stages(doing: str, *, every: float | None = None, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Say every `every` seconds which step of set-based SQL is at work, and for how long, while the block runs.

    The database does not tell how far a statement has come: the step, and the time so far, is what there is to say.
    """
    step, ended = [("", time.monotonic())], threading.Event()

    def tell() -> None:
        while not ended.wait(EVERY if every is None else every):
            name, since = step[0]
            at = f"{name.replace('_', ' ')}, " if name else ""
            (say or log.info)(f"{doing}: {at}{time.monotonic() - since:,.0f} s")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        with watched(lambda name: step.__setitem__(0, (name, time.monotonic()))):
            yield
    finally:
        ended.set()
        teller.join()
