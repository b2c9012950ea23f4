"""What is said to an SMTP server to hand one mail over, in as few turns as it allows."""

from __future__ import annotations

import contextlib
import smtplib

__all__ = ["hand_over", "offer"]

SERVICE_NOT_AVAILABLE = 421
TAKEN, FORWARDED, GO_ON = 250, 251, 354
EXPECTED = ({TAKEN}, {TAKEN, FORWARDED}, {GO_ON})
"""Of MAIL, RCPT and DATA (RFC 5321 4.3.2)."""

Answer = tuple[int, bytes]


def offer(connection: smtplib.SMTP, size: int, sender: str, recipient: str) -> None:
    """Say from whom to whom a mail of `size` bytes goes, until the server asks for its text. Nothing is taken over yet.

    All in one turn where the server takes that (RFC 2920). Raises smtplib's errors, as its `sendmail` does: the
    connection can be used again, unless it was closed, when it has no socket any more.
    """
    at_once = connection.has_extn("pipelining")
    answers = _answers(connection, _commands(connection, size, sender, recipient), at_once=at_once)
    refused = next((place for place, answer in enumerate(answers) if answer[0] not in EXPECTED[place]), None)
    if refused is None:
        return
    if answers[-1][0] == GO_ON:  # a server that did not wait for its own answers asks for a text to nobody
        connection.send(b".\r\n")
        connection.getreply()
    code, text = answers[refused]
    _begin_anew(connection, code)
    match refused:
        case 0:
            raise smtplib.SMTPSenderRefused(code, text, sender)
        case 1:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})
        case _:
            raise smtplib.SMTPDataError(code, text)


def hand_over(connection: smtplib.SMTP, mail: bytes) -> None:
    """Hand over the text of the mail that was offered, its lines ended by CRLF. Raises as `offer` does."""
    connection.send(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    code, text = connection.getreply()
    if code != TAKEN:
        _begin_anew(connection, code)
        raise smtplib.SMTPDataError(code, text)


def _commands(connection: smtplib.SMTP, size: int, sender: str, recipient: str) -> list[bytes]:
    """Write MAIL, RCPT and DATA. Raises SMTPNotSupportedError where an address needs what the server doesn't offer."""
    options = f" SIZE={size}" if connection.has_extn("size") else ""
    if not (sender + recipient).isascii():
        if not connection.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError
        options += " SMTPUTF8 BODY=8BITMIME"
    return [f"MAIL FROM:<{sender}>{options}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]


def _answers(connection: smtplib.SMTP, commands: list[bytes], *, at_once: bool) -> list[Answer]:
    """Give the commands, and take the answers as far as they come or make sense."""
    answers: list[Answer] = []
    if at_once:
        connection.send(b"".join(commands))
    for place, command in enumerate(commands):
        if not at_once:
            connection.send(command)
        answers.append(connection.getreply())
        code = answers[-1][0]
        if code == SERVICE_NOT_AVAILABLE or not (at_once or code in EXPECTED[place]):
            break
    return answers


def _begin_anew(connection: smtplib.SMTP, code: int) -> None:
    if code == SERVICE_NOT_AVAILABLE:
        connection.close()
        return
    with contextlib.suppress(smtplib.SMTPServerDisconnected):
        connection.rset()
