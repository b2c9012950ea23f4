"""Duties that a delivery raises by itself."""

from __future__ import annotations

from collections.abc import Callable

from builders import START, Held, ask, person

from include.duties.raising import open_for_receipt

Make = Callable[..., Held]


def test_joining_a_second_source_without_an_assessment_raises_the_duty_once_and_naming_one_closes_it(
    source: Make,
) -> None:
    first, second = source(), source(key="zweite_guide", location="second.csv")
    first.delivers([person(1)])
    assert open_for_receipt(first.receipts[-1], START)["impact_assessment"] == 0, "one source is linked to nothing"
    for _ in range(2):
        second.delivers([person(2)])
    opened = [open_for_receipt(receipt, second.at)["impact_assessment"] for receipt in second.receipts]
    assert opened == [1, 0]
    assessed = source(key="zweite_guide", location="second.csv", assessment="DPIA-2026-9")
    assessed.at = second.at
    assessed.delivers([person(2)])
    open_for_receipt(assessed.receipts[-1], assessed.at)
    assert [(row.state, row.outcome) for row in ask("select state, outcome from duties.duty")] == [("done", "recorded")]


def test_sensitive_rows_raise_one_duty_for_the_delivery_with_how_many_there_were(source: Make) -> None:
    guide = source()
    for _ in range(2):
        guide.delivers([person(1), {**person(2), "contact": "سعد القحطاني 1000000008"}])
        open_for_receipt(guide.receipts[-1], guide.at)
    assert [(row.kind, row.count) for row in ask("select kind, count from duties.duty")] == [("sensitive_data", 1)]
