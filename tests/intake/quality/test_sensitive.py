"""What is sensitive is found in both scripts; what only looks like it is left alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import arabic, iban, with_check_digit

from include.intake.quality import find, scan

NATIONAL = with_check_digit("101234567")
IQAMA = with_check_digit("234567890")
MISTYPED = NATIONAL[:9] + str((int(NATIONAL[9]) + 1) % 10)
EGYPTIAN = "29001011234567"
EMIRATES = with_check_digit("78419901234567")
ACCOUNT = iban("SA", "80000000608010167519")
CARD = with_check_digit("411111111111111")


def spaced(digits: str, *sizes: int, by: str = " ") -> str:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return by.join(digits[start : start + size] for start, size in zip(starts, sizes, strict=True))


def codes(text: str, field: str | None = None, header: str | None = None, region: str | None = None) -> list[str]:
    return [finding.code.value for finding in find(text, field, header, region=region)]


NUMBERS = [
    (NATIONAL, "national_id"),
    (arabic(NATIONAL), "national_id"),
    (IQAMA, "iqama"),
    (f"المدير {arabic(NATIONAL)} متاح", "national_id"),
    (f"\u200f{NATIONAL[:3]}\u200e{NATIONAL[3:]}", "national_id"),
    (spaced(NATIONAL, 1, 3, 3, 3, by="-"), "national_id"),
    (spaced(NATIONAL, 4, 3, 3), "national_id"),
    (spaced(NATIONAL, 1, 3, 3, 3, by=","), "national_id"),
    (f"{NATIONAL}.0", "national_id"),
    (f"{NATIONAL} / 0500000012", "national_id"),
    (f"رقم الهوية: {arabic(MISTYPED)}", "national_id"),
    (f"Iqama no {MISTYPED.replace('1', '2', 1)}", "iqama"),
    (EGYPTIAN, "national_id"),
    (arabic(spaced(EGYPTIAN, 1, 6, 2, 5)), "national_id"),
    (EMIRATES, "emirates_id"),
    (arabic(spaced(EMIRATES, 3, 4, 7, 1, by="-")), "emirates_id"),
    (ACCOUNT, "iban"),
    (f"IBAN {spaced(ACCOUNT, 4, 4, 4, 4, 4, 4)} Example Bank", "iban"),
    (f"آيبان {arabic(ACCOUNT.lower())}", "iban"),
    (f"no 12 example street then {ACCOUNT}", "iban"),
    (CARD, "payment_card"),
    (spaced(CARD, 4, 4, 4, 4), "payment_card"),
    (arabic(spaced(CARD, 4, 4, 4, 4, by="-")), "payment_card"),
    (spaced(with_check_digit("37000000000000"), 4, 6, 5), "payment_card"),
]

STATEMENTS = [
    ("تاريخ الميلاد: ١٢/٣/١٩٨٥", "birth_date"),
    ("تاريخ ميلاده 1405-03-12", "birth_date"),
    ("مواليد الرياض عام 1985", "birth_date"),
    ("ولد في 12 مارس 1985", "birth_date"),
    ("DOB 1985-03-12", "birth_date"),
    ("date of birth: 12.3.85", "birth_date"),
    ("Born on 12 March 1985", "birth_date"),
    ("born March 3rd, 1985", "birth_date"),
    ("مريض سكري", "health"),
    ("مصابة بالسرطان", "health"),
    ("فصيلة الدم: O+", "health"),
    ("فصيلـة الدم AB-", "health"),
    ("يعاني من مرض السكري", "health"),
    ("المريض: اسم المثال", "health"),
    ("التشخيص: ربو", "health"),
    ("blood type O+", "health"),
    ("The owner has diabetes", "health"),
    ("diagnosed with asthma in 2019", "health"),
    ("Patient name: Example", "health"),
    ("HIV-positive", "health"),
    ("الديانة: مسلم", "religion"),
    ("ديانتها المسيحية", "religion"),
    ("المذهب: مثال", "religion"),
    ("religion: Christian", "religion"),
    ("she is a practising Muslim", "religion"),
    ("converted to Islam", "religion"),
]

HARMLESS = [
    "0500000012",
    "966500000012",
    "+966 50 000 0012",
    "00966110000012",
    "920000012",
    "8001240012",
    "٠١١٠٠٠٠٠١٢",
    "+20 100 000 0012",
    "tel. 212-555-0123",
    f"سجل تجاري {NATIONAL}",
    f"س.ت: {arabic(NATIONAL)}",
    f"C.R. No. {NATIONAL}",
    f"الرقم الضريبي {NATIONAL}",
    MISTYPED,
    f"https://shop.example/item?id={NATIONAL}",
    f"24.{NATIONAL}, 46.{NATIONAL}",
    "King Fahd Rd, Riyadh 12345-6789",
    "ص.ب 12345 الرياض 11564",
    "صيدلية الدواء",
    "مستشفى الولادة والأطفال",
    "مركز التشخيص الطبي",
    "رعاية مرضى السكري",
    "عيادة السكري والغدد",
    "بنك الدم",
    "ملابس مواليد",
    "حفلات عيد ميلاد منذ 1990",
    "مسجد الرحمة",
    "هل تعاني من السكري؟",
    "الطائف، حي السلامة",
    "Islamic Bank",
    "church supplies",
    "Christian Example, CEO",
    "Diabetes Care Centre",
    "Blood Bank and Diagnosis Hospital",
    "Cancer Patient Support Society",
    "Born in 1990, our company grows",
    "birthday cakes since 1990",
    "",
    "-",
]


@pytest.mark.parametrize(("text", "code"), NUMBERS + STATEMENTS)
def test_sensitive_data_is_found_in_any_text(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_a_business_says_of_itself_is_not_sensitive(text: str) -> None:
    assert codes(text) == []
    assert codes(text, "organisation") == []


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("تاريخ الميلاد", "12/3/1985", "birth_date"),
        ("BirthDate", "1985", "birth_date"),
        ("contact.date_of_birth", "12 Mar 85", "birth_date"),
        ("Religion", "Muslim", "religion"),
        ("الديانة", "مسلم", "religion"),
        ("blood_type", "O", "health"),
        ("فصيلة الدم", "أ+", "health"),
        ("التشخيص", "ربو", "health"),
        ("Diagnosis", "flu", "health"),
        ("اسم المريض", "مثال", "health"),
        ("رقم الهوية", MISTYPED, "national_id"),
        ("Iqama", IQAMA, "iqama"),
    ],
)
def test_a_columns_name_says_what_is_in_it(header: str, value: str, code: str) -> None:
    assert codes(value, None, header) == [code]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("تاريخ الميلاد", "لا يوجد"),
        ("Religion", "-"),
        ("Health Center", "yes"),
        ("Patient Capacity", "40"),
        ("Birth place", "Riyadh"),
        ("السجل التجاري", NATIONAL),
        ("CR No", NATIONAL),
        ("license", NATIONAL),
    ],
)
def test_a_columns_name_that_says_something_else_exonerates(header: str, value: str) -> None:
    assert codes(value, None, header) == []


def test_a_phone_column_holds_phones_of_its_country_and_no_ids() -> None:
    egyptian_mobile = next(n for k in range(10) if codes(n := f"100000{k}012") == ["national_id"])
    assert codes(egyptian_mobile, "phone", region="EG") == []
    assert codes(egyptian_mobile, "phone", region="SA") == ["national_id"]
    assert codes(NATIONAL, "phone", region="SA") == ["national_id"]
    assert codes(NATIONAL, "organisation", region="EG") == ["national_id"]


def test_a_trade_may_list_what_would_be_a_label_elsewhere() -> None:
    assert codes("Patient: care and transport", "activity") == []
    assert codes("Patient: care and transport") == ["health"]
    assert codes("Diagnosis: diabetes", "activity") == ["health"]


def test_several_kinds_are_named_once_each_in_a_fixed_order() -> None:
    assert codes(f"الديانة: مسلم، هوية {NATIONAL}، هوية {NATIONAL}") == ["national_id", "religion"]


def test_a_finding_and_its_text_never_meet() -> None:
    found = find(f"الهوية {NATIONAL}")
    assert NATIONAL not in repr(found)
    assert NATIONAL not in repr(scan(pd.DataFrame({"x": [NATIONAL]}), {}))


def test_a_scan_finds_what_reading_each_cell_finds() -> None:
    texts = [text for text, _ in NUMBERS + STATEMENTS] + HARMLESS
    frame = pd.DataFrame({"note": texts, "Tel": texts}, index=pd.RangeIndex(1, len(texts) + 1, name="row"))
    found = scan(frame, {"Tel": "phone"}, region="SA")
    expected = [
        (row, column, code)
        for column, field in (("note", None), ("Tel", "phone"))
        for row, text in enumerate(texts, start=1)
        for code in codes(text, field, column, region="SA")
    ]
    assert list(found.itertuples(index=False, name=None)) == expected


def test_a_scan_names_rows_by_the_index_of_the_frame() -> None:
    frame = pd.DataFrame({"a": ["", NATIONAL], "dob": ["1990", ""]}, index=pd.Index([7, 9], name="row"))
    assert scan(frame, {}).to_dict("records") == [
        {"row": 9, "column": "a", "code": "national_id"},
        {"row": 7, "column": "dob", "code": "birth_date"},
    ]


def test_an_empty_frame_has_nothing() -> None:
    assert list(scan(pd.DataFrame({"a": []}, dtype="str"), {}).columns) == ["row", "column", "code"]


@pytest.mark.parametrize(("column", "field"), [("osm_id", None), ("key", "row_id"), ("id", None)])
def test_the_sources_own_ids_are_no_national_ids_though_some_have_the_check_digit(
    column: str, field: str | None
) -> None:
    own = pd.DataFrame({column: [f"1{number:09d}" for number in range(5_000, 5_100)]})
    fields = {column: field} if field else {}
    assert scan(own, fields).empty
    people = pd.DataFrame({column: [with_check_digit(f"1{number:08d}") for number in range(100)]})
    assert len(scan(people, fields)) == 100
    planted = pd.DataFrame({column: [*(f"SA-{number}" for number in range(99)), NATIONAL]})
    assert len(scan(planted, fields)) == 1


ARABIC_OR_NOT = st.sampled_from([str, arabic])
SUBSCRIBER = st.integers(0, 9_999_999).map("{:07d}".format)


@st.composite
def phones(draw: st.DrawFn) -> tuple[str, str]:
    """A number of the Saudi, Egyptian or Emirati plan, as directories write it, with its country."""
    region, code, number = draw(
        st.one_of(
            st.tuples(
                st.just("SA"), st.just("966"), st.builds("{}{}".format, st.sampled_from(["50", "55", "11"]), SUBSCRIBER)
            ),
            st.tuples(
                st.just("EG"),
                st.just("20"),
                st.builds("{}{}".format, st.sampled_from(["100", "111", "122"]), SUBSCRIBER),
            ),
            st.tuples(
                st.just("AE"), st.just("971"), st.builds("{}{}".format, st.sampled_from(["50", "52"]), SUBSCRIBER)
            ),
        )
    )
    if number.startswith("11") and region == "SA":
        number = f"112{number[3:]}"
    form = draw(
        st.sampled_from(["0{n}", "{n}", "+{c}{n}", "00{c}{n}", "{c}{n}", "+{c} {n}", "+{c}-{a} {b}", "0{a} {b}"])
    )
    written = form.format(n=number, c=code, a=number[:-7], b=f"{number[-7:-4]} {number[-4:]}")
    return draw(ARABIC_OR_NOT)(written), region


@settings(deadline=None)
@given(st.lists(phones(), min_size=1, max_size=3), st.sampled_from([" / ", " - ", "، ", "\n", "; "]))
def test_phones_of_the_saudi_egyptian_and_emirati_plans_are_never_set_aside(
    given_phones: list[tuple[str, str]], between: str
) -> None:
    region = given_phones[0][1]
    cell = between.join(number for number, home in given_phones if home == region)
    assert codes(cell, "phone", "Tel", region=region) == []
    assert codes(given_phones[0][0], "phone", "Tel") == []
