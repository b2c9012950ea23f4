"""The second channel: SMS and WhatsApp through any gateway that the Apprise library knows."""

from __future__ import annotations

import contextvars
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

from include.channels.model import Channel, OutgoingMessage, Sent, TryAgain
from include.errors import NeverRetry

__all__ = ["SETTINGS", "NotifyCarrier"]

SETTINGS = {Channel.SMS: "AMANAH_SMS_URL", Channel.WHATSAPP: "AMANAH_WHATSAPP_URL"}
TALKATIVE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests")

_sending: contextvars.ContextVar[bool] = contextvars.ContextVar("sending", default=False)


class NotifyCarrier:
    """Send short messages through one gateway, named by a URL of Apprise's with `{to}` where the number goes.

    `{id}` in the URL, if there, becomes the message's own reference: a gateway that takes one can show it back, and a
    message that is sent again after a crash carries the same. A gateway's answer is reduced by Apprise to yes or no,
    so nothing here is ever refused for good: it is put off until it expires.
    """

    def __init__(self, channel: Channel, url: str) -> None:
        setting = SETTINGS[channel]
        if "{to}" not in url:
            raise NeverRetry(f"{setting} must hold {{to}} where the recipient's number goes")
        self._url = url
        if _target(self._address("+966500000000", "0")) is None:
            raise NeverRetry(f"{setting} is not a URL that Apprise can read; see its list of services")

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:  # noqa: ARG002 (a gateway dates it itself)
        """Hand one message over. Raises TryAgain (`not_accepted`) and nothing else."""
        reference = message.id.hex
        if not _accepted(self._address(message.recipient, reference), message.text):
            raise TryAgain("not_accepted")
        return Sent(f"{self._url.partition(':')[0].lower()}:{reference}")

    def close(self) -> None:
        """Do nothing: each message is a connection of its own."""

    def _address(self, recipient: str, reference: str) -> str:
        return self._url.replace("{to}", quote(recipient, safe="")).replace("{id}", reference)


def _target(url: str) -> Any | None:
    """Make one Apprise target; None where it can't read the URL.

    Without a service timeout it works in this thread, bound by its request's own few seconds: a thread left behind
    could still send what we have already put off.
    """
    import apprise  # here, because it takes a while that only a relay with such a channel should pay

    with _silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the first URL makes it load every service it knows
        target = apprise.Apprise(asset=apprise.AppriseAsset(service_timeout=0, async_mode=False))
        return target if target.add(url) else None


def _accepted(url: str, text: str) -> bool:
    target = _target(url)
    with _silence():
        try:
            return target is not None and bool(target.notify(body=text, body_format="text"))
        except Exception:  # whatever a plugin may raise could quote the number
            return False


def _not_while_sending(_: logging.LogRecord) -> bool:
    return not _sending.get()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library, and the HTTP libraries under it, from logging while we send: they name hosts and numbers.

    This also keeps Apprise from writing what it logged into its results, which it may spill to a temporary file.
    """
    for name in TALKATIVE:
        log = logging.getLogger(name)
        if _not_while_sending not in log.filters:
            log.addFilter(_not_while_sending)
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)
