"""What a drill found, kept in a file as it goes: a line for each kill, so that it goes on where it stopped."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["Kill", "Results", "results_folder"]

SAID_AT_MOST = 40


@dataclass(frozen=True)
class Kill:
    """One line: who died when, and what was different in the end. A kill that hit nobody does not count."""

    mode: str
    seed: int
    victim: str
    step: str
    after: float
    hit: bool
    again: int
    """How often steps were tried again because of it."""
    twice: int
    """Letters that came twice under one Message-ID."""
    said: list[str]


def results_folder() -> Path:
    """Return the folder of results: AMANAH_FAULTS, or one of this user's under the system's temporary folder."""
    named = os.environ.get("AMANAH_FAULTS")
    folder = Path(named) if named else Path(tempfile.gettempdir(), f"amanah-faults-{os.getuid()}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@dataclass
class Results:
    """The kills so far, and how many are wanted of each mode."""

    file: Path
    wanted: dict[str, int]
    kills: list[Kill] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    before: int = 0

    def __post_init__(self) -> None:
        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        self.kills = [Kill(**json.loads(line)) for line in lines if line.endswith("}")]
        self.before = len(self.counted())

    def add(self, kill: Kill) -> None:
        """Keep a line at once."""
        self.kills.append(kill)
        told = asdict(kill) | {"said": kill.said[:SAID_AT_MOST]}
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")

    def counted(self, mode: str = "") -> list[Kill]:
        """Return the kills that hit somebody."""
        return [kill for kill in self.kills if kill.hit and kill.mode in (mode or kill.mode)]

    def missing(self, mode: str) -> int:
        """Return how many kills of a mode are still wanted."""
        return max(0, self.wanted.get(mode, 0) - len(self.counted(mode)))

    def next_seed(self, mode: str) -> int:
        """Return the first seed of a mode that has no line yet."""
        return 1 + max((kill.seed for kill in self.kills if kill.mode == mode), default=0)

    def progress(self) -> str:
        """Say in a line how far it is."""
        done, left = len(self.counted()), sum(map(self.missing, self.wanted))
        rate = (done - self.before) / max(1.0, time.monotonic() - self.began)
        wait = f", about {left / rate / 60:.0f} minutes left" if rate and left else ""
        different = sum(bool(kill.said) for kill in self.kills)
        return f"{done} of {done + left} kills, {different} differences, {rate * 60:.1f} a minute{wait}"

    def table(self) -> str:
        """Say who was killed how often, and which seeds ended otherwise than undisturbed."""
        lines = [_row("victim", "kills", "tried again", "came twice", "differences")]
        victims = sorted({(kill.mode, kill.victim) for kill in self.kills})
        for mode, victim in victims:
            lines.append(_of(f"{mode}: {victim}", [k for k in self.counted(mode) if k.victim == victim]))
        lines.append(_of("all", self.counted()))
        missed = len(self.kills) - len(self.counted())
        if missed:
            lines.append(f"{missed} more came too late to hit anybody; they are not counted.")
        for kill in self.kills:
            if kill.said:
                lines.append(f"{kill.mode} SEED={kill.seed}: {kill.victim}, {kill.after:.3f} s into {kill.step}:")
                lines += [f"    {sentence}" for sentence in kill.said[:5]]
        return "\n".join(lines)


def _of(name: str, kills: Iterable[Kill]) -> str:
    kills = list(kills)
    again, twice = sum(kill.again for kill in kills), sum(kill.twice for kill in kills)
    return _row(name, len(kills), again, twice, sum(bool(kill.said) for kill in kills))


def _row(name: str, *cells: object) -> str:
    return f"{name:<28}" + "".join(f"{cell!s:>13}" for cell in cells)
