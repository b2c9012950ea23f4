"""How each promise stands is judged from counts alone, the worst first, with one thing to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.console.promises import Facts, Run, State, promises
from include.console.showing import words_of
from include.duties.breach.readiness import CHECKS
from include.evidence import Kind

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WELL = {
    "covered_at": AT - timedelta(hours=5), "verified_at": AT - DAY, "verified": "whole", "copied_at": AT,
    "sealed_at": AT, "ready_at": AT, "runs": (Run("destroy_due", "success", AT),),
}  # fmt: skip
CASES = [
    ({"missed": 1}, "clocks", State.BROKEN, "missed"),
    ({"clocks_soon": 2, "next_due": AT + DAY}, "clocks", State.NEEDED, "soon"),
    ({"unsent": 1}, "notices", State.BROKEN, "unsent"),
    ({"undetermined": 3, "decide_by": AT + DAY}, "review", State.NEEDED, "waiting"),
    ({"undetermined": 3, "decide_by": AT}, "review", State.BROKEN, "late"),
    ({"plans": 1}, "plans", State.NEEDED, "waiting"),
    ({"asked_late": 1}, "asked", State.BROKEN, "late"),
    ({"standstill": AT}, "standstill", State.NEEDED, "standing"),
    ({"failed_deliveries": 1}, "deliveries", State.NEEDED, "failed"),
    ({"uncovered": 4}, "coverage", State.BROKEN, "gaps"),
    ({"covered_at": AT - 2 * DAY}, "coverage", State.NEEDED, "old"),
    ({"covered_at": None}, "coverage", State.UNKNOWN, "never"),
    ({"verified": "broken"}, "evidence", State.BROKEN, "broken"),
    ({"unsealed": 5, "sealed_at": AT - 2 * DAY}, "evidence", State.NEEDED, "unsealed"),
    ({"unsealed": 5, "sealed_at": AT - DAY}, "evidence", State.KEPT, "whole"),
    ({"verified": None, "verified_at": None}, "evidence", State.UNKNOWN, "never"),
    ({"copied_at": AT - 2 * DAY}, "copies", State.NEEDED, "old"),
    ({"copied_at": None}, "copies", State.UNKNOWN, "never"),
    ({"requests": 2, "request_due": AT + 9 * DAY}, "requests", State.KEPT, "running"),
    ({"requests": 2, "request_due": AT + 2 * DAY}, "requests", State.NEEDED, "soon"),
    ({"requests": 2, "requests_officer": 1, "request_due": AT + 9 * DAY}, "requests", State.NEEDED, "officer"),
    ({"requests": 2, "requests_officer": 1, "request_due": AT}, "requests", State.BROKEN, "late"),
    ({"breaches": 1}, "breaches", State.NEEDED, "reported"),
    ({"breaches": 1, "breach_due": AT + DAY}, "breaches", State.NEEDED, "open"),
    ({"breaches": 1, "breach_due": AT - DAY}, "breaches", State.BROKEN, "late"),
    ({"unready": ("rehearsal",)}, "readiness", State.NEEDED, "missing"),
    ({"ready_at": AT - 2 * DAY}, "readiness", State.NEEDED, "old"),
    ({"ready_at": None}, "readiness", State.UNKNOWN, "never"),
    ({"bulk_readers": 1}, "readings", State.BROKEN, "bulk"),
    ({"runs": (Run("destroy_due", "failed", AT),)}, "runs", State.NEEDED, "failed"),
    ({"runs": ()}, "runs", State.UNKNOWN, "never"),
]


@pytest.mark.parametrize(("changed", "key", "state", "action"), CASES)
def test_what_is_wrong_is_named_with_its_action_and_nothing_else_is(
    changed: dict[str, object], key: str, state: State, action: str
) -> None:
    found = promises(Facts(**WELL | changed), AT)  # type: ignore[arg-type]
    assert [(one.state, one.action) for one in found if one.key == key] == [(state, action)]
    assert {one.state for one in found if one.key != key} == {State.KEPT}
    if state is not State.KEPT:
        assert found[0].key == key


def test_a_store_of_which_nothing_is_known_yet_claims_nothing() -> None:
    assert {one.key for one in promises(Facts(), AT) if one.state is State.UNKNOWN} == {
        "coverage", "evidence", "copies", "readiness", "runs",
    }  # fmt: skip


def test_the_worst_comes_first() -> None:
    states = [one.state for one in promises(Facts(missed=1, plans=1), AT)]
    assert states == sorted(states, key=list(State).index)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_promise_and_every_kind_of_event_has_its_words(language: str) -> None:
    words = words_of(language)
    found = [one for changed, *_ in [*CASES, ({},)] for one in promises(Facts(**WELL | changed), AT)]  # type: ignore[arg-type]
    assert {f"{one.key}_{one.action}" for one in found} == set(words["found"])
    assert {f"{one.key}_{one.action}" for one in found if one.state is not State.KEPT} - set(words["next"]) == set()
    assert {str(kind) for kind in Kind} == set(words["events_of"])
    assert set(CHECKS) == set(words["unready"])


def test_both_languages_say_the_same_things() -> None:
    def shape(language: str) -> dict[str, object]:
        return {name: sorted(said) if isinstance(said, dict) else None for name, said in words_of(language).items()}

    assert shape("ar") == shape("en")
