"""What a contract must say, what it may leave out, and what it must not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from include.intake.contracts import MINIMUM, Contract, Field

Build = Callable[..., Contract]
Complaint = Callable[..., str]


def test_short_forms_stand_for_their_full_forms(contract: Build) -> None:
    short = contract(purposes="business_contact", row_id="Name", location="trade.csv", format="csv")
    full = contract(
        purposes=["business_contact"],
        row_id=["Name"],
        location={"path": "trade.csv"},
        format={"type": "csv", "encoding": "auto", "delimiter": "auto", "header_row": 1, "quote": '"'},
        columns={"Name": {"field": "organisation"}, "Phone": {"field": "phone"}, "City": {"field": "city"}},
    )
    assert short == full


def test_a_contract_is_frozen(contract: Build) -> None:
    with pytest.raises(ValueError, match="frozen"):
        contract().key = "other"  # type: ignore[misc]


def test_a_contract_survives_being_kept_as_json(contract: Build) -> None:
    sound = contract(floors={"rows": 5, "phone": 0.5}, row_id=["Name"], kind="partner", basis=DATED)
    assert Contract.model_validate_json(sound.model_dump_json()) == sound


DATED = {"case": "consent", "proof": "DOC-2026-014", "expires": "2027-01-31"}


@pytest.mark.parametrize("kind", ["partner", "agent"])
def test_the_basis_of_a_partner_or_agent_needs_a_last_day(kind: str, contract: Build, complaint: Complaint) -> None:
    assert "basis: expires is missing" in complaint(kind=kind)
    assert contract(kind=kind, basis=DATED).basis.expires == date(2027, 1, 31)


@pytest.mark.parametrize(
    "case", ["consent", "vital_interest", "not_identifiable", "legitimate_interest", "public_entity"]
)
def test_the_basis_is_one_of_the_seven_cases_of_the_law(case: str, contract: Build) -> None:
    assert contract(basis={"case": case, "proof": "DOC-2026-014"}).basis.case == case


def test_another_basis_than_the_seven_is_no_basis(complaint: Complaint) -> None:
    assert "basis.case" in complaint(basis={"case": "we_want_it", "proof": "DOC-2026-014"})


@pytest.mark.parametrize("empty", ["", None])
def test_a_drafted_contract_without_a_basis_loads(empty: str | None, contract: Build) -> None:
    assert contract(basis={"case": empty, "proof": empty}).basis.case == ""


@pytest.mark.parametrize(
    "proof",
    [
        "proofs/2026/014.pdf",
        "C:\\proofs\\014",
        "C:proof",
        "file:proof",
        "https://example.com/proof",
        "~proof",
        "agreement.pdf",
        "Agreement.DOCX",
        "someone@example.com",
    ],
)
def test_a_proof_is_a_reference_and_no_path(proof: str, complaint: Complaint) -> None:
    said = complaint(basis={"case": "public_source", "proof": proof})
    assert "basis.proof: must be a document's reference" in said
    assert proof not in said


@pytest.mark.parametrize("proof", ["DOC-2026-014", "عقد رقم 14", "2026.014", "REG 14 (2)"])
def test_references_of_any_register_are_taken(proof: str, contract: Build) -> None:
    assert contract(basis={"case": "public_source", "proof": proof}).basis.proof == proof


@pytest.mark.parametrize("key", ["Riyadh", "9lives", "r", "riyadh-trade", "source_0501234567", "x" * 49])
def test_a_key_is_a_short_word_without_long_numbers(key: str, complaint: Complaint) -> None:
    assert ": key: " in complaint(key=key)


def test_purposes_are_codes_and_at_least_one(complaint: Complaint) -> None:
    assert ": purposes: " in complaint(purposes=[])
    assert "purposes[0]" in complaint(purposes=["Selling things"])


@pytest.mark.parametrize(("jurisdiction", "region"), [("sa", "SA"), ("eg", "EG"), ("ae", "AE"), ("eu", None)])
def test_phones_belong_to_the_country_of_the_jurisdiction(
    jurisdiction: str, region: str | None, contract: Build
) -> None:
    assert contract(jurisdiction=jurisdiction).region == region


def test_a_source_may_have_phones_of_another_country_or_of_none(contract: Build) -> None:
    assert contract(region="NP").region == "NP"
    assert contract(region=None).region is None


@pytest.mark.parametrize("field", sorted(field.value for field in set(Field) - MINIMUM))
def test_what_is_outside_the_six_fields_needs_a_reason(field: str, complaint: Complaint) -> None:
    columns = {"Name": "organisation", "Phone": "phone", "Other": field}
    said = complaint(columns=columns, opt_out={"column": "Other", "values": "no"} if field == "opt_out" else None)
    assert f"columns.Other: {field} is outside the policy's six fields" in said


@pytest.mark.parametrize("field", sorted(field.value for field in MINIMUM))
def test_the_six_fields_and_their_parts_need_no_reason(field: str, contract: Build) -> None:
    assert contract(columns={"Name": "organisation", "Phone": "phone", "Other": field}).named(field)


def test_a_source_must_have_a_contact_and_may_lack_names(contract: Build, complaint: Complaint) -> None:
    assert "no column holds a contact" in complaint(columns={"Name": "person"})
    assert contract(columns={"Phone": "phone"}).named(Field.PHONE) == ("Phone",)


def test_a_column_is_taken_or_ignored_and_not_both(complaint: Complaint) -> None:
    assert "is both taken (columns) and ignored" in complaint(ignore={" Phone ": "phones serve no purpose of ours"})


def test_ignoring_needs_a_reason_in_words(complaint: Complaint) -> None:
    assert "ignore.Rating" in complaint(ignore={"Rating": "because"})
    assert "would ignore every column" in complaint(ignore={"*": "we do not care what else comes"})


def test_two_columns_that_read_the_same_cannot_both_be_meant(complaint: Complaint) -> None:
    columns = {"Name": "organisation", "Phone": "phone", "\u200fPhone ": "phone"}
    assert "reads the same as 'Phone'" in complaint(columns=columns)


def test_the_row_id_is_among_the_columns(contract: Build, complaint: Complaint) -> None:
    assert "row_id[0]: 'Id' is not among columns" in complaint(row_id=["Id"])
    assert contract(row_id=["Name", "City"]).row_id == ("Name", "City")


@pytest.mark.parametrize(
    ("column", "why_not"),
    [
        ({"field": "email", "means": "mobile"}, "columns.Other.means: mobile can be said of a phone only"),
        ({"field": "organisation", "means": "personal"}, "columns.Other.means: can be said of a contact only"),
        ({"field": "phone", "at_sign": "&"}, "columns.Other.at_sign: can be said of an e-mail column only"),
        ({"field": "phone", "means": "satellite"}, "columns.Other.means: "),
        ({"field": "phone", "lang": "ar"}, "columns.Other.lang: is not a known field; did you mean 'language'?"),
    ],
)
def test_options_of_a_column_must_fit_its_field(column: dict[str, Any], why_not: str, complaint: Complaint) -> None:
    assert why_not in complaint(columns={"Name": "organisation", "Phone": "phone", "Other": column})


def test_the_opt_out_column_need_not_be_named_twice(contract: Build) -> None:
    marked = contract(opt_out={"column": "No calls", "values": ["Yes", True, 1]})
    assert marked.columns["No calls"].field is Field.OPT_OUT
    assert marked.columns["No calls"].why
    assert marked.opt_out is not None
    assert [marked.opt_out.refuses(cell) for cell in (" yes ", "TRUE", "1", "", "no")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_an_opt_out_column_must_say_which_values_mean_no(complaint: Complaint) -> None:
    columns = {"Name": "organisation", "Phone": "phone", "Calls": {"field": "opt_out", "why": "honours objections"}}
    assert "columns.Calls: is mapped to opt_out" in complaint(columns=columns)
    assert "opt_out.column" in complaint(columns=columns, opt_out={"column": "Phone", "values": ["no"]})


def test_bounds_name_fields_beside_rows(contract: Build) -> None:
    bounded = contract(floors={"rows": 20, "phone": 0.5}, ceilings={"rows": 90, "quarantined": 0.1, "phone": 0.9})
    assert (bounded.floors.rows, bounded.floors.filled) == (20, {Field.PHONE: 0.5})
    assert (bounded.ceilings.rows, bounded.ceilings.quarantined) == (90, 0.1)
    assert bounded.ceilings.filled == {Field.PHONE: 0.9}


def test_bounds_have_defaults(contract: Build) -> None:
    assert (contract().floors.rows, contract().floors.filled) == (1, {})
    assert (contract().ceilings.rows, contract().ceilings.quarantined) == (None, 0.02)


@pytest.mark.parametrize(
    ("bounds", "why_not"),
    [
        ({"floors": {"rows": 0}}, "floors.rows"),
        ({"floors": {"phone": 1.5}}, "floors.phone: "),
        ({"floors": {"email": 0.5}}, "floors.email: bounds a field that no column holds"),
        ({"floors": {"phones": 0.5}}, "floors.phones: is not a known field"),
        ({"floors": {"rows": 9}, "ceilings": {"rows": 8}}, "ceilings.rows: is below floors.rows"),
        ({"floors": {"phone": 0.9}, "ceilings": {"phone": 0.5}}, "ceilings.phone: is below the floor"),
    ],
)
def test_bounds_must_make_sense(bounds: dict[str, Any], why_not: str, complaint: Complaint) -> None:
    assert why_not in complaint(**bounds)


@pytest.mark.parametrize("path", ["../trade.csv", "a/../../b", "ftp://host.example/trade.csv", ""])
def test_a_location_stays_in_the_inbox(path: str, complaint: Complaint) -> None:
    assert "location" in complaint(location=path)


def test_an_empty_assessment_is_none(contract: Build) -> None:
    assert contract(assessment="").assessment is None
    assert contract(assessment="DPIA-2026-001").assessment == "DPIA-2026-001"
