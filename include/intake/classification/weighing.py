"""Add up evidence: log-odds, limits that no sum can cross, and the lane between the classes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from include.intake.classification.costs import thresholds_of
from include.intake.normalise.lexicon import lexicon

__all__ = ["KNOWLEDGE", "Evidence", "Scale", "scale"]

KNOWLEDGE = Path(__file__).parent / "knowledge"
WEAK = ("person", "named")
"""Limits of names, which hold against weak words only."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one reason weighs, in log-odds of a person; the limit it sets; whether it can cross another's limit."""

    weight: float
    bar: str | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The evidence of one kind of decision with its two thresholds and the floor of each limit."""

    low: float
    high: float
    floors: dict[str, float]
    evidence: dict[str, Evidence]
    trust: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By script: the slope in hundredths, and the shift in hundredths of log-odds, of a sum of learned weights."""

    def weigh(self, codes: Iterable[str]) -> tuple[float, tuple[str, ...]]:
        """Give the probability of a person, and the reasons with the weightiest first.

        Each code counts once. A limit lifts the probability to its floor, whatever speaks against it, unless its code
        only bars weak words (`person`, `named`) and a strong one is among them. Adding a code of no negative weight
        never lowers the probability.
        """
        found = self.ordered(codes)
        score = 1 / (1 + math.exp(-sum(self.evidence[code].weight for code in found)))
        return round(max(score, self.floor(found)), 4), found

    def ordered(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Put each code once, the weightiest first."""
        return tuple(sorted(set(codes), key=lambda code: (-abs(self.evidence[code].weight), code)))

    def floor(self, codes: Iterable[str]) -> float:
        """Give the least probability that the limits among the codes allow."""
        given = [self.evidence[code] for code in codes]
        strong = any(evidence.strong for evidence in given)
        return max((self.floors[e.bar] for e in given if e.bar and not (strong and e.bar in WEAK)), default=0.0)


@cache
def scale(name: str) -> Scale:
    """Read the weights of `points` or `names`. Raises SenselessCosts where no thresholds follow from its costs."""
    table = lexicon(KNOWLEDGE / "weights.yml")[name]
    low, high = thresholds_of(name, table)
    return Scale(
        low=low,
        high=high,
        floors={bar: float(value) for bar, value in table["floor"].items()},
        evidence={
            code: Evidence(float(entry["weight"]), entry.get("bar"), entry.get("strong") == "yes")
            for code, entry in table["evidence"].items()
        },
        trust={
            script: (round(100 * float(fit["slope"])), round(100 * float(fit["shift"])))
            for script, fit in table.get("calibration", {}).items()
        },
    )
