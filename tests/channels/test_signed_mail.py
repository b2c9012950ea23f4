"""Every mail as a real SMTP server gets it: its signature, its way back, and its ways to stop, byte by byte."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from far_ends import MailServer
from relaying import AT_TEN, written

from include.channels.dkim import signer_of
from include.channels.model import CarrierMisconfigured, Sender
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url
from include.channels.tokens import message_of
from include.errors import NeverRetry

SENDER = Sender(
    "privacy@mail.example.com",
    {"ar": "شركة أمانة التجريبية", "en": "Amanah Sample Company"},
    "privacy@example.com",
    "returns@mail.example.com",
    "https://privacy.example.com",
)
KEY = rsa.generate_private_key(65537, 2048)


def settings(key: Any = KEY, **changes: str) -> dict[str, str]:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"AMANAH_DKIM_KEY": pem, "AMANAH_DKIM_SELECTOR": "s2026"} | changes


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)


@pytest.fixture
def sent(mail_server: MailServer) -> Iterator[Callable[..., bytes]]:
    """Send a message over SMTP and return the bytes that arrived."""
    signer = signer_of(settings(), SENDER.domain)
    carrier = SmtpCarrier(read_smtp_url(f"smtp://127.0.0.1:{mail_server.port}?timeout=10"), SENDER, signer)

    def send(number: int = 1, at: datetime = AT_TEN, **changes: Any) -> bytes:
        carrier.send(written(number, **changes), at)
        content = mail_server.envelopes[-1].original_content
        assert content is not None
        return content

    yield send
    carrier.close()


def verified(mail: bytes, key: RSAPrivateKey = KEY) -> bool:
    """Say whether another library finds the signature good."""
    dkim = pytest.importorskip("dkim", reason="dkimpy, which verifies what we sign, is not installed")
    public = b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"s2026._domainkey.mail.example.com."
        return b"v=DKIM1; k=rsa; p=" + public

    return bool(dkim.verify(mail, dnsfunc=dns))


def heads(mail: bytes) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in message_from_bytes(mail, policy=policy.SMTP).items()}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"html": None},
        {"kind": "promotion"},
        {"kind": "awareness", "language": "en"},
        {"text": "سطر \t  بمسافات  \n\n\n\n"},
        {"text": "", "html": None},
        {"subject": "موضوع طويل جدا " * 20},
    ],
)
def test_every_mail_is_signed_so_that_another_library_verifies_it(
    sent: Callable[..., bytes], changes: dict[str, Any]
) -> None:
    mail = sent(**changes)
    assert verified(mail)
    assert max(len(line) for line in mail.split(b"\r\n")) <= 998
    assert b"\n" not in mail.replace(b"\r\n", b""), "only whole line ends"


@pytest.mark.parametrize(
    "change",
    [
        (b"https://privacy.example.com/u/", b"https://privacy.example.net/u/"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click"),
        (b"\r\nTo: person1@", b"\r\nTo: person2@"),
        (b"\r\nMIME-Version", b"\r\nSubject: another\r\nMIME-Version"),
        (b"\r\nMIME-Version", b"\r\nList-Unsubscribe: <https://evil.example/>\r\nMIME-Version"),
        (b"text/html", b"text/plane"),
    ],
)
def test_nothing_that_counts_can_be_changed_or_added_unseen(
    sent: Callable[..., bytes], change: tuple[bytes, bytes]
) -> None:
    mail = sent(kind="promotion")
    assert verified(mail)
    assert change[0] in mail
    assert not verified(mail.replace(*change))


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "List-Unsubscribe", "List-Unsubscribe-Post"])
def test_no_second_line_of_a_kind_can_be_put_before_ours(sent: Callable[..., bytes], name: str) -> None:
    assert not verified(f"{name}: <https://evil.example/>\r\n".encode() + sent(kind="promotion"))


def test_a_signature_survives_what_servers_do_to_spaces_and_folds(sent: Callable[..., bytes]) -> None:
    mail = sent(kind="promotion")
    assert verified(mail.replace(b"\r\nSubject: ", b"\r\nSUBJECT:   ").replace(b",\r\n <mailto", b",\r\n\t <mailto"))
    assert verified(mail + b"\r\n\r\n")


def test_promotion_can_be_stopped_by_one_click_and_by_a_mail_and_both_lines_are_signed(
    sent: Callable[..., bytes],
) -> None:
    mail = sent(kind="promotion")
    told = heads(mail)
    links = re.findall(r"<([^<>\s]+)>", told["list-unsubscribe"])  # RFC 2369 2: in angle brackets, by commas
    assert [link.partition(":")[0] for link in links] == ["https", "mailto"], "RFC 8058 3.1 wants https"
    assert told["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    signed = "".join(told["dkim-signature"].split()).lower().partition(";h=")[2].partition(";")[0].split(":")
    assert {"from", "list-unsubscribe", "list-unsubscribe-post"} <= {*signed}, "RFC 8058 4"
    token = links[0].removeprefix("https://privacy.example.com/u/")
    assert message_of("stop", token) == written(1).id
    assert "person1" not in told["list-unsubscribe"], "a link names nobody"


@pytest.mark.parametrize("kind", ["source_notice", "promise_alert", "stop_confirmation"])
def test_what_is_owed_by_law_bears_no_line_by_which_it_could_be_cancelled(
    sent: Callable[..., bytes], kind: str
) -> None:
    told = heads(sent(kind=kind))
    assert not {name for name in told if name.startswith("list-")}
    assert told["message-id"].endswith("@mail.example.com>")


def test_promotion_without_a_page_to_stop_it_does_not_go_out(mail_server: MailServer) -> None:
    bare = Sender("a@example.com", {"en": "A"}, None, "returns@example.com")
    carrier = SmtpCarrier(read_smtp_url(f"smtp://127.0.0.1:{mail_server.port}"), bare)
    with pytest.raises(CarrierMisconfigured, match="portal"):
        carrier.send(written(1, kind="promotion"), AT_TEN)
    assert not mail_server.mails


def test_the_envelope_bears_the_token_of_its_message_and_nothing_of_the_recipient(
    sent: Callable[..., bytes], mail_server: MailServer
) -> None:
    for number in (1, 2):
        sent(number)
    senders = [str(envelope.mail_from) for envelope in mail_server.envelopes]
    tokens = [re.fullmatch(r"returns\+([a-z2-7]{39})@mail\.example\.com", sender) for sender in senders]
    assert [message_of("return", found[1]) for found in tokens if found] == [written(1).id, written(2).id]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"AMANAH_DKIM_KEY": "letmein"}, "AMANAH_DKIM_KEY"),
        (settings(rsa.generate_private_key(65537, 1024)), "AMANAH_DKIM_KEY"),
        (settings(AMANAH_DKIM_SELECTOR=""), "AMANAH_DKIM_SELECTOR"),
        (settings(AMANAH_DKIM_SELECTOR="a b"), "AMANAH_DKIM_SELECTOR"),
        (settings(AMANAH_DKIM_DOMAIN="example.net"), "AMANAH_DKIM_DOMAIN"),
        (settings(AMANAH_DKIM_DOMAIN="ample.com"), "AMANAH_DKIM_DOMAIN"),
    ],
)
def test_a_setting_that_cannot_sign_is_named_and_its_content_never_shown(given: dict[str, str], named: str) -> None:
    with pytest.raises(NeverRetry, match=named) as refused:
        signer_of({"AMANAH_DKIM_SELECTOR": "s2026"} | given, "mail.example.com")
    assert "letmein" not in str(refused.value)
    assert "BEGIN" not in str(refused.value)


def test_without_a_key_nothing_is_signed_and_a_key_in_one_line_is_read() -> None:
    assert signer_of({}, "example.com") is None
    packed = b64encode(settings()["AMANAH_DKIM_KEY"].encode()).decode()
    assert signer_of(settings(AMANAH_DKIM_KEY=packed, AMANAH_DKIM_DOMAIN="example.com"), "mail.example.com")
