"""Who processes for us is on a register with seven clauses and checks; what leaves the country has a ground for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from records_case import english, facts, told

from include.duties.records import Facts, findings
from include.duties.records.assessing import ELEMENTS
from include.duties.records.keeping import checks
from include.duties.records.model import Disclosed
from include.duties.records.registers import all_sheets

TRANSFER = {"ground": "central_operations", "safeguard": "standard_clauses", "assessment": "TRA-2026-001"}
ASSESSED = {
    "kind": "transfer",
    "about": {"ar": "نقل البريد", "en": "transfer of mail"},
    "made": date(2026, 1, 10),
    "review_on": date(2027, 1, 10),
    "valid_until": date(2028, 1, 10),
    "outcome": "mitigated",
    "elements": dict.fromkeys(ELEMENTS["transfer"], "1"),
}


def of_mailer(**changes: Any) -> Callable[[Any], None]:
    return lambda given: given["processors"]["mailer"].update(changes)


def codes(of: Facts, register: str) -> list[str]:
    return [code for where, _, code in told(of) if where == register]


CLAUSES = (
    "purpose",
    "categories",
    "duration",
    "breach_notice",
    "foreign_laws",
    "mandatory_disclosure",
    "sub_processors",
)


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_of_the_seven_clauses_that_a_contract_lacks_is_named(clause: str) -> None:
    company = facts(said=lambda given: given["processors"]["mailer"]["clauses"].pop(clause))
    (found,) = findings(company)
    assert (found.register, found.key, found.code) == ("processors", "mailer", "clause_missing")
    assert dict(found.told) == {"clause": clause}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract": None}, "contract_unsaid"),
        ({"instructions": None}, "instructions_unsaid"),
        ({"breach_hours": None}, "breach_hours_too_long"),
        ({"breach_hours": 25}, "breach_hours_too_long"),
        ({"until": date(2026, 10, 31)}, "contract_ended"),
        ({"purposes": ["gardening"]}, "purpose_of_nothing"),
    ],
)
def test_what_a_processor_lacks_is_named(changes: dict[str, Any], code: str) -> None:
    assert code in codes(facts(said=of_mailer(**changes)), "processors")


@pytest.mark.parametrize(
    ("checked", "day", "due"),
    [
        ([date(2026, 6, 1)], date(2027, 6, 1), False),
        ([date(2026, 6, 1)], date(2027, 6, 2), True),
        ([], date(2027, 1, 1), False),
        ([], date(2027, 1, 2), True),
        ([date(2026, 6, 1), date(2027, 5, 1)], date(2028, 5, 1), False),
    ],
)
def test_a_processor_is_checked_anew_in_time_counted_from_its_last_check_or_its_first_day(
    checked: list[date], day: date, due: bool
) -> None:
    company = facts(said=of_mailer(checked=checked, check_months=12, until=None), day=day)
    assert ("check_due" in codes(company, "processors")) is due


def test_a_sub_processor_works_only_with_our_acceptance_and_time_to_object() -> None:
    def change(given: Any) -> None:
        given["processors"]["mailer"]["sub_processors"]["mail_relay"] = {"name": {"ar": "ناقل", "en": "Relay"}}

    company = facts(said=change)
    assert codes(company, "processors") == ["sub_processor_unaccepted", "objection_time_unsaid"]
    assert "mail_relay" in english(findings(company)[0])


def test_a_transfer_needs_a_ground_a_safeguard_and_an_assessment_of_its_risks_before() -> None:
    def outside(given: Any) -> None:
        given["transfers"] = {"outside": True, "ar": "تُنقل", "en": "it is transferred"}

    def where(transfer: Any, assessments: Any = None) -> list[str]:
        def change(given: Any) -> None:
            of_mailer(country="EG", transfer=transfer)(given)
            given["assessments"].update(assessments or {})

        return codes(facts(said=change, profile=outside), "transfers")

    assert where(None) == ["transfer_unsaid"]
    assert where(TRANSFER | {"assessment": None}) == ["transfer_unassessed"]
    assert where(TRANSFER) == ["assessment_unknown"]
    assert where(TRANSFER, {"TRA-2026-001": ASSESSED | {"kind": "impact"}}) == ["assessment_unknown"]
    assert where(TRANSFER, {"TRA-2026-001": ASSESSED}) == []
    assert where({"ground": "treaty", "safeguard": "adequacy"}) == []


def test_the_risks_of_a_transfer_are_assessed_in_six_elements_and_before_data_goes() -> None:
    def found(since: date, **changes: Any) -> list[tuple[str, dict[str, str]]]:
        def change(given: Any) -> None:
            of_mailer(country="EG", transfer=TRANSFER, since=since)(given)
            given["assessments"]["TRA-2026-001"] = ASSESSED | changes

        return [(each.code, dict(each.told)) for each in findings(facts(said=change)) if each.key == "TRA-2026-001"]

    assert len(ELEMENTS["transfer"]) == 6
    for element in ELEMENTS["transfer"]:
        less = {name: "1" for name in ELEMENTS["transfer"] if name != element}
        assert found(date(2026, 2, 1), elements=less) == [("element_missing", {"element": element})]
    assert found(date(2026, 1, 10)) == []
    late = {"made": "2026-01-10", "what": "mailer", "day": "2026-01-09"}
    assert found(date(2026, 1, 9)) == [("assessed_late", late)]
    assert found(date(2026, 12, 1), made=date(2026, 12, 15)) == [], "the contract has not begun"


def test_what_is_sent_to_a_recipient_or_a_sub_processor_abroad_is_assessed_before() -> None:
    def change(given: Any) -> None:
        given["recipients"]["partner"] = {
            "name": {"ar": "شريك", "en": "Partner"}, "country": "EG", "purposes": ["promotion"],
            "categories": ["user.contact"], "transfer": TRANSFER,
        }  # fmt: skip
        relay = {"country": "DE", "transfer": TRANSFER, "accepted": date(2026, 2, 1)}
        given["processors"]["mailer"]["sub_processors"]["mail_relay"] |= relay
        given["assessments"]["TRA-2026-001"] = ASSESSED | {"made": date(2026, 10, 5)}

    at_home = replace(disclosed("partner"), at=datetime(2026, 9, 1, tzinfo=UTC))
    company = facts(said=change, disclosed=(at_home, disclosed("partner", "EG", "standard_clauses")))
    found = [dict(each.told) for each in findings(company) if each.code == "assessed_late"]
    assert [(each["what"], each["day"]) for each in found] == [
        ("mailer/mail_relay", "2026-02-01"), ("partner", "2026-10-04"),
    ]  # fmt: skip


def test_a_transfer_stands_in_the_rows_of_its_own_purposes_alone() -> None:
    company = facts(said=of_mailer(country="EG", transfer=TRANSFER))
    (sheet,) = [each for each in all_sheets(company, findings(company), "en") if each.key == "record"]
    column = next(place for place, heading in enumerate(sheet.columns) if "ransfer" in heading)
    told = {row[0][-1]: any("Egypt" in line for line in row[column]) for row in sheet.rows}
    assert {purpose for purpose, abroad in told.items() if abroad} == {"promotion", "business_contact"}


def test_a_sub_processor_that_is_to_be_accepted_later_is_not_accepted() -> None:
    def change(given: Any) -> None:
        given["processors"]["mailer"]["sub_processors"]["mail_relay"]["accepted"] = date(2026, 11, 2)

    assert codes(facts(said=change), "processors") == ["sub_processor_unaccepted"]
    assert codes(facts(said=change, day=date(2026, 11, 2)), "processors") == []


def test_checks_run_to_their_own_day_and_not_for_a_contract_that_has_ended() -> None:
    running = {(each.kind, each.key): each.due for each in checks(facts())}
    assert running["assessment_review", "dpia-2026-001"] == date(2031, 6, 30), "its review, before its validity ends"
    assert running["processor_check", "mailer"] == date(2031, 6, 1)
    ended = facts(said=of_mailer(until=date(2026, 10, 31)))
    assert ("processor_check", "mailer") not in {(each.kind, each.key) for each in checks(ended)}
    assert ("processor_check", "mailer") in {
        (each.kind, each.key) for each in checks(facts(said=of_mailer(until=date(2026, 11, 1))))
    }


def test_a_sub_processor_abroad_is_a_transfer_too_and_people_must_not_be_told_otherwise() -> None:
    def change(given: Any) -> None:
        given["processors"]["mailer"]["sub_processors"]["mail_relay"]["country"] = "DE"

    company = facts(said=change)
    assert [(key, code) for register, key, code in told(company) if register == "transfers"] == [
        ("mailer/mail_relay", "transfer_unsaid"),
        ("mailer/mail_relay", "told_otherwise"),
    ]
    (transfers,) = [sheet for sheet in all_sheets(company, findings(company), "en") if sheet.key == "transfers"]
    assert transfers.rows[0][1] == ("Germany",)


def disclosed(recipient: str, country: str = "SA", safeguard: str | None = None) -> Disclosed:
    at = datetime(2026, 10, 3, 22, 30, tzinfo=UTC)
    return Disclosed(at, recipient, country, "promotion", "csv", country != "SA", safeguard, 1200, "sa-2024-09-14")


def test_each_disclosure_is_told_with_its_date_method_and_purpose() -> None:
    company = facts(disclosed=(disclosed("mailer"),))
    assert told(company) == []
    for language, method, name in (
        ("en", "file (CSV)", "Sample Mail Provider"),
        ("ar", "ملف (CSV)", "مزود البريد التجريبي"),
    ):
        (sheet,) = [each for each in all_sheets(company, (), language) if each.key == "disclosures"]
        (cells,) = sheet.rows
        assert cells[0] == ("2026-10-04 01:30",), "the local time"
        assert (cells[1], cells[3], cells[4]) == ((name,), (method,), ("1,200",))


def test_whoever_got_data_and_is_on_no_register_is_named() -> None:
    company = facts(disclosed=(disclosed("stranger"), disclosed("mailer", "AE", "standard_clauses")))
    assert [each for each in told(company) if each[0] == "disclosures"] == [
        ("disclosures", "stranger", "recipient_unknown"),
        ("disclosures", "mailer", "country_differs"),
    ]


def test_what_we_process_for_others_has_a_contract_instructions_and_tables() -> None:
    def change(given: Any) -> None:
        served = given["on_behalf"]["customers_books"]
        served.update(contract=None, instructions=None, breach_hours=None, tables=["books.unheard_of"])

    assert codes(facts(said=change), "on_behalf") == [
        "contract_unsaid", "their_instructions_unsaid", "our_breach_hours_unsaid", "table_unknown",
    ]  # fmt: skip
    empty = facts(said=lambda given: given["on_behalf"]["customers_books"].update(tables=[]))
    assert codes(empty, "on_behalf") == ["tables_unsaid"]


def test_people_are_not_told_that_nobody_receives_their_data_where_somebody_does() -> None:
    company = facts(profile=lambda given: given.update(recipients=[]))
    assert told(company) == [("processors", "record", "nobody_told")]
