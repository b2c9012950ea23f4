"""The e-mail carrier: one connection for many messages."""

from __future__ import annotations

import contextlib
import smtplib
from datetime import datetime
from email.message import EmailMessage

from include.channels.answers import Failure, meaning_of
from include.channels.mime import compose, deliverable, message_id
from include.channels.model import CarrierMisconfigured, OutgoingMessage, Sender, Sent
from include.channels.smtp_server import SmtpServer

__all__ = ["SmtpCarrier"]


class SmtpCarrier:
    """Send e-mails through one SMTP server. Not for use by two threads at once."""

    def __init__(self, server: SmtpServer, sender: Sender) -> None:
        self._server = server
        self._sender = sender
        self._connection: smtplib.SMTP | None = None

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:
        """Hand one message over, dated `at` (UTC). See `Carrier.send` for what is raised."""
        mail = compose(message, self._sender, at)
        # Raised here, outside any `except`, so that no exception of smtplib's, which quotes the recipient, hangs on it.
        if failure := self._open() or self._hand_over(mail, deliverable(message.recipient)):
            raise failure
        return Sent(message_id(message.id, self._sender.domain))

    def close(self) -> None:
        """Say goodbye, as far as the server still listens."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.quit()
            self._drop()

    def _open(self) -> Failure | None:
        """Connect if need be. A server may close a connection that idled between two sendings: ask before using it."""
        if self._connection is not None and not self._is_alive(self._connection):
            self._drop()
        if self._connection is not None:
            return None
        try:
            self._connection = self._server.connect(hello=self._sender.domain)
        except smtplib.SMTPNotSupportedError:
            return CarrierMisconfigured(
                "not_supported", "the mail server offers no STARTTLS or no login; correct AMANAH_SMTP_URL"
            )
        except OSError as error:
            return meaning_of(error)
        return None

    def _hand_over(self, mail: EmailMessage, recipient: str) -> Failure | None:
        assert self._connection is not None
        try:
            self._connection.send_message(mail, from_addr=self._sender.address, to_addrs=[recipient])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError) as error:
            return meaning_of(error)
        except OSError as error:
            self._drop()
            return meaning_of(error)
        return None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @staticmethod
    def _is_alive(connection: smtplib.SMTP) -> bool:
        try:
            return connection.noop()[0] == 250
        except OSError:
            return False
