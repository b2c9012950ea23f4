"""How far a transfer has come: bytes, rate and time left, a line every few seconds."""

from __future__ import annotations

import time

from include.intake.progress import Progress

__all__ = ["Transfer", "in_words"]


class Transfer(Progress):
    """Count bytes. Those that an earlier try left are done, and say nothing about the rate."""

    def __init__(self, doing: str, total: int | None, held: int = 0) -> None:
        super().__init__(doing, total)
        self._held = self.done = held

    def line(self) -> str:
        """Say bytes done, bytes a second and, where the whole is known, the time left."""
        rate = (self.done - self._held) / max(time.monotonic() - self._began, 1e-6)
        whole = ""
        if self.total:
            left = (self.total - self.done) / rate if rate else 0.0
            whole = f" of {in_words(self.total)}" + (f", about {max(left, 0):,.0f} s left" if rate else "")
        return f"{self.doing}: {in_words(self.done)}{whole} ({in_words(int(rate))}/s)"


def in_words(size: int) -> str:
    """Write a number of bytes as people say it: 2 GB, 1.5 MB, 812 bytes."""
    for name, unit in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
