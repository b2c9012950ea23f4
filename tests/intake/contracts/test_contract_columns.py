"""A file's columns against its contract: nothing unknown is taken, nothing promised is missed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.intake.contracts import Contract, Field, check_columns

Build = Callable[..., Contract]


def test_a_file_that_keeps_its_contract_fits(contract: Build) -> None:
    check = check_columns(contract(), ["City", "Name", "Phone", "Rating"])
    assert check.fits
    assert {name: column.field for name, column in check.mapped.items()} == {
        "City": Field.CITY,
        "Name": Field.ORGANISATION,
        "Phone": Field.PHONE,
    }
    assert check.ignored == {"Rating": "ratings serve no purpose of ours"}
    assert check.message == ""


@pytest.mark.parametrize("heading", ["\ufeffPhone", " Phone ", "\u200fPhone\u200e", "Ｐhone", "Phone\n"])
def test_unseen_marks_around_a_heading_do_not_matter(heading: str, contract: Build) -> None:
    check = check_columns(contract(), ["Name", heading, "City"])
    assert check.fits
    assert check.names[heading] == "Phone"


def test_an_unknown_column_fails_until_it_is_ignored_with_a_reason(contract: Build) -> None:
    found = ["Name", "Phone", "City", "Salary"]
    check = check_columns(contract(), found)
    assert (check.fits, check.unknown) == (False, ("Salary",))
    assert "unknown: 'Salary'" in check.message
    assert check_columns(contract(ignore={"Salary": "pay serves no purpose of ours"}), found).fits


def test_columns_may_be_ignored_by_a_pattern(contract: Build) -> None:
    ignoring = contract(ignore={"osm_tags.*": "tags serve no purpose of ours", "hours[?].open": "hours are not needed"})
    found = ["Name", "Phone", "City", "osm_tags.brand", "osm_tags.cuisine", "hours[1].open"]
    check = check_columns(ignoring, found)
    assert check.fits
    assert not check_columns(ignoring, [*found, "tags.brand"]).fits


def test_a_missing_column_fails_unless_it_is_optional(contract: Build) -> None:
    check = check_columns(contract(), ["Name", "Phone"])
    assert (check.fits, check.missing) == (False, ("City",))
    optional = {"Name": "organisation", "Phone": "phone", "City": {"field": "city", "optional": True}}
    assert check_columns(contract(columns=optional), ["Name", "Phone"]).fits


def test_a_renamed_column_is_suggested(contract: Build) -> None:
    assert (
        "'Phone' is missing (did it become 'Phones'?)" in check_columns(contract(), ["Name", "Phones", "City"]).message
    )


def test_a_heading_of_another_case_is_another_column(contract: Build) -> None:
    check = check_columns(contract(), ["Name", "PHONE", "City"])
    assert (check.unknown, check.missing) == (("PHONE",), ("Phone",))


def test_the_same_heading_twice_is_taken_once(contract: Build) -> None:
    check = check_columns(contract(), ["Name", "Phone", "City", "Phone "])
    assert (check.unknown, list(check.names.values()).count("Phone")) == (("Phone ",), 1)


def test_people_in_place_of_headings_are_not_repeated(contract: Build) -> None:
    row = ["Someone Invented", "someone@example.com", "+966 50 000 0001"]
    check = check_columns(contract(), row)
    assert "format.header_row" in check.message
    for cell in row:
        assert cell not in check.message
        assert cell not in repr(check)


def test_a_value_among_headings_is_named_by_its_place(contract: Build) -> None:
    row = ["Name", "Phone", "City", "someone@example.com", "0500000001"]
    message = check_columns(contract(), row).message
    assert "unknown: column 4, column 5" in message


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("Fahd Al-Otaibi", "column 4"),
        ("سعد القحطاني", "column 4"),
        ("Salem", "column 4"),
        ("team.Fahd Al-Otaibi.mobile", "'team.….mobile'"),
        ("team.فهد", "'team.…'"),
        ("loyalty_tier", "'loyalty_tier'"),
        ("Bill date", "'Bill date'"),
        ("الرقم الضريبي", "'الرقم الضريبي'"),
        ("opening.hours", "'opening.hours'"),
    ],
)
def test_a_heading_that_names_a_person_is_not_repeated(contract: Build, heading: str, shown: str) -> None:
    check = check_columns(contract(), ["Name", "Phone", "City", heading])
    assert check.message.startswith(f"unknown: {shown}: map")
