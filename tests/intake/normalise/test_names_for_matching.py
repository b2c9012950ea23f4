"""The forms in which names are compared."""

from __future__ import annotations

import pytest

from include.intake.normalise import read_cell
from include.intake.normalise.names import organisation_form, person_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد إبراهيم", "احمد ابراهيم"),
        ("فاطِمة الزهراني", "فاطمه الزهرانى"),
        ("مُصطَفى", "مصطفي"),
        ("عبد الله العتيبي", "عبدالله العتيبي"),
        ("محمـــد سعد", "محمد سعد"),
        ("د. محمد سعد", "محمد سعد"),
        ("Dr. Sara Ali, MD", "SARA ALI"),
        ("Fahad Al-Otaibi", "Fahad AlOtaibi"),
        ("José Núñez", "jose nunez"),
    ],
)
def test_a_persons_name_has_one_form_for_matching(one: str, other: str) -> None:
    assert person_form(one) == person_form(other)


@pytest.mark.parametrize(
    ("name", "core", "legal"),
    [
        ("Sample Trading Co. W.L.L.", "sample trading", ("company", "company")),
        ("شركة الأفق للتجارة ذ.م.م", "الافق للتجاره", ("company", "company")),
        ("مؤسسة الأفق", "الافق", ("establishment",)),
        ("M/S Sample Traders", "sample traders", ("firm",)),
        ("L.L.C.", "llc", ("company",)),
    ],
)
def test_the_legal_form_is_kept_apart_from_an_organisations_name(name: str, core: str, legal: tuple[str, ...]) -> None:
    form = organisation_form(name)
    assert (form.core, form.legal) == (core, legal)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("أحمد علي، محمد سعد", ["أحمد علي", "محمد سعد"]),
        ("Sara Ali; Omar Said", ["Sara Ali", "Omar Said"]),
        ("Sara Ali & Omar Said", ["Sara Ali", "Omar Said"]),
        ("OTAIBI, FAHAD", ["OTAIBI, FAHAD"]),
    ],
)
def test_persons_in_a_cell_are_read_one_by_one(cell: str, names: list[str]) -> None:
    assert [reading.value for reading in read_cell("person", cell, "SA")] == names


def test_a_number_in_a_column_of_persons_is_kept_with_its_reason() -> None:
    (reading,) = read_cell("person", "12", "SA")
    assert reading.unparsed == "no_letters"
