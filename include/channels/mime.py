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

from include.channels.model import OutgoingMessage, Refused, Sender

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
    Raises Refused (`bad_address`, `bad_header`).
    """
    mail = EmailMessage(policy=SMTP)
    if not _address(mail, message, sender):
        raise Refused("bad_header")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(message.id, sender.domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, charset="utf-8", cte="base64")
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    mail["Content-Language"] = "en, ar" if message.language == "en" else "ar, en"  # last, or it moves into a part
    return mail


def _address(mail: EmailMessage, message: OutgoingMessage, sender: Sender) -> bool:
    """Fill in who it is from, whom it goes to and what it is about; the library's errors would quote them."""
    name = sender.names.get(message.language) or next(iter(sender.names.values()), "")
    try:
        mail["From"] = Address(display_name=name, addr_spec=sender.address)
        mail["To"] = Address(addr_spec=deliverable(message.recipient))
        if sender.reply_to and sender.reply_to != sender.address:
            mail["Reply-To"] = Address(addr_spec=sender.reply_to)
        mail["Subject"] = message.subject or ""
    except (ValueError, HeaderParseError, IndexError):
        return False
    return True
