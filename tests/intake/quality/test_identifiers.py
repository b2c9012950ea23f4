from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_ids import iban, with_check_digit

from include.intake.quality.identifiers import egyptian_id, emirates_id, is_iban, luhn, payment_card, saudi_id


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=30), st.data())
def test_a_slip_in_one_digit_breaks_the_check_digit(body: str, data: st.DataObject) -> None:
    number = with_check_digit(body)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert luhn(number)
    assert not luhn(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        (with_check_digit("100000000"), True),
        (with_check_digit("298765432"), True),
        (with_check_digit("101234567")[:9] + "0", False),
        (with_check_digit("398765432"), False),
        (with_check_digit("10000000"), False),
        ("2222222222", False),
    ],
)
def test_a_saudi_id_has_ten_digits_a_leading_1_or_2_and_a_check_digit(digits: str, holds: bool) -> None:
    assert saudi_id(digits) is holds


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        ("29001011234567", True),
        ("30502290112345", False),  # 2005 had no 29 February
        ("30402290112345", True),
        ("29013011234567", False),
        ("29001329912345", False),
        ("29001019912345", False),
        ("19001011234567", False),
        ("2900101123456", False),
    ],
)
def test_an_egyptian_id_holds_a_day_that_was_and_a_governorate(digits: str, holds: bool) -> None:
    assert egyptian_id(digits) is holds


def test_an_emirates_id_begins_with_784_and_a_birth_year() -> None:
    assert emirates_id(with_check_digit("78419901234567"))
    assert not emirates_id(with_check_digit("78418901234567"))
    assert not emirates_id(with_check_digit("78519901234567"))


@pytest.mark.parametrize(
    ("country", "account"),
    [
        ("SA", "80000000608010167519"),
        ("EG", "0019000500000000263180002"),
        ("AE", "0331234567890123456"),
        ("KW", "CBKU0000000000001234560101"),
        ("DE", "370400440532013000"),
    ],
)
def test_an_iban_has_its_countrys_length_and_the_remainder_1(country: str, account: str) -> None:
    number = iban(country, account)
    assert is_iban(number)
    assert not is_iban(number[:-1])
    assert not is_iban(number[:-1] + ("1" if number[-1] != "1" else "2"))


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        ("411111111111111", True),
        ("520000000000000", True),
        ("37000000000000", True),
        ("507803000000000", True),
        ("222300000000000", True),
        ("911111111111111", False),
        ("41111111111111", False),
        ("350000000000000", False),
    ],
)
def test_a_payment_card_has_its_issuers_prefix_and_length(body: str, holds: bool) -> None:
    assert payment_card(with_check_digit(body)) is holds
