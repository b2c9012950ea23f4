"""Where a class begins: derived from what the errors and a look cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from include.errors import NeverRetry

__all__ = ["SenselessCosts", "thresholds", "thresholds_of"]

NAMES = {"points": ("wrong_business", "wrong_personal"), "names": ("wrong_organisation", "wrong_person")}
"""Of each kind of decision, the error of saying too little of a person, and that of saying too much."""
LOOK = "look"


class SenselessCosts(NeverRetry):
    """A file of weights states no costs, or such as nobody can decide by; the message names the key."""


def thresholds(missed: float, alarmed: float, look: float) -> tuple[float, float]:
    """Give the probability of a person up to which "no person" is said, and that from which "a person" is.

    `missed` is the cost of calling a person's what is not business, `alarmed` that of the other error, `look` that of
    saying neither. With the probability p of a person, "no person" costs p * missed, "a person" costs
    (1 - p) * alarmed, and the least is chosen (C. K. Chow, On optimum recognition error and reject tradeoff, IEEE
    Transactions on Information Theory 16, 1970). A look that is never the cheapest leaves no lane: both thresholds are
    then where the two errors cost the same.
    """
    even = alarmed / (missed + alarmed)
    low, high = look / missed, 1 - look / alarmed
    return (low, high) if low < high else (even, even)


def thresholds_of(name: str, table: Mapping[str, Any]) -> tuple[float, float]:
    """Derive the thresholds of a table of weights (`points`, `names`) from its `costs`. Raises SenselessCosts."""
    costs = table.get("costs")
    if not isinstance(costs, Mapping):
        raise SenselessCosts(f"weights: `{name}.costs` is missing; state {', '.join((*NAMES[name], LOOK))}")
    if unknown := sorted(set(costs) - {*NAMES[name], LOOK}):
        raise SenselessCosts(f"weights: `{name}.costs.{unknown[0]}` is not known; state {', '.join(NAMES[name])}, look")
    missed, alarmed = (_cost(name, key, costs) for key in NAMES[name])
    look = _cost(name, LOOK, costs)
    if look >= max(missed, alarmed):
        raise SenselessCosts(f"weights: `{name}.costs.look` is as dear as both errors; it has to be less than one")
    return thresholds(missed, alarmed, look)


def _cost(name: str, key: str, costs: Mapping[str, Any]) -> float:
    if key not in costs:
        raise SenselessCosts(f"weights: `{name}.costs.{key}` is missing; state what it costs, as a number above 0")
    try:
        cost = float(costs[key])
    except (TypeError, ValueError):
        cost = math.nan
    if not (math.isfinite(cost) and cost > 0):
        raise SenselessCosts(f"weights: `{name}.costs.{key}` is no cost; write a number above 0")
    return cost
