"""How large the next batch of a destruction is, and how long to wait before it: from what the last ones took."""

from __future__ import annotations

from dataclasses import dataclass

from include.systems.load import Load

__all__ = ["RHYTHM", "Batch", "Pace", "Rhythm", "first_pace", "next_pace"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a destruction in batches keeps to (house values)."""

    large: int = 10_000
    """A plan of more rows is carried out in batches."""
    first: int = 1_000
    """Rows of the rule's table in the first batch."""
    least: int = 100
    batches: int = 200
    """No more batches than about so many: what a batch costs whatever its size is not paid without end."""
    seconds: float = 2.0
    """So long is a batch to take: so long, at most, others wait for its locks."""
    slower: float = 3.0
    """So many times longer than one of its size should take: the database has other work."""
    waiting: int = 3
    """More sessions than these wait for locks."""
    lag: float = 10.0
    """Seconds that a replica may be behind."""
    running: int = 64
    """Statements that may run at once."""
    longest: float = 60.0
    """Seconds of the longest pause."""


RHYTHM = Rhythm()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch took, and how busy the database was after it."""

    seconds: float
    load: Load


@dataclass(frozen=True, slots=True)
class Pace:
    """How the next batch is to be."""

    roots: int
    """Rows of the rule's table."""
    pause: float = 0.0
    """Seconds to wait before it."""
    usual: float | None = None
    """Seconds that one of its size should take; None as long as nothing is known."""
    why: tuple[str, ...] = ()
    """What makes it wait: `slower`, `waiting`, `lag`, `running`."""


def first_pace(rhythm: Rhythm, roots: int) -> Pace:
    """Say how the first batch of a plan over so many roots is to be."""
    return Pace(_bounded(rhythm.first, rhythm, roots))


def next_pace(pace: Pace, last: Batch, rhythm: Rhythm, roots: int) -> Pace:
    """Say how the next batch of a plan over so many roots is to be.

    Its size follows the time that the last one took, by no more than double or half. Where the database is busy it is
    half, after a pause that doubles from one second as long as it stays so; at any load there is another batch.
    """
    if why := _busy(pace, last, rhythm):
        pause = min(rhythm.longest, max(1.0, 2 * pace.pause))
        usual = last.seconds if pace.usual is None else min(last.seconds, 2 * pace.usual)
        return Pace(_bounded(pace.roots / 2, rhythm, roots), pause, usual, why)
    size = _bounded(pace.roots * min(2.0, max(0.5, rhythm.seconds / max(last.seconds, 1e-3))), rhythm, roots)
    return Pace(size, 0.0, last.seconds * max(1.0, size / pace.roots))


def _busy(pace: Pace, last: Batch, rhythm: Rhythm) -> tuple[str, ...]:
    """Name what tells that others need the database; what it does not tell, and a short batch, tell nothing."""
    load, expected = last.load, max(rhythm.seconds, pace.usual or last.seconds)
    told = {
        "slower": last.seconds > rhythm.slower * expected,
        "waiting": load.waiting is not None and load.waiting > rhythm.waiting,
        "lag": load.lag is not None and load.lag > rhythm.lag,
        "running": load.running is not None and load.running > rhythm.running,
    }
    return tuple(name for name, holds in told.items() if holds)


def _bounded(size: float, rhythm: Rhythm, roots: int) -> int:
    return max(round(size), rhythm.least, -(-roots // rhythm.batches))
