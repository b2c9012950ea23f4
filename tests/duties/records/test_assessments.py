"""Linking, sensitive data and legitimate interests are assessed before, and an assessment holds until its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from records_case import english, facts, sources, told

from include.duties.records import findings
from include.duties.records.assessing import ELEMENTS
from include.duties.records.model import LinkDuty
from include.duties.records.registers import all_sheets

OPENED = datetime(2026, 10, 1, tzinfo=UTC)


def changing(reference: str, **changes: Any) -> Any:
    return lambda given: given["assessments"][reference].update(changes)


def assessed(**given: Any) -> list[tuple[str, str]]:
    return [(key, code) for register, key, code in told(facts(**given)) if register == "assessments"]


def test_a_source_that_is_linked_to_others_names_an_assessment_and_a_single_one_need_not() -> None:
    first, *others = sources()
    bare = first.model_copy(update={"assessment": None})
    assert assessed(known=(bare, *others)) == [(first.key, "linking_unassessed")]
    assert "linking_unassessed" not in {code for _, code in assessed(known=(bare,))}


def test_an_assessment_that_contracts_name_has_to_be_on_the_register() -> None:
    missing = assessed(said=lambda given: given["assessments"].pop("DPIA-2026-001"))
    assert missing == [(contract.key, "assessment_unknown") for contract in sources()]
    other = assessed(said=changing("DPIA-2026-001", kind="legitimate_interest"))
    assert (sources()[0].key, "assessment_unknown") in other


@pytest.mark.parametrize("reference", ["DPIA-2026-001", "LIA-2026-001"])
def test_each_element_of_the_law_that_an_assessment_lacks_is_named(reference: str) -> None:
    kind = "impact" if reference.startswith("DPIA") else "legitimate_interest"
    assert len(ELEMENTS[kind]) == (8 if kind == "impact" else 5)
    for element in ELEMENTS[kind]:
        company = facts(said=lambda given, e=element: given["assessments"][reference]["elements"].pop(e))
        (found,) = findings(company)
        assert (found.key, found.code, dict(found.told)) == (reference, "element_missing", {"element": element})


def test_every_legitimate_interest_is_assessed() -> None:
    missing = assessed(said=lambda given: given["assessments"].pop("LIA-2026-002"))
    assert missing == [("security", "interest_unassessed"), ("user_experience", "interest_unassessed")]


def test_sensitive_data_is_assessed_before() -> None:
    missing = assessed(said=changing("DPIA-2026-002", tables=[]))
    assert ("books.call_recording", "sensitive_unassessed") in missing
    assert ("DPIA-2026-002", "covers_nothing") in missing


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2027, 3, 1), None),
        (date(2027, 3, 2), "review_due"),
        (date(2027, 6, 1), "review_due"),
        (date(2027, 6, 2), "no_longer_valid"),
    ],
)
def test_an_assessment_is_reviewed_by_its_day_and_does_not_hold_past_its_validity(day: date, code: str | None) -> None:
    dates = {"made": date(2026, 1, 10), "review_on": date(2027, 3, 1), "valid_until": date(2027, 6, 1)}
    found = assessed(said=changing("DPIA-2026-001", **dates), day=day)
    assert found == ([("DPIA-2026-001", code)] if code else [])


def test_an_assessment_that_expects_harm_stops_the_processing_until_it_is_put_right() -> None:
    assert assessed(said=changing("DPIA-2026-001", outcome="harmful")) == [("DPIA-2026-001", "still_harmful")]


def test_whoever_processes_what_was_assessed_has_a_copy() -> None:
    (found,) = findings(facts(said=changing("DPIA-2026-001", copied_to=[])))
    assert (found.key, found.code) == ("DPIA-2026-001", "copy_missing")
    assert "mailer" in english(found)


def test_the_duty_that_linking_raised_is_told_until_it_is_done() -> None:
    article = "Law 22, IR 25(1)(b)"
    duties = (
        LinkDuty("new_guide", "open", article, OPENED, None),
        LinkDuty("old_guide", "done", article, OPENED, OPENED),
    )
    company = facts(duties=duties)
    assert told(company) == [("assessments", "new_guide", "duty_open")]
    (sheet,) = [each for each in all_sheets(company, findings(company), "en") if each.key == "duties"]
    assert [(row[0], row[3]) for row in sheet.rows] == [(("new_guide",), ("open",)), (("old_guide",), ("done",))]


def test_what_needs_an_assessment_and_has_none_is_a_row_of_the_register() -> None:
    company = facts(said=lambda given: given["assessments"].pop("LIA-2026-002"))
    (sheet,) = [each for each in all_sheets(company, findings(company), "en") if each.key == "assessments"]
    assert [row[3] for row in sheet.rows if row[0] == ("[Missing]",)] == [("security",), ("user_experience",)]
