"""Mails as they come back, invented: bounces, answers of machines and of people, around a mail of ours."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from include.channels.mime import message_id, return_path
from include.channels.model import Sender

SENDER = Sender("privacy@example.com", {"ar": "شركة أمانة", "en": "Amanah"}, returns="returns@example.com")


def ours(message: UUID) -> str:
    """The head of a mail of ours, as servers send it back."""
    return f"From: privacy@example.com\nMessage-ID: {message_id(message, SENDER.domain)}\nSubject: notice\n"


def to(message: UUID | None) -> str:
    """Where a return of this message is addressed to."""
    return return_path(message, SENDER) if message else "returns@example.com"


def bounce(
    message: UUID | None,
    said: str = "550 5.1.1 <gone@people.example>: User unknown",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    address: str | None = None,
    returns_head: bool = True,
) -> bytes:
    """A delivery status (RFC 3464) about a message of ours."""
    head = ours(message) if message and returns_head else "From: somebody@example.net\nMessage-ID: <1@example.net>\n"
    return _mime(
        [
            "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>",
            f"To: {address or to(message)}",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
        ],
        "report; report-type=delivery-status",
        [
            "Content-Type: text/plain\n\nYour message could not be delivered to one or more recipients.\n",
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
            f"Final-Recipient: rfc822; gone@people.example\nAction: {action}\nStatus: {status}\n"
            f"Diagnostic-Code: smtp; {said}\n",
            f"Content-Type: text/rfc822-headers\n\n{head}",
        ],
    )


def complaint(message: UUID | None, kind: str = "abuse") -> bytes:
    """A report of abuse (RFC 5965)."""
    head = ours(message) if message else "Message-ID: <1@example.net>\n"
    return _mime(
        ["From: feedback@provider.example", f"To: {to(None)}", "Subject: Abuse report"],
        "report; report-type=feedback-report",
        [
            "Content-Type: text/plain\n\nThis is an abuse report.\n",
            f"Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\nUser-Agent: Example/1\n",
            f"Content-Type: message/rfc822\n\n{head}\ntext\n",
        ],
    )


def reply(
    text: str,
    message: UUID | None = None,
    *,
    sender: str = "Saad <person.1@people.example>",
    subject: str = "Re: notice",
    heads: Iterable[str] = (),
    charset: str = "utf-8",
    declared: str | None = None,
) -> bytes:
    """An answer that somebody wrote, to the privacy channel."""
    lines = [f"From: {sender}", "To: privacy@example.com", f"Subject: {subject}", *heads]
    if message:
        lines.append(f"In-Reply-To: {message_id(message, SENDER.domain)}")
    lines += [f"Content-Type: text/plain; charset={declared or charset}", "Content-Transfer-Encoding: 8bit", "", ""]
    return "\r\n".join(lines).encode() + text.replace("\n", "\r\n").encode(charset)


def _mime(heads: list[str], kind: str, parts: list[str]) -> bytes:
    lines = [*heads, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="=_b"', "", ""]
    body = "".join(f"--=_b\n{part}\n" for part in parts) + "--=_b--\n"
    return ("\n".join(lines) + body).replace("\n", "\r\n").encode()
