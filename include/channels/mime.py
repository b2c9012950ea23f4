"""How an e-mail is built: Arabic-safe, datable, and with the same Message-ID however often it is sent."""

from __future__ import annotations

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import idna

from include.channels.model import CarrierMisconfigured, OutgoingMessage, Refused, Sender

__all__ = ["compose", "deliverable", "message_id"]


def message_id(message: UUID, domain: str) -> str:
    """Name a message for good: sent again after a crash, it carries the same name, and mailboxes can tell."""
    return f"<{message.hex}@{domain}>"


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


def compose(message: OutgoingMessage, sender: Sender, at: datetime) -> EmailMessage:
    """Build the e-mail: text first, HTML as its alternative, both UTF-8 in base64 so that no relay can bend a line.

    `Auto-Submitted` (RFC 3834) keeps out-of-office answers from coming back as if they were the person's own.
    Raises Refused (`bad_address`) for the recipient's address, CarrierMisconfigured for the sender's.
    """
    recipient = _mailbox(deliverable(message.recipient))
    if recipient is None:
        raise Refused("bad_address")
    mail = EmailMessage(policy=SMTP)
    mail["From"], answers_to = _senders(sender, message.language)
    mail["To"] = recipient
    if answers_to is not None:
        mail["Reply-To"] = answers_to
    mail["Subject"] = _one_line(message.subject or "")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(message.id, sender.domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, charset="utf-8", cte="base64")
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    mail["Content-Language"] = "en, ar" if message.language == "en" else "ar, en"  # last, or it moves into a part
    return mail


def _senders(sender: Sender, language: str) -> tuple[Address, Address | None]:
    """Give the sender under the name for the language, and where answers go if that is elsewhere."""
    name = sender.names.get(language) or next(iter(sender.names.values()), "")
    mailbox = _mailbox(sender.address, name)
    answers_to = _mailbox(sender.reply_to) if sender.reply_to else None
    if mailbox is None or (sender.reply_to and answers_to is None):
        raise CarrierMisconfigured(
            "bad_sender", "correct sender.address and sender.reply_to in the controller's profile"
        )
    return mailbox, None if sender.reply_to == sender.address else answers_to


def _mailbox(address: str, name: str = "") -> Address | None:
    """Read one bare address; the library's errors would quote it."""
    try:
        if address.isascii():
            return Address(display_name=_one_line(name), addr_spec=address)
        local, _, domain = address.rpartition("@")  # RFC 6531; the library reads only ASCII as one piece
        return Address(display_name=_one_line(name), username=local, domain=domain)
    except (ValueError, HeaderParseError, IndexError):
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
