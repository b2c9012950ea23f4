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


KEYS = [contract.key for contract in sources()]
JOINED = {key: datetime(2026, 1, 9 + 3 * bool(number), 20, 59, tzinfo=UTC) for number, key in enumerate(KEYS[:2])}


def late(reference: str, **given: Any) -> list[dict[str, str]]:
    """What an assessment was made too late for, and since when that is done."""
    found = findings(facts(**given))
    return [dict(each.told) for each in found if (each.key, each.code) == (reference, "assessed_late")]


@pytest.mark.parametrize(
    ("made", "about"),
    [(date(2026, 1, 12), []), (date(2026, 1, 13), [KEYS[0], KEYS[1]])],
)
def test_the_linking_of_sources_is_assessed_before_the_second_one_joins(made: date, about: list[str]) -> None:
    found = late("DPIA-2026-001", said=changing("DPIA-2026-001", made=made), joined=JOINED)
    assert [each["what"] for each in found] == about
    assert all((each["made"], each["day"]) == (made.isoformat(), "2026-01-12") for each in found)


def test_a_single_source_is_linked_to_nothing_and_one_that_never_came_was_not_used() -> None:
    one = {KEYS[0]: JOINED[KEYS[0]]}
    assert late("DPIA-2026-001", said=changing("DPIA-2026-001", made=date(2026, 5, 1)), joined=one) == []
    assert late("DPIA-2026-001", said=changing("DPIA-2026-001", made=date(2026, 5, 1))) == []


def test_a_legitimate_interest_is_assessed_before_a_source_serves_it_or_it_stands_on_record() -> None:
    given = {"said": changing("LIA-2026-001", made=date(2026, 1, 11))}
    (found,) = late("LIA-2026-001", **given, noted={"promotion": datetime(2026, 1, 10, 20, 59, tzinfo=UTC)})
    assert (found["what"], found["day"]) == ("promotion", "2026-01-10")
    assert {each["what"] for each in late("LIA-2026-001", **given, joined=JOINED)} >= {"business_contact"}
    assert late("LIA-2026-001", **given, noted={"promotion": datetime(2026, 1, 10, 21, tzinfo=UTC)}) == [], (
        "the 11th in Riyadh"
    )


def test_sensitive_data_is_assessed_before_an_activity_that_holds_it_stands_on_record() -> None:
    noted = {"quality": datetime(2026, 3, 1, tzinfo=UTC), "support": datetime(2026, 1, 1, tzinfo=UTC)}
    (found,) = late("DPIA-2026-002", said=changing("DPIA-2026-002", made=date(2026, 3, 2)), noted=noted)
    assert (found["what"], found["day"]) == ("books.call_recording", "2026-03-01")
    assert "books.call_recording has been in use since 2026-03-01" in english(
        next(each for each in findings(facts(said=changing("DPIA-2026-002", made=date(2026, 3, 2)), noted=noted)))
    )
    assert late("DPIA-2026-002", said=changing("DPIA-2026-002", made=date(2026, 3, 1)), noted=noted) == []


def test_the_register_says_that_the_names_of_elements_are_ours_where_no_source_has_them() -> None:
    for language, said in (("ar", "صياغتنا"), ("en", "our own wording")):
        sheets = all_sheets(facts(), (), language)
        (sheet,) = [each for each in sheets if each.key == "assessments"]
        assert said in sheet.intro
