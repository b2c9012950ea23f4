from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from include.errors import NeverRetry
from include.law import Controller, load_controller
from include.law.strict_yaml import BrokenYaml

PROFILE = """
legal_name: {ar: شركة المثال للبرمجيات, en: Example Software Company}
registration: "1010000000"
contacts:
  address: {ar: "الرياض، طريق المثال", en: "Example Road, Riyadh"}
  phone: +966 11 000 0000
  email: info@example.com
privacy_channel: {email: privacy@example.com, url: https://example.com/privacy}
dpo: {name: Privacy Office, email: dpo@example.com}
purposes:
  sales_outreach:
    ar: تعريف المنشآت بخدماتنا
    en: To introduce our services to businesses
    basis: public_source
    legal_basis: {ar: المادة العاشرة من النظام, en: Article 10 of the Law}
retention: {ar: ثلاثون يومًا ما لم توافق, en: Thirty days unless you consent}
recipients:
  - {ar: مزود الاستضافة, en: Our hosting provider, capacity: {ar: جهة معالجة, en: processor}}
transfers: {outside: false, ar: لا تنقل البيانات خارج المملكة, en: Data stays in the Kingdom}
sender:
  address: privacy@example.com
  name: {ar: شركة المثال, en: Example Company}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "controller.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_says_who_the_controller_is_in_both_languages(tmp_path: Path) -> None:
    controller = load_controller(write(tmp_path, PROFILE))
    assert controller.legal_name is not None
    assert controller.legal_name.in_("ar") == "شركة المثال للبرمجيات"
    assert controller.legal_name.in_("en") == "Example Software Company"
    assert controller.purposes["sales_outreach"].legal_basis is not None
    assert controller.recipients is not None
    assert controller.recipients[0].capacity is not None
    assert controller.dpo is not None
    assert controller.dpo.appointed
    assert controller.sender is not None
    assert controller.sender.address == "privacy@example.com"


def test_the_profile_is_the_file_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_CONTROLLER", str(write(tmp_path, PROFILE)))
    assert load_controller() == load_controller(tmp_path / "controller.yml")
    monkeypatch.delenv("AMANAH_CONTROLLER")
    with pytest.raises(NeverRetry, match="AMANAH_CONTROLLER is not set"):
        load_controller()


def test_what_was_not_given_is_none_so_that_the_gate_can_name_it(tmp_path: Path) -> None:
    assert load_controller(write(tmp_path, "")) == Controller()
    half = load_controller(write(tmp_path, "legal_name: {ar: شركة المثال, en: '  '}\nprivacy_channel: {email: ''}\n"))
    assert half.legal_name is not None
    assert half.legal_name.en is None
    assert half.privacy_channel is not None
    assert half.privacy_channel.email is None
    assert half.recipients is None


def test_that_there_is_no_officer_or_no_recipient_is_a_statement(tmp_path: Path) -> None:
    controller = load_controller(write(tmp_path, "dpo: {appointed: false}\nrecipients: []\n"))
    assert controller.dpo is not None
    assert not controller.dpo.appointed
    assert controller.recipients == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("legal_nam: {ar: x}\n", "controller.yml:1: legal_nam: is not a known field; did you mean 'legal_name'?"),
        ("legal_name: {ar: x, ne: y}\n", "controller.yml:1: legal_name.ne: is not a known field; known here: ar, en"),
        (
            "dpo:\n  email: nobody\n",
            "controller.yml:2: dpo.email: is not an e-mail address such as privacy@example.com",
        ),
        ("privacy_channel:\n  url: example.com\n", "controller.yml:2: privacy_channel.url: is not a web address"),
        ("transfers: {ar: x, en: y}\n", "controller.yml:1: transfers.outside: is missing; add it"),
    ],
)
def test_a_fault_in_the_profile_names_its_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BrokenYaml) as caught:
        load_controller(write(tmp_path, text))
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)


@pytest.mark.parametrize(
    "address", ["a b@example.com", "x@example", "x@@example.com", "<x@example.com>", "x@example..com"]
)
def test_an_address_that_no_server_would_take_is_refused_without_being_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(BrokenYaml) as caught:
        load_controller(write(tmp_path, f"dpo:\n  email: {address!r}\n"))
    assert address not in str(caught.value)


def test_the_officer_is_a_person_and_stays_out_of_any_repr(tmp_path: Path) -> None:
    shown = repr(load_controller(write(tmp_path, PROFILE)))
    assert "Privacy Office" not in shown
    assert "dpo@example.com" not in shown


def test_a_profile_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Controller().legal_name = None  # type: ignore[misc]
