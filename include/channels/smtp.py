"""The e-mail carrier: one connection for many messages."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Callable
from datetime import datetime

from include.channels.answers import Failure, meaning_of
from include.channels.dialogue import hand_over, offer
from include.channels.dkim import Signer
from include.channels.mime import compose, deliverable, message_id, return_path
from include.channels.model import Carrier, CarrierMisconfigured, OutgoingMessage, Sender, Sent
from include.channels.smtp_server import SmtpServer

__all__ = ["SmtpCarrier"]


class SmtpCarrier:
    """Send e-mails through one SMTP server. Not for use by two threads at once: its lanes are."""

    def __init__(self, server: SmtpServer, sender: Sender, signer: Signer | None = None) -> None:
        self._server = server
        self._sender = sender
        self._signer = signer
        self._connection: smtplib.SMTP | None = None
        self._beside: list[SmtpCarrier] = []

    def lanes(self) -> list[Carrier]:
        """Give carriers over connections of their own, as many as the server may be asked for."""
        while len(self._beside) + 1 < self._server.connections:
            self._beside.append(SmtpCarrier(self._server, self._sender, self._signer))
        return [self, *self._beside]

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:
        """Hand one message over, dated `at` (UTC). See `Carrier.send` for what is raised."""
        mail = compose(message, self._sender, at)
        if self._signer is not None:
            mail = self._signer.signed(mail, at)
        back, to = return_path(message.id, self._sender), deliverable(message.recipient)
        # Raised here, outside any `except`, so that no exception of smtplib's, which quotes the recipient, hangs on it.
        if failure := self._offer(mail, back, to) or self._say(lambda to: hand_over(to, mail)):
            raise failure
        return Sent(message_id(message.id, self._sender.domain))

    def close(self) -> None:
        """Say goodbye, as far as the server still listens."""
        for each in self._beside:
            each.close()
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def _offer(self, mail: bytes, back: str, recipient: str) -> Failure | None:
        """Have the server ask for the text, over a new connection where it closed the one that idled meanwhile."""

        def say(connection: smtplib.SMTP) -> None:
            offer(connection, len(mail), back, recipient)

        failure = self._say(say)
        return failure if self._connection is not None else self._open() or self._say(say)

    def _open(self) -> Failure | None:
        try:
            self._connection = self._server.connect(hello=self._sender.domain)
        except smtplib.SMTPNotSupportedError:
            return CarrierMisconfigured(
                "not_supported", "the mail server offers no STARTTLS or no login; correct AMANAH_SMTP_URL"
            )
        except OSError as error:
            return meaning_of(error)
        return None

    def _say(self, what: Callable[[smtplib.SMTP], None]) -> Failure | None:
        """Say it over the connection, if there is one, and forget that where it is closed afterwards."""
        connection = self._connection
        if connection is None:
            return None
        try:
            what(connection)
        except OSError as error:
            if connection.sock is None:
                self._connection = None
            return meaning_of(error)
        return None
