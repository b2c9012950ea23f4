"""What an SMTP server's answer means for the message, told from its numbers alone.

The text of an answer may quote the recipient, so it is read for its enhanced status code (RFC 3463) and forgotten.

A person is given up, and in the end destroyed as unreachable, only where the server speaks of that very address or
mailbox. Everything else that sounds final (policy, reputation, a full queue, our own credentials) is trouble between
two servers: it is put off, however final the server calls it.
"""

from __future__ import annotations

import re
import smtplib
import ssl

from include.channels.model import CarrierAway, CarrierMisconfigured, Refused, TryAgain

__all__ = ["Failure", "meaning_of"]

Failure = TryAgain | CarrierAway | CarrierMisconfigured | Refused

ENHANCED = re.compile(rb"^\s*([245]\.\d\.\d{1,3})\b")
NO_SUCH_MAILBOX = frozenset({550, 551, 553})
"""RFC 5321 4.2.3: mailbox unavailable, user not local, mailbox name not allowed."""
SUBJECT_ADDRESS, SUBJECT_MAILBOX = "1", "2"
"""RFC 3463 3.2 and 3.3: the second number of a status that speaks of the address or the mailbox."""
SERVICE_NOT_AVAILABLE = 421


def meaning_of(error: OSError) -> Failure:
    """Say what an error of the SMTP dialogue means. All of smtplib's are OSErrors, and so are those of the socket."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            code, text = next(iter(answers.values()))
            return _about_recipient(code, text)
        case smtplib.SMTPAuthenticationError(smtp_code=code) if code >= 500:
            return CarrierMisconfigured(f"smtp_{code}", "the mail server refused the name or password; correct them")
        case smtplib.SMTPSenderRefused(smtp_code=code):
            return CarrierAway(f"sender_refused_{code}")
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=text):
            return _about_recipient(code, text)
        case smtplib.SMTPResponseException(smtp_code=code):
            return CarrierAway(f"smtp_{code}")
        case smtplib.SMTPNotSupportedError():
            return Refused("needs_smtputf8")
        case ssl.SSLCertVerificationError():
            return CarrierMisconfigured("certificate", "the mail server's certificate is not trusted; correct either")
        case TimeoutError():
            return CarrierAway("timeout")
        case _:
            return CarrierAway("connection_lost")


def _about_recipient(code: int, text: bytes | str) -> Failure:
    raw = text if isinstance(text, bytes) else text.encode(errors="replace")
    found = ENHANCED.match(raw)
    status = found[1].decode() if found else None
    reason = f"smtp_{code}" + (f"_{status}" if status else "")
    if code == SERVICE_NOT_AVAILABLE:
        return CarrierAway(reason)
    if code >= 500 and _speaks_of_the_recipient(code, status):
        return Refused(reason)
    return TryAgain(reason)


def _speaks_of_the_recipient(code: int, status: str | None) -> bool:
    if status is None:
        return code in NO_SUCH_MAILBOX
    kind, subject, _ = status.split(".")
    return kind == "5" and subject in (SUBJECT_ADDRESS, SUBJECT_MAILBOX)
