"""Which carriers there are: as many as the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from include.channels.dkim import signer_of
from include.channels.model import Carrier, Channel, Sender
from include.channels.notify import SETTINGS as GATEWAYS
from include.channels.notify import NotifyCarrier
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url
from include.errors import NeverRetry
from include.law import Controller

__all__ = ["SETTINGS", "carriers_of", "sender_of"]

SETTINGS = {Channel.EMAIL: "AMANAH_SMTP_URL", **GATEWAYS}
"""The setting that holds each channel's URL, secrets included: it comes from the environment and from nowhere else."""


def sender_of(controller: Controller) -> Sender:
    """Say who e-mails are from: `sender` of the controller's profile, answers going to the privacy channel.

    Raises NeverRetry naming what is missing in the profile.
    """
    sender = controller.sender
    if sender is None or sender.address is None:
        raise NeverRetry("the controller's profile has no sender.address; without it no e-mail can go out")
    if sender.name is None or not (sender.name.ar and sender.name.en):
        raise NeverRetry("the controller's profile needs sender.name in ar and en; a sender is never hidden")
    privacy = controller.privacy_channel.email if controller.privacy_channel else None
    return Sender(
        sender.address,
        {"ar": sender.name.ar, "en": sender.name.en},
        sender.reply_to or privacy,
        sender.returns,
        controller.portal,
    )


@contextmanager
def carriers_of(controller: Controller, settings: Mapping[str, str] = os.environ) -> Iterator[dict[Channel, Carrier]]:
    """Open the carriers that the settings name, for as long as the block runs.

    A channel without a setting has no carrier; the relay says so once a message waits for it.
    """
    carriers: dict[Channel, Carrier] = {}
    if url := settings.get(SETTINGS[Channel.EMAIL]):
        sender = sender_of(controller)
        carriers[Channel.EMAIL] = SmtpCarrier(read_smtp_url(url), sender, signer_of(settings, sender.domain))
    for channel, setting in GATEWAYS.items():
        if url := settings.get(setting):
            carriers[channel] = NotifyCarrier(channel, url)
    with ExitStack() as opened:
        for carrier in carriers.values():
            opened.callback(carrier.close)
        yield carriers
