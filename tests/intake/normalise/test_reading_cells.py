"""What holds for every cell, of whatever field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.normalise import Reading, contact_key_text, is_placeholder, read_cell
from include.intake.normalise.cells import UnknownContactField

FIELDS = ("phone", "email", "website", "address", "person")
MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2069\ufeff"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "  ",
        "-",
        "--",
        "—",
        "...",
        "N/A",
        "n/a",
        "None",
        "NULL",
        "0",
        "00000000",
        "لا يوجد",
        "غير متوفر",
        "\u200f-\u200e",
    ],
)
@pytest.mark.parametrize("field", FIELDS)
def test_a_cell_that_says_nothing_gives_no_reading(field: str, cell: str) -> None:
    assert is_placeholder(cell)
    assert read_cell(field, cell, "SA") == ()


@pytest.mark.parametrize("cell", ["0500000011", "Nona", "Nile", "No. 5", "لا يوجد لدينا فرع آخر"])
def test_a_cell_that_says_something_is_no_placeholder(cell: str) -> None:
    assert not is_placeholder(cell)


@given(st.sampled_from(FIELDS), st.text(max_size=40))
def test_nothing_is_dropped_in_silence(field: str, cell: str) -> None:
    readings = read_cell(field, cell, "SA")
    assert readings or not any(map(str.isalpha, cell)) or is_placeholder(cell) or _only_placeholders(cell)
    for reading in readings:
        assert (reading.normalised is None) == (reading.unparsed is not None)
        assert reading.value


def _only_placeholders(cell: str) -> bool:
    return all(
        is_placeholder(part) for part in cell.replace("/", "\n").replace(",", "\n").replace(";", "\n").split("\n")
    )


@pytest.mark.parametrize(
    ("field", "cell", "kind"),
    [
        ("website", "info@example.com", "email"),
        ("phone", "info@example.com", "email"),
        ("email", "www.example.com", "website"),
        ("email", "0500000011", "phone"),
        ("phone", "https://example.com", "website"),
    ],
)
def test_a_value_in_the_wrong_column_is_read_as_what_it_is(field: str, cell: str, kind: str) -> None:
    (reading,) = read_cell(field, cell, "SA")
    assert (reading.kind, reading.unparsed) == (kind, None)
    assert "misplaced" in reading.traits


@pytest.mark.parametrize("field", FIELDS)
def test_a_cell_that_is_a_whole_document_is_kept_and_not_taken_apart(field: str) -> None:
    (reading,) = read_cell(field, "0110000012, info@example.com " * 10_000, "SA")
    assert (reading.kind, reading.unparsed) == (field, "too_long")
    assert read_cell(field, "-" * 1_000_000, "SA") == ()


def test_what_the_contract_declares_of_a_column_becomes_a_trait() -> None:
    (reading,) = read_cell("phone", "0110000012", "SA", "fax")
    assert "declared_fax" in reading.traits


def test_a_field_without_contact_points_is_refused_by_name() -> None:
    with pytest.raises(UnknownContactField, match="company_size"):
        read_cell("company_size", "12", "SA")


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("phone", ("0500000011", "+966 50 000 0011", "٠٥٠٠٠٠٠٠١١", "\u200e0500000011\u200f")),
        ("email", ("Fahad@example.com", "fahad@EXAMPLE.com", " fahad@example.com\u200f")),
        ("website", ("example.com/a", "HTTPS://www.Example.com")),
        ("person", ("أحمد سعد", "احمد  سعد", "أ. أحمد سعد")),
        ("phone", ("call US ", "Call us", "call\u00a0us")),
    ],
)
def test_spelling_makes_no_difference_to_the_key_of_a_contact_point(field: str, cells: tuple[str, ...]) -> None:
    assert len({contact_key_text(reading) for cell in cells for reading in read_cell(field, cell, "SA")}) == 1


def test_a_desk_is_not_its_switchboard() -> None:
    (desk,) = read_cell("phone", "0110000012 ext 204", "SA")
    (switchboard,) = read_cell("phone", "0110000012", "SA")
    assert contact_key_text(desk) != contact_key_text(switchboard)


def test_a_reading_shows_no_value_when_printed() -> None:
    reading = Reading("phone", "0110000012 Fahad", "+966110000012", "landline", detail="204", beside="Fahad")
    shown = f"{reading!r} {reading}"
    assert not any(secret in shown for secret in ("0110000012", "966", "204", "Fahad"))
    assert "landline" in shown


def test_a_reading_is_either_read_or_says_why_not() -> None:
    with pytest.raises(ValueError, match="phone"):
        Reading("phone", "x", None)


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("phone", "0500000011 / 0110000012"),
        ("email", "info@example.com"),
        ("address", "فيلا 3 حي الورود"),
        ("website", "example.com"),
    ],
)
@given(data=st.data())
def test_invisible_marks_never_change_what_is_read(field: str, cell: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(cell)))
    marked = cell[:at] + data.draw(st.text(MARKS, min_size=1, max_size=3)) + cell[at:]
    assert read_cell(field, marked, "SA") == read_cell(field, cell, "SA")
