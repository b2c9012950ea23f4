"""Names of persons, of organisations, and of organisations that hold a person's name. All are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.classification import NameDecision, NameKind, classify_name
from include.intake.classification.model import Form

PERSONS = [
    "فهد بن سعد العتيبي",
    "د. سارة القحطاني",
    "أ. محمد خالد",
    "م. أحمد الزهراني",
    "المهندس عبدالرحمن صالح",
    "عبد الله الغامدي",
    "نورة بنت سعود",
    "الشيخ ناصر الدوسري",
    "Fahad Al-Otaibi",
    "Dr. Sara Hassan",
    "Eng. Ahmed Saleh",
    "Mr. Robert Smith",
    "OTAIBI, FAHAD",
    "Abdulrahman Bin Saleh",
    "Maria J. Lopez",
    "SARA A ALHARBI",
    "Omar Hassan, MD",
    "Rajesh Kumar",
]
ORGANISATIONS = [
    "شركة الأفق الجديد للتجارة",
    "الأفق للمقاولات العامة",
    "صيدلية الورود",
    "مطعم البستان",
    "مجمع النخيل الطبي",
    "مؤسسة درب التميز التجارية",
    "مصنع الواحة للبلاستيك ذ.م.م",
    "هيئة المدن",
    "Horizon Trading Company",
    "Sample Contracting Est.",
    "Palm Medical Center",
    "Sample Systems, Inc.",
    "The Corner Bakery",
    "sample.com",
    "M/S Sample Brothers",
    "Oasis Plastics Factory W.L.L.",
]
HOLDING = [
    ("مؤسسة فهد العتيبي للمقاولات", Form.ESTABLISHMENT),
    ("مؤسسة عبدالله سعد التجارية", Form.ESTABLISHMENT),
    ("مؤسسة فهد للتجارة", Form.ESTABLISHMENT),
    ("Fatima Hassan Trading Est.", Form.ESTABLISHMENT),
    ("شركة فهد العتيبي للتجارة", Form.COMPANY),
    ("Fahad Al-Otaibi Company LLC", Form.COMPANY),
    ("مكتب المحامي خالد الحربي", None),
    ("مجمع د. فهد السعيد الطبي", None),
    ("ورشة محمد صالح", None),
    ("أبو عادل للتبريد", None),
    ("Omar Hassan Workshop", None),
    ("Robert L. Sample & Associates", None),
]
IN_MEMORY = [
    "مسجد زيد بن حارث",
    "مدرسة الملك عبدالعزيز",
    "مستشفى الأمير سلطان",
    "King Fahd Hospital",
    "جامع عمر بن سالم",
]
BRANDS = ["المدار", "Zorvex"]
UNCLEAR = ["Kalmo Dirfan", "Blue Solvi", "12", "-", "سالم"]


@pytest.mark.parametrize("name", PERSONS)
def test_a_persons_name_is_known_in_both_scripts(name: str) -> None:
    assert classify_name(name).kind is NameKind.PERSON


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisations_name_is_known_in_both_scripts(name: str) -> None:
    decision = classify_name(name)
    assert (decision.kind, decision.holds_person) == (NameKind.ORGANISATION, False)


@pytest.mark.parametrize(("name", "form"), HOLDING)
def test_a_business_named_after_its_owner_is_an_organisation_that_holds_a_person(name: str, form: Form | None) -> None:
    decision = classify_name(name)
    assert (decision.kind, decision.holds_person, decision.form) == (NameKind.ORGANISATION, True, form)
    assert "holds_person_name" in decision.reasons


@pytest.mark.parametrize("name", IN_MEMORY)
def test_an_institution_named_in_memory_holds_nobody(name: str) -> None:
    decision = classify_name(name)
    assert (decision.kind, decision.holds_person) == (NameKind.ORGANISATION, False)
    assert "named_in_memory" in decision.reasons


@pytest.mark.parametrize("name", BRANDS)
def test_a_single_word_that_nobody_is_called_is_a_brand(name: str) -> None:
    assert classify_name(name).kind is NameKind.ORGANISATION


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_is_not_clear_is_undetermined(name: str) -> None:
    assert classify_name(name).kind is NameKind.UNDETERMINED


@pytest.mark.parametrize("name", ["Sara Gold", "Fahad Park", "Robert Mills", "محمد الذهبي", "Omar & Gold of 2000"])
def test_weak_words_of_a_trade_never_make_a_named_person_an_organisation(name: str) -> None:
    assert classify_name(name).kind is not NameKind.ORGANISATION


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد ابراهيم", "احمد إبراهيم"),
        ("صيدليّة الورود", "صيدلية الورود"),
        ("مؤسسة ١٢ للتجارة", "مؤسسة 12 للتجارة"),
        ("Fahad  Al-Otaibi", "Fahad Al-Otaibi"),
        ("\u200fFahad Al-Otaibi\u200e", "Fahad Al-Otaibi"),
        ("FAHAD ALOTAIBI", "fahad alotaibi"),
        ("شركة الأفق ذ.م.م", "شركة الأفق ذ. م. م."),
    ],
)
def test_spelling_never_changes_who_is_behind_a_name(one: str, other: str) -> None:
    assert _without_score(classify_name(one)) == _without_score(classify_name(other))


def _without_score(decision: NameDecision) -> tuple[NameKind, bool, Form | None]:
    return decision.kind, decision.holds_person, decision.form


@given(st.text(max_size=60))
def test_every_name_gets_a_decision_with_a_reason(name: str) -> None:
    decision = classify_name(name)
    assert decision.reasons
    assert 0 <= decision.score <= 1
    assert decision.kind is not NameKind.PERSON or not decision.holds_person
    assert classify_name.__wrapped__(name) == decision


@given(st.sampled_from(PERSONS), st.sampled_from(["د. ", "Dr. ", "المهندس ", "Mr. "]))
def test_a_title_never_turns_a_person_into_an_organisation(name: str, title: str) -> None:
    assert classify_name(title + name).kind is not NameKind.ORGANISATION
