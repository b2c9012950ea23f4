"""How an e-mail is built: Arabic-safe, datable, and with the same Message-ID however often it is sent.

It is written here as it goes over the wire: a relay spends most of its time on it where the library's own message is
built, parsed and folded for each recipient anew.
"""

from __future__ import annotations

from base64 import encodebytes
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

import idna

from include.channels.headers import is_mailbox, mailbox, unstructured
from include.channels.model import PROMOTIONAL, CarrierMisconfigured, OutgoingMessage, Refused, Sender
from include.channels.tokens import token_of

__all__ = ["compose", "deliverable", "message_id", "return_path", "stop_link"]


def message_id(message: UUID, domain: str) -> str:
    """Name a message for good: sent again after a crash, it carries the same name, and mailboxes can tell."""
    return f"<{message.hex}@{domain}>"


def return_path(message: UUID, sender: Sender) -> str:
    """Give the envelope's sender (RFC 5321 4.4): the mailbox for returns, if there is one, with the message's token."""
    if sender.returns is None:
        return sender.address
    local, _, domain = sender.returns.rpartition("@")
    return f"{local}+{token_of('return', message)}@{domain}"


def stop_link(message: UUID, portal: str) -> str:
    """Give the link that stops promotion for whoever got the message: one POST to it does (RFC 8058)."""
    return f"{portal}/u/{token_of('stop', message)}"


def deliverable(address: str) -> str:
    """Give the address in the form that SMTP servers take: an internationalised domain in its ASCII form.

    Raises Refused (`bad_address`) where it is no address. A local part outside ASCII stays as it is.
    """
    address = address.strip()
    local, at_sign, domain = address.rpartition("@")
    if not (local and at_sign and domain) or any(letter.isspace() or letter in "<>,;\r\n" for letter in address):
        raise Refused("bad_address")
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None:
        raise Refused("bad_address")
    return f"{local}@{ascii_domain}"


def _ascii_domain(domain: str) -> str | None:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def compose(message: OutgoingMessage, sender: Sender, at: datetime) -> bytes:
    """Write the e-mail: text first, HTML as its alternative, both UTF-8 in base64 so that no relay can bend a line.

    `Auto-Submitted` (RFC 3834) keeps out-of-office answers from coming back as if they were the person's own.
    Raises Refused (`bad_address`) for the recipient's address, CarrierMisconfigured for the sender's.
    """
    recipient = deliverable(message.recipient)
    if not is_mailbox(recipient):
        raise Refused("bad_address")
    lines = [
        _senders(sender, message.language),
        mailbox("To", recipient),
        unstructured("Subject", message.subject or ""),
        f"Date: {format_datetime(at)}\r\n",
        f"Message-ID: {message_id(message.id, sender.domain)}\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        f"Content-Language: {'en, ar' if message.language == 'en' else 'ar, en'}\r\n",
        _ways_to_stop(message, sender),
        "MIME-Version: 1.0\r\n",
    ]
    return "".join(lines).encode() + _content(message)


def _ways_to_stop(message: OutgoingMessage, sender: Sender) -> str:
    """Write how promotion is stopped: by one click (RFC 8058), or by a mail (RFC 2369). Other mails have no such lines.

    Raises CarrierMisconfigured where there is no page for it: nothing promotional goes out without (Law 25, IR 28(3)).
    """
    if message.kind not in PROMOTIONAL:
        return ""
    if sender.portal is None:
        raise CarrierMisconfigured("no_way_to_stop", "promotion needs `portal` in the controller's profile")
    mail = f",\r\n <mailto:{return_path(message.id, sender)}?subject=STOP>" if sender.returns else ""
    return (
        f"List-Unsubscribe: <{stop_link(message.id, sender.portal)}>{mail}\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )


def _content(message: OutgoingMessage) -> bytes:
    if message.html is None:
        return _part("plain", message.text)
    boundary = f"=_{message.id.hex}"  # "=_" stands in no base64
    start = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
    between, parts = f"\r\n--{boundary}".encode(), (_part("plain", message.text), _part("html", message.html))
    return start.encode() + b"".join(between + b"\r\n" + part for part in parts) + between + b"--\r\n"


def _part(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    lines = b"".join(line + b"\r\n" for line in text.encode().splitlines())
    return head.encode() + encodebytes(lines).replace(b"\n", b"\r\n")


def _senders(sender: Sender, language: str) -> str:
    """Write the sender under the name for the language, and where answers go if that is elsewhere."""
    lines = _sender_lines(
        sender.address, sender.names.get(language) or next(iter(sender.names.values()), ""), sender.reply_to
    )
    if lines is None:
        raise CarrierMisconfigured(
            "bad_sender", "correct sender.address and sender.reply_to in the controller's profile"
        )
    return lines


@lru_cache(maxsize=16)
def _sender_lines(address: str, name: str, reply_to: str | None) -> str | None:
    """Write them once for all mails: they are the house's own."""
    answers_to = reply_to or address
    if not (is_mailbox(address) and is_mailbox(answers_to)):
        return None
    return mailbox("From", address, name) + (mailbox("Reply-To", answers_to) if answers_to != address else "")
