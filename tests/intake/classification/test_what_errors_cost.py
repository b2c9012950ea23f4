"""Where the classes begin follows from what the errors cost, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from include.intake.classification.costs import SenselessCosts, thresholds, thresholds_of
from include.intake.classification.weighing import KNOWLEDGE, scale
from include.intake.normalise.lexicon import lexicon

STATED = {"wrong_business": "8", "wrong_personal": "2.5", "look": "1"}
costs = st.floats(0.01, 100)


@given(costs, costs, costs, st.floats(0, 1))
def test_what_is_said_at_a_probability_is_what_costs_least(
    missed: float, alarmed: float, look: float, p: float
) -> None:
    low, high = thresholds(missed, alarmed, look)
    assume(all(abs(p - edge) > 1e-9 for edge in (low, high)))
    expected = {"business": p * missed, "personal": (1 - p) * alarmed, "undetermined": look}
    said = "business" if p <= low else "personal" if p >= high else "undetermined"
    assert expected[said] <= min(expected.values()) + 1e-9


@given(costs, costs, costs)
def test_where_a_look_is_never_the_cheapest_nothing_is_left_open(missed: float, alarmed: float, look: float) -> None:
    low, high = thresholds(missed, alarmed, look)
    assert 0 < low <= high < 1
    assert (low == high) == (look / missed + look / alarmed >= 1)


@pytest.mark.parametrize(("name", "low", "high"), [("points", 1 / 8, 1 - 1 / 2.5), ("names", 1 / 8, 1 / 2)])
def test_the_thresholds_in_force_are_those_of_the_stated_costs(name: str, low: float, high: float) -> None:
    assert (scale(name).low, scale(name).high) == pytest.approx((low, high))
    assert not [key for key in lexicon(KNOWLEDGE / "weights.yml")[name] if key.endswith(("_at_most", "_at_least"))]


@pytest.mark.parametrize("key", ["wrong_business", "wrong_personal", "look"])
@pytest.mark.parametrize("cost", ["-1", "0", "nan", "inf", "dear", None, []])
def test_costs_that_are_none_are_refused_by_their_key(key: str, cost: Any) -> None:
    with pytest.raises(SenselessCosts, match=rf"`points\.costs\.{key}`"):
        thresholds_of("points", {"costs": {**STATED, key: cost}})


@pytest.mark.parametrize("key", ["wrong_business", "wrong_personal", "look"])
def test_costs_that_are_missing_are_refused_by_their_key(key: str) -> None:
    with pytest.raises(SenselessCosts, match=rf"`points\.costs\.{key}` is missing"):
        thresholds_of("points", {"costs": {name: cost for name, cost in STATED.items() if name != key}})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"business_at_most": "0.2"}, "points.costs"),
        ({"costs": {**STATED, "wrong_busines": "9"}}, "points.costs.wrong_busines"),
        ({"costs": {**STATED, "look": "9"}}, "points.costs.look"),
    ],
)
def test_no_costs_unknown_ones_and_a_look_dearer_than_both_errors_are_refused(table: dict[str, Any], key: str) -> None:
    with pytest.raises(SenselessCosts, match=rf"`{key}`"):
        thresholds_of("points", table)
