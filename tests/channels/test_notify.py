from __future__ import annotations

import logging
import traceback

import pytest
from far_ends import Gateway
from relaying import AT_TEN, written

from include.channels import Channel, TryAgain
from include.channels.notify import NotifyCarrier
from include.errors import NeverRetry

NUMBER = "+966500000001"
TEXT = "إشعار بشأن بياناتك الشخصية\nhttps://www.example.com/privacy\n\nNotice about your personal data"


def short(number: int = 1) -> object:
    return written(number, channel=Channel.SMS, recipient=NUMBER, text=TEXT, html=None, subject=None)


def test_the_gateway_receives_the_message_and_gives_a_proof(gateway: Gateway) -> None:
    message = short()
    proof = NotifyCarrier(Channel.SMS, gateway.url()).send(message, AT_TEN)
    [received] = gateway.received
    assert received["to"] == NUMBER
    assert received["message"] == TEXT
    assert received["reference"] == message.id.hex
    assert proof.message_id == f"json:{message.id.hex}"


def test_whatsapp_goes_through_a_gateway_of_its_own(gateway: Gateway) -> None:
    NotifyCarrier(Channel.WHATSAPP, gateway.url()).send(short(), AT_TEN)
    assert len(gateway.received) == 1


@pytest.mark.parametrize("status", [429, 500, 503, 400])
def test_what_the_gateway_does_not_take_is_put_off(gateway: Gateway, status: int) -> None:
    gateway.answers = [status]
    carrier = NotifyCarrier(Channel.SMS, gateway.url())
    with pytest.raises(TryAgain, match="not_accepted"):
        carrier.send(short(), AT_TEN)
    carrier.send(short(), AT_TEN)
    assert len(gateway.received) == 1


def test_a_gateway_that_is_away_is_no_end(gateway: Gateway) -> None:
    url = gateway.url().replace(str(gateway.port), "1")
    with pytest.raises(TryAgain) as deferral:
        NotifyCarrier(Channel.SMS, url).send(short(), AT_TEN)
    assert NUMBER not in "".join(traceback.format_exception(deferral.value))


def test_neither_number_nor_text_reach_a_log_however_much_is_logged(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(1, logger=name)
    gateway.answers = [500, 200]
    carrier = NotifyCarrier(Channel.SMS, gateway.url("{to}") + "&-number={to}")
    with pytest.raises(TryAgain):
        carrier.send(short(), AT_TEN)
    carrier.send(short(), AT_TEN)
    logging.getLogger("apprise").warning("others may speak again")
    shown = caplog.text + "".join(capfd.readouterr())
    assert "others may speak again" in shown
    for secret in (NUMBER, NUMBER[1:], "بياناتك", "personal data"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "says"),
    [("json://127.0.0.1/s3cret", r"\{to\}"), ("nonsense://s3cret/{to}", "Apprise"), ("{to}", "Apprise")],
)
def test_a_broken_url_is_named_by_its_setting_and_never_shown(
    url: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NeverRetry, match=says) as error:
        NotifyCarrier(Channel.WHATSAPP, url)
    assert "AMANAH_WHATSAPP_URL" in str(error.value)
    assert "s3cret" not in str(error.value) + caplog.text
