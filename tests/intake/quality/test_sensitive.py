"""What is sensitive is found in both scripts; what only looks like it is left alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_ids import arabic
from sensitive_texts import HARMLESS, IQAMA, MISTYPED, NATIONAL, NUMBERS, STATEMENTS, codes

from include.intake.quality import find, scan


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
