"""Cells of e-mail addresses."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from include.intake.normalise import read_cell
from include.intake.normalise.emails import plain_address


def normalised(cell: str, at_sign: str | None = None) -> list[str | None]:
    return [reading.normalised for reading in read_cell("email", cell, "SA", at_sign=at_sign)]


@pytest.mark.parametrize(
    "cell",
    [
        "fahad@example.com",
        "fahad@EXAMPLE.COM",
        "mailto:fahad@example.com",
        "mailto:fahad@example.com?subject=hello",
        "E-mail: fahad@example.com",
        "<fahad@example.com>",
        "fahad@example.com.",
        "fahad @ example.com",
        "fahad(at)example.com",
        "fahad [at] example [dot] com",
        "fahad at example dot com",
        "\u200ffahad@example.com\u200e",
    ],
)
def test_one_address_has_one_form_however_it_is_written(cell: str) -> None:
    assert normalised(cell) == ["fahad@example.com"]


@pytest.mark.parametrize("separator", [", ", ",", ";", " / ", "|", "\n", " ", " - ", " أو ", " or ", " & ", "،"])
def test_several_addresses_in_a_cell_are_all_read(separator: str) -> None:
    assert normalised(f"a@example.com{separator}b@example.org") == ["a@example.com", "b@example.org"]


def test_a_register_that_writes_another_sign_for_at_is_read() -> None:
    assert normalised("OID.Admin&Example.org", "&") == ["OID.Admin@example.org"]
    assert normalised("a@example.org", "&") == ["a@example.org"]


def test_the_name_of_an_address_is_kept_beside_it() -> None:
    (reading,) = read_cell("email", "Otaibi, Fahad <f.o@example.com>", "SA")
    assert (reading.normalised, reading.beside) == ("f.o@example.com", "Otaibi Fahad")


def test_an_arabic_address_is_read() -> None:
    assert normalised("معلومات@مثال.السعودية") == ["معلومات@مثال.السعودية"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("fahad@", "invalid_address"),
        ("fahad@example", "invalid_address"),
        ("a@@example.com", "invalid_address"),
        ("fahad.example.com", "not_an_address"),
        ("ask at the desk", "not_an_address"),
    ],
)
def test_what_is_no_address_is_kept_with_its_reason(cell: str, reason: str) -> None:
    (reading,) = read_cell("email", cell, "SA")
    assert (reading.value, reading.normalised, reading.unparsed) == (cell, None, reason)


@pytest.mark.parametrize(
    "local",
    [
        "info", "INFO", "sales", "info2", "sales.riyadh", "hr-jeddah", "customer.service", "customerservice", "mabeeat",
        "istiqbal", "tawzeef", "info_ksa", "admin", "support", "noreply", "المبيعات", "reservations_dammam",
        "example.sales",
    ],
)  # fmt: skip
def test_a_mailbox_of_a_role_is_known(local: str) -> None:
    (reading,) = read_cell("email", f"{local}@example.com", "SA")
    assert "role" in reading.traits


@pytest.mark.parametrize("local", ["fahad", "sales.fahad", "f.otaibi", "information.fahad", "salesfahad", "hse017"])
def test_a_role_beside_an_unknown_word_may_be_somebody(local: str) -> None:
    (reading,) = read_cell("email", f"{local}@example.com", "SA")
    assert "role" not in reading.traits


@pytest.mark.parametrize("local", ["ceo", "gm", "general.manager", "owner", "principal", "md"])
def test_an_office_of_one_holder_is_told_apart(local: str) -> None:
    (reading,) = read_cell("email", f"{local}@example.com", "SA")
    assert {"role", "one_holder"} <= reading.traits or local == "general.manager"


@pytest.mark.parametrize(
    "domain", ["gmail.com", "hotmail.com", "yahoo.com.sa", "hotmail.sa", "saudi.net.sa", "GMAIL.com"]
)
def test_free_providers_are_known_those_of_the_region_too(domain: str) -> None:
    (reading,) = read_cell("email", f"somebody@{domain}", "SA")
    assert "free_mail" in reading.traits


def test_a_throw_away_provider_is_known() -> None:
    (reading,) = read_cell("email", "somebody@mailinator.com", "SA")
    assert "disposable" in reading.traits


ADDRESSES = st.builds(
    "{}@{}".format,
    st.text("abzAZ09._%+'-@ \u00e9\u0645", min_size=0, max_size=12),
    st.text("abZ09.-\u00e9", max_size=10).map(lambda label: f"{label}.com")
    | st.sampled_from(["x.test", "x.local", "x.y"]),
)


@given(ADDRESSES)
def test_what_the_fast_way_reads_the_reference_validator_reads_the_same(address: str) -> None:
    fast = plain_address(address)
    if fast is not None:
        assert fast.normalised == validate_email(address, check_deliverability=False, test_environment=True).normalized
