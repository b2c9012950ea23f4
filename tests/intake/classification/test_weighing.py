"""How evidence adds up, whatever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.intake.classification import Klass
from include.intake.classification.rules import decision_of
from include.intake.classification.weighing import scale

POINTS = scale("points").evidence
BARRED = sorted(code for code, evidence in POINTS.items() if evidence.bar)
PERSONAL = sorted(code for code, evidence in POINTS.items() if evidence.weight > 0 or evidence.bar)
some_codes = st.frozensets(st.sampled_from(sorted(POINTS)), min_size=1)


@given(some_codes, st.sampled_from(PERSONAL))
def test_adding_a_personal_signal_never_makes_a_contact_point_more_business(codes: frozenset[str], signal: str) -> None:
    before, after = decision_of(codes), decision_of(codes | {signal})
    assert after.score >= before.score
    assert after.klass is not Klass.BUSINESS or before.klass is Klass.BUSINESS


@given(some_codes, st.sampled_from(BARRED))
def test_no_sum_of_business_signals_outvotes_a_personal_one(codes: frozenset[str], signal: str) -> None:
    assert decision_of(codes | {signal}).klass is not Klass.BUSINESS


@given(some_codes)
def test_reasons_are_all_of_the_evidence_with_the_weightiest_first(codes: frozenset[str]) -> None:
    found = decision_of(codes)
    assert set(found.reasons) == codes
    weights = [abs(POINTS[code].weight) for code in found.reasons]
    assert weights == sorted(weights, reverse=True)


def test_nothing_personal_has_a_limit_without_speaking_for_a_person() -> None:
    assert all(POINTS[code].weight > 0 for code in BARRED)


def test_between_the_classes_lies_a_lane_for_what_is_not_clear() -> None:
    points = scale("points")
    assert 0 < points.low < points.floors["undetermined"] < points.high <= points.floors["personal"] < 1
