"""The record of processing holds its eight items for each activity, in Arabic and English, or says what lacks."""

from __future__ import annotations

from typing import Any

import pytest
from records_case import AT, Change, english, facts, maps, told, with_columns, with_table

from include.duties.own_system.deriving import own_system
from include.duties.records import Facts, Item, findings
from include.duties.records.gathering import WITHOUT_PURPOSE
from include.duties.records.model import Ended, Where
from include.duties.records.sheets import record_sheet
from include.systems import System

LANGUAGES = ("ar", "en")


def row(of: Facts, key: str, language: str = "en") -> dict[str, tuple[str, ...]]:
    sheet = record_sheet(of, findings(of), language)
    found = [each for each in sheet.rows if each[0][-1] == key]
    assert len(found) == 1, key
    return dict(zip(sheet.columns, found[0], strict=True))


def test_every_activity_of_the_company_has_all_eight_items_in_both_languages() -> None:
    company = facts()
    assert told(company) == []
    assert len(company.activities) > 10
    for language in LANGUAGES:
        sheet = record_sheet(company, findings(company), language)
        assert all(lines for _, lines in sheet.shared), "controller, officer, security"
        assert len(sheet.shared) + len(sheet.columns) == 12, "eight items, people apart, with name, places, missing"
        for cells in sheet.rows:
            assert all(cells), cells[0]


def test_nothing_personal_that_any_map_holds_is_left_out_of_the_record() -> None:
    company = facts()
    held = {holding.place for activity in company.activities for holding in activity.holdings}
    personal = {
        f"{system.key}.{table.name}" for system in (*maps(), *own_system()) for table in system.tables if table.personal
    }
    assert personal - held == {"amanah_places.archives"}, "which is held for others"
    assert {contract.key for contract in company.contracts} <= held


def test_each_category_is_told_its_own_period() -> None:
    kept = row(facts(), "invoicing")["5. How long each category is kept"]
    assert (
        "Address, Name, Identification number, in books.invoice: at least 6 years from the day it was recorded "
        "(VAT IR 66, Law 18(2)(a))"
    ) in kept
    assert (
        "E-mail address, Messages and notes, in books.invoice: at least 3 months and at most 6 months from the end of "
        "the subscription (policy 4, Law 18(1))"
    ) in kept


def test_what_comes_from_a_directory_is_kept_by_the_rules_of_our_own_store() -> None:
    kept = row(facts(), "business_contact")["5. How long each category is kept"]
    (said,) = [line for line in kept if "in sa_riyadh_trade:" in line]
    assert "until the answer to our notice or the end of its time, then destroyed at once" in said
    assert "at most 1 year from the last dealing" in said


def test_the_people_of_a_table_are_those_who_hold_its_rows() -> None:
    company = facts()
    people = {
        holding.place: holding.people
        for activity in company.activities
        for holding in activity.holdings
        if holding.where is Where.SYSTEM
    }
    assert people["books.call_recording"] == ("books.account",)
    assert people["books.session"] == ("books.account", "books.app_user")
    assert people["books.applicant_letter"] == ("books.applicant",)


def _without(*path: str) -> Change:
    def change(given: Any) -> None:
        for step in path[:-1]:
            given = given[step]
        del given[path[-1]]

    return change


def _abroad(given: Any) -> None:
    given["transfers"] = None


MISSING: list[tuple[dict[str, Any], str, Item, str]] = [
    ({"profile": _without("purposes", "support")}, "support", Item.PURPOSES, "purposes.support.ar"),
    ({"profile": _without("purposes", "support", "en")}, "support", Item.PURPOSES, "purposes.support.en"),
    ({"said": _without("people", "books.applicant")}, "recruitment", Item.CATEGORIES, "books.applicant"),
    ({"said": _without("security")}, "record", Item.SECURITY, "what protects the data"),
    ({"profile": _without("legal_name")}, "record", Item.CONTROLLER, "legal_name.ar"),
    ({"profile": _without("contacts", "address")}, "record", Item.CONTROLLER, "contacts.address.en"),
    ({"profile": _without("dpo")}, "record", Item.OFFICER, "dpo"),
    ({"profile": _without("recipients")}, "record", Item.RECIPIENTS, "recipients"),
    ({"profile": _abroad}, "record", Item.TRANSFERS, "transfers.ar"),
]


@pytest.mark.parametrize(("changes", "key", "item", "what"), MISSING, ids=[f"{m[1]}-{m[3]}" for m in MISSING])
def test_what_lacks_is_named_by_its_activity_and_item(changes: dict[str, Any], key: str, item: Item, what: str) -> None:
    lacking = [each for each in findings(facts(**changes)) if (each.register, each.key) == ("record", key)]
    assert {each.item for each in lacking} == {item}
    assert any(what in english(each) for each in lacking)


@pytest.mark.parametrize(
    ("systems", "key", "item", "code"),
    [
        (with_table("applicant", retention=None), "recruitment", Item.RETENTION, "period_unsaid"),
        (with_columns("applicant", basis=None), "recruitment", Item.PURPOSES, "basis_unsaid"),
        (with_columns("applicant", categories=("user.unheard_of",)), "recruitment", None, None),
    ],
    ids=["a table that no rule reaches", "a column without a basis", "a category of a new kind"],
)
def test_what_a_map_leaves_open_is_named_by_its_table(
    systems: tuple[System, ...], key: str, item: Item | None, code: str | None
) -> None:
    lacking = [each for each in findings(facts(systems=systems)) if each.register == "record"]
    assert {(each.key, each.item, each.code) for each in lacking} == ({(key, item, code)} if code else set())
    assert all("books.applicant" in english(each) for each in lacking)


def test_data_without_a_purpose_is_an_activity_of_its_own_and_missing() -> None:
    company = facts(systems=with_columns("agent", purposes=()))
    assert WITHOUT_PURPOSE in {activity.key for activity in company.activities}
    assert ("record", WITHOUT_PURPOSE, "purpose_unsaid") in told(company)
    assert any("books.agent" in line for line in row(company, WITHOUT_PURPOSE)["Missing"])


def test_without_a_file_of_records_the_record_says_that_nobody_knows_who_receives() -> None:
    import dataclasses

    bare = dataclasses.replace(facts(), said=None)
    assert ("record", "record", "no_file") in told(bare)


def test_what_we_process_for_others_is_in_no_activity_of_ours() -> None:
    company = facts()
    ours = {holding.place for activity in company.activities for holding in activity.holdings}
    theirs = {table for each in company.file.on_behalf.values() for table in each.tables}
    assert theirs == {"amanah_places.archives"}
    assert not ours & theirs

    def undo(given: Any) -> None:
        given["on_behalf"] = {}

    without = facts(said=undo)
    assert "amanah_places.archives" in {each.place for activity in without.activities for each in activity.holdings}


def test_an_activity_that_has_ended_stays_in_the_record_as_it_was_with_the_day_of_its_end() -> None:
    cells = {language: [["Lending books", "lending"], *[["x"]] * 8] for language in LANGUAGES}
    ended = Ended("lending", AT, AT.replace(year=2031), cells)
    sheet = record_sheet(facts(ended=(ended,)), (), "en")
    assert sheet.rows[-1][0] == ("Lending books (ended on 2026-11-01; kept until 2031-11-01)", "lending")
    assert len(sheet.rows[-1]) == len(sheet.columns)
