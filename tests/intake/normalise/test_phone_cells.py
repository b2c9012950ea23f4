"""Cells of telephone numbers, as directories write them."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from include.intake.normalise import Reading, read_cell
from include.intake.normalise.phones import NUMBER_TYPES, Number, read_number

MOBILE, OTHER_MOBILE = "+966500000011", "+966500000012"
LINE, NEXT_LINE = "+966110000012", "+966110000013"


def phones(cell: str, region: str | None = "SA") -> tuple[Reading, ...]:
    return read_cell("phone", cell, region)


@pytest.mark.parametrize(
    "cell",
    [
        "0500000011",
        "500000011",
        "966500000011",
        "966500000011.0",
        "00966500000011",
        "00966 50 000 0011",
        "+966 50 000 0011",
        "+966(0)500000011",
        "(+966) 50-000-0011",
        "+ 966 50 000 0011",
        "966+500000011",
        "966500000011+",
        "+0500000011",
        "٠٥٠٠٠٠٠٠١١",
        "۰۵۰۰۰۰۰۰۱۱",
        "\u202a+966 50 000 0011\u202c",
        "050\u00a0000\u00a00011",
        "جوال: 0500000011",
        "Mobile 0500000011",
    ],
)
def test_one_number_has_one_form_however_it_is_written(cell: str) -> None:
    (reading,) = phones(cell)
    assert (reading.normalised, reading.number_type, reading.country) == (MOBILE, "mobile", "SA")


@pytest.mark.parametrize(
    "cell",
    [
        "0500000011, 0110000012",
        "0500000011،0110000012",
        "0500000011 ; 0110000012",
        "0500000011/0110000012",
        "0500000011 / 011 000 0012",
        "0500000011|0110000012",
        "0500000011\n0110000012",
        "0500000011 - 0110000012",
        "0500000011 – 0110000012",
        "0500000011 أو 0110000012",
        "0500000011 or 0110000012",
        "0500000011 & 0110000012",
        "050 000 0011  011 000 0012",
        "0500000011 0110000012",
        "050 000 0011 011 000 0012",
        "+966500000011+966110000012",
        "+966 50 000 0011 +966 11 000 0012",
    ],
)
def test_several_numbers_in_a_cell_are_all_read(cell: str) -> None:
    assert [reading.normalised for reading in phones(cell)] == [MOBILE, LINE]


@pytest.mark.parametrize(
    "cell",
    [
        "011-000-0012",
        "011/0000012",
        "+966 - 11 - 0000012",
        "(011) 000 0012",
        "966 / 11 / 0000012".replace("966", "+966"),
    ],
)
def test_a_separator_inside_a_number_does_not_cut_it(cell: str) -> None:
    assert [reading.normalised for reading in phones(cell)] == [LINE]


@pytest.mark.parametrize(
    ("cell", "region", "expected"),
    [
        ("0110000012/13", "SA", [LINE, NEXT_LINE]),
        ("0110000012-13", "SA", [LINE, NEXT_LINE]),
        ("0110000012/13/14", "SA", [LINE, NEXT_LINE, "+966110000014"]),
        ("011 0000012, 0000013", "SA", [LINE, NEXT_LINE]),
        ("00977-1-4000012,4000013", "NP", ["+97714000012", "+97714000013"]),
        ("01-4000012,014000013", "NP", ["+97714000012", "+97714000013"]),
    ],
)
def test_a_shortened_second_number_is_completed_where_that_is_certain(
    cell: str, region: str, expected: list[str]
) -> None:
    readings = phones(cell, region)
    assert [reading.normalised for reading in readings] == expected
    assert all(reading.country == region for reading in readings)


@pytest.mark.parametrize("cell", ["0110000012/05", "0110000012, 13", "4000097/98", "0500000011 - 12"])
def test_a_shortened_second_number_is_never_guessed(cell: str) -> None:
    last = phones(cell)[-1]
    assert (last.normalised, last.unparsed) == (None, "shortened")


@pytest.mark.parametrize(
    ("cell", "extension"),
    [
        ("0110000012 ext 204", "204"),
        ("0110000012 Ext. 204", "204"),
        ("0110000012ext204", "204"),
        ("0110000012 x204", "204"),
        ("0110000012 (ext: 204)", "204"),
        ("0110000012 #204", "204"),
        ("0110000012 تحويلة 204", "204"),
        ("٠١١٠٠٠٠٠١٢ تحويلة: ٢٠٤", "204"),
        ("0110000012 - داخلي 204", "204"),
        ("0110000012, ext 204", "204"),
    ],
)
def test_an_extension_is_told_apart_from_its_switchboard(cell: str, extension: str) -> None:
    (reading,) = phones(cell)
    assert (reading.normalised, reading.detail) == (LINE, extension)
    assert "extension" in reading.traits


@pytest.mark.parametrize(
    ("cell", "region", "kind"),
    [
        ("9200 00000", "SA", "unified"),
        ("+966 9200 00011", "SA", "unified"),
        ("800 000 0011", "SA", "toll_free"),
        ("0110000012", "SA", "landline"),
        ("+20 100 000 0011", "SA", "mobile"),
        ("971500000011", "SA", "mobile"),
        ("(201) 555-0123", "US", "mobile_or_landline"),
    ],
)
def test_a_number_has_its_type(cell: str, region: str, kind: str) -> None:
    assert [reading.number_type for reading in phones(cell, region)] == [kind]


@pytest.mark.parametrize(
    ("cell", "region", "reason"),
    [
        ("12", "SA", "too_short"),
        ("0000012", "SA", "no_area_code"),
        ("05000000110000000000", "SA", "too_long"),
        ("0990000011", "SA", "invalid_number"),
        ("9.665E+11", "SA", "scientific_notation"),
        ("call us", "SA", "not_a_number"),
        ("0500000011", None, "no_country"),
        ("19000", "EG", "short_code"),
    ],
)
def test_what_is_no_number_is_kept_with_its_reason(cell: str, region: str | None, reason: str) -> None:
    (reading,) = phones(cell, region)
    assert (reading.value, reading.normalised, reading.unparsed) == (cell, None, reason)


def test_a_saudi_number_from_before_2013_gets_its_present_area_code() -> None:
    (reading,) = phones("01 0000012")
    assert (reading.normalised, reading.traits) == (LINE, {"renumbered"})


def test_a_label_in_the_cell_declares_as_a_column_would() -> None:
    first, second = phones("tel 0110000012, fax 0110000013")
    assert (first.traits, second.traits) == (frozenset(), {"declared_fax"})
    assert [first.beside, second.beside] == [None, None]


def test_a_name_beside_a_number_is_kept_with_it() -> None:
    (reading,) = phones("0110000012 (Fahad)")
    assert reading.beside == "Fahad"


def test_the_value_stays_as_it_was_given() -> None:
    assert [reading.value for reading in phones("٠٥٠٠٠٠٠٠١١ / 011 000 0012")] == ["٠٥٠٠٠٠٠٠١١", "011 000 0012"]


def test_a_number_that_stands_twice_in_a_cell_is_one_contact_point() -> None:
    assert len(phones("0500000011, +966500000011")) == 1


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_example_number_is_read_as_the_reference_library_reads_it(region: str) -> None:
    for kind in PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        found = read_number(text, None)
        assert isinstance(found, Number)
        expected = NUMBER_TYPES[phonenumbers.number_type(example)]
        assert found.e164 == text
        assert found.type == ("unified" if text.startswith("+9669200") else expected)
        assert found.country == phonenumbers.region_code_for_number(example)
