from __future__ import annotations

import smtplib
import ssl

import pytest

from include.channels.answers import meaning_of
from include.channels.model import CarrierAway, CarrierMisconfigured, Refused, TryAgain

WHO = "person1@example.org"


def about_recipient(code: int, text: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({WHO: (code, text.encode())})


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (550, f"5.1.1 <{WHO}>: Recipient address rejected: User unknown", "smtp_550_5.1.1"),
        (550, f"<{WHO}> no such user", "smtp_550"),
        (551, "user not local", "smtp_551"),
        (553, "5.1.3 bad destination mailbox address syntax", "smtp_553_5.1.3"),
        (552, "5.2.2 mailbox full", "smtp_552_5.2.2"),
        (554, "5.2.1 mailbox disabled", "smtp_554_5.2.1"),
    ],
)
def test_only_an_answer_about_the_address_itself_gives_a_person_up(code: int, text: str, reason: str) -> None:
    failure = meaning_of(about_recipient(code, text))
    assert isinstance(failure, Refused)
    assert failure.code == reason


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (450, "4.2.0 greylisted, come back", "smtp_450_4.2.0"),
        (451, "try later", "smtp_451"),
        (550, f"5.7.1 {WHO}: your address is on a block list", "smtp_550_5.7.1"),
        (554, "5.7.1 relay access denied", "smtp_554_5.7.1"),
        (554, "transaction failed", "smtp_554"),
        (552, "5.3.4 message too big", "smtp_552_5.3.4"),
        (503, "5.5.1 bad sequence", "smtp_503_5.5.1"),
    ],
)
def test_trouble_between_two_servers_is_put_off_however_final_it_sounds(code: int, text: str, reason: str) -> None:
    for error in (about_recipient(code, text), smtplib.SMTPDataError(code, text.encode())):
        failure = meaning_of(error)
        assert isinstance(failure, TryAgain)
        assert failure.code == reason


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (about_recipient(421, "4.3.2 closing"), CarrierAway, "smtp_421_4.3.2"),
        (smtplib.SMTPServerDisconnected(f"{WHO}"), CarrierAway, "connection_lost"),
        (ConnectionRefusedError(111, "refused"), CarrierAway, "connection_lost"),
        (TimeoutError("timed out"), CarrierAway, "timeout"),
        (smtplib.SMTPConnectError(554, b"no service"), CarrierAway, "smtp_554"),
        (smtplib.SMTPSenderRefused(550, b"5.7.1 no", "notices@example.com"), CarrierAway, "sender_refused_550"),
        (smtplib.SMTPAuthenticationError(454, b"4.7.0 later"), CarrierAway, "smtp_454"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong"), CarrierMisconfigured, "smtp_535"),
        (ssl.SSLCertVerificationError("self-signed"), CarrierMisconfigured, "certificate"),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), Refused, "needs_smtputf8"),
    ],
)
def test_trouble_with_the_carrier_is_told_apart_from_trouble_with_a_message(
    error: OSError, kind: type[Exception], reason: str
) -> None:
    failure = meaning_of(error)
    assert type(failure) is kind
    assert failure.code == reason
    assert WHO not in str(failure)
