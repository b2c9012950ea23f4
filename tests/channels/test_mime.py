from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from relaying import AT_TEN, written

from include.channels.mime import compose, deliverable, message_id
from include.channels.model import CarrierMisconfigured, Refused, Sender

SENDER = Sender(
    "notices@example.com", {"ar": "شركة أمانة التجريبية", "en": "Amanah Sample Company"}, "privacy@example.com"
)


def arrived(**changes: object) -> EmailMessage:
    """What a mail reader sees after the way over the wire."""
    wire = compose(written(7, **changes), SENDER, AT_TEN)
    assert wire.isascii()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    mail: EmailMessage = message_from_bytes(wire, policy=policy.default)  # type: ignore[assignment]
    assert [part.defects for part in mail.walk() if part.defects] == []
    return mail


def test_arabic_survives_the_wire_in_subject_text_and_html() -> None:
    subject = "إشعار بشأن بياناتك الشخصية ومصدرها | Notice about your personal data and where it came from [3FA85F64]"
    mail = arrived(subject=subject, text="تحية طيبة\n‏\u2067• سطر\n", html="<p>تحية طيبة</p>")
    assert mail["Subject"] == subject
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == "تحية طيبة\n‏\u2067• سطر\n"
    assert mail.get_body(("html",)).get_content().strip() == "<p>تحية طيبة</p>"


def test_the_plain_text_comes_before_the_html_so_that_readers_prefer_the_html() -> None:
    mail = arrived()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in mail.iter_parts()} == {"utf-8"}


def test_the_sender_is_named_in_the_readers_language_and_answers_go_to_the_privacy_channel() -> None:
    assert arrived(language="ar")["From"].addresses[0].display_name == "شركة أمانة التجريبية"
    assert arrived(language="en")["From"].addresses[0].display_name == "Amanah Sample Company"
    assert arrived()["From"].addresses[0].addr_spec == "notices@example.com"
    assert arrived()["Reply-To"] == "privacy@example.com"


def test_a_mail_says_that_a_machine_wrote_it_when_and_in_which_languages() -> None:
    mail = arrived()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT_TEN
    assert mail["Content-Language"] == "ar, en"
    assert arrived(language="en")["Content-Language"] == "en, ar"
    assert "List-Unsubscribe" not in mail


def test_the_message_id_is_the_same_however_often_a_mail_is_built() -> None:
    assert arrived()["Message-ID"] == arrived()["Message-ID"] == message_id(written(7).id, "example.com")
    assert written(7).id.hex in arrived()["Message-ID"]


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [
        ("sales@example.org", "sales@example.org"),
        (" sales@example.org ", "sales@example.org"),
        ("بريد@example.org", "بريد@example.org"),
        ("sales@مثال.example", "sales@xn--mgbh0fb.example"),
    ],
)
def test_an_international_domain_goes_out_in_its_ascii_form(given: str, goes_to: str) -> None:
    assert deliverable(given) == goes_to


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nobody",
        "@example.org",
        "a@",
        "a b@example.org",
        "a@example.org, b@example.org",
        "a@b\r\nBcc: c@example.org",
        "<a@example.org>",
        "a@مثال\u0640\u0000.example",
        "a..b@example.org",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(given: str) -> None:
    with pytest.raises(Refused) as refusal:
        compose(written(recipient=given), SENDER, AT_TEN)
    assert str(refusal.value) == "the message was refused for good by its carrier (bad_address)"
    assert refusal.value.__context__ is None


def test_a_header_cannot_be_smuggled_in_by_a_subject() -> None:
    mail = arrived(subject="x\r\nBcc: someone@example.org")
    assert mail["Subject"] == "x Bcc: someone@example.org"
    assert "Bcc" not in mail


def test_a_broken_sender_stops_the_carrier_and_gives_nobody_up() -> None:
    for broken in (Sender("a..b@example.com", {"en": "A"}), Sender("a@example.com", {"en": "A"}, "a..b@example.com")):
        with pytest.raises(CarrierMisconfigured, match="sender"):
            compose(written(), broken, AT_TEN)
