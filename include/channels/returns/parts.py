"""What of a mail matters here: its heads, its own texts, the machine's reports in it, and the mail that it returns."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32

__all__ = ["Fields", "Mail", "taken_apart", "text_of"]

DEEPEST = 12
PARTS_AT_MOST = 100
CHARSETS = ("utf-8", "windows-1256")
"""Tried in turn where a mail names no charset, or a wrong one; the last resort takes every octet."""
TAGS = re.compile(r"<(?:script|style|head)\b.*?</(?:script|style|head)>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]{0,200}>", re.IGNORECASE)
QUOTED = re.compile(r"<blockquote\b.*", re.IGNORECASE | re.DOTALL)
ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}

Fields = dict[str, str]
"""Names in small letters, values on one line; of a name that stands twice, the first."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, taken apart. Nothing of it shows in its repr."""

    head: Fields = field(repr=False)
    tos: tuple[str, ...] = field(repr=False)
    """Every line that says to whom it was delivered or written."""
    texts: tuple[str, ...] = field(repr=False)
    """What is there to be read, in its order; the plain text where there is one beside the HTML."""
    statuses: tuple[Fields, ...] = field(repr=False)
    """The blocks of a delivery status (RFC 3464), one for each recipient and the one about the whole mail."""
    feedback: Fields | None = field(repr=False)
    """The report of a complaint (RFC 5965)."""
    returned: tuple[Fields, ...] = field(repr=False)
    """The heads of the mails that it holds."""
    type: str
    defective: bool
    """Whether its parts do not hold together as they say."""


DELIVERED_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")


def taken_apart(content: bytes) -> Mail:
    """Take a mail apart. What cannot be read is left out; over what was never a mail the library's parser may fail."""
    mail = email.message_from_bytes(content, policy=compat32)
    parts = list(_walk(mail, 0))[:PARTS_AT_MOST]
    reports = [
        part
        for part, _ in parts
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")
    ]
    feedback = next((part for part, _ in parts if part.get_content_type() == "message/feedback-report"), None)
    head = fields_of([mail])
    return Mail(
        head=head,
        tos=tuple(one_line(value) for name, value in mail.raw_items() if name.lower() in DELIVERED_TO),
        texts=tuple(_texts(part for part, inner in parts if not inner)),
        statuses=tuple(fields for part in reports for block in _blocks(part) for fields in _each_recipient(block)),
        feedback=fields_of(_blocks(feedback)) if feedback is not None else None,
        returned=tuple(_returned(parts)),
        type=mail.get_content_type(),
        defective=bool(mail.defects) or (mail.is_multipart() and not mail.get_payload()),
    )


def fields_of(blocks: Iterable[Message]) -> Fields:
    """Gather the fields of one or several blocks."""
    found: Fields = {}
    for block in blocks:
        for name, value in block.raw_items():
            found.setdefault(name.lower(), _decoded(one_line(value)))
    return found


def _each_recipient(block: Message) -> Iterator[Fields]:
    """Part what a report runs together: a recipient begins where a field of the one before stands a second time."""
    fields: Fields = {}
    for name, value in block.raw_items():
        if name.lower() == "final-recipient" and name.lower() in fields:
            yield fields
            fields = {}
        fields.setdefault(name.lower(), _decoded(one_line(value)))
    yield fields


def one_line(value: object) -> str:
    """Put a field on one line; it may hold octets that nobody declared."""
    octets = str(value).encode("utf-8", "surrogateescape")
    for charset in CHARSETS:
        with suppress(UnicodeError):
            return " ".join(octets.decode(charset).split())
    return " ".join(octets.decode("latin-1").split())


def text_of(part: Message) -> str:
    """Return the text of a part, whatever it says of its encoding."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    said = part.get_content_charset() or ""
    for charset in (said, *CHARSETS):
        try:
            return payload.decode(charset)
        except (UnicodeError, LookupError, ValueError):
            continue
    return payload.decode("latin-1")


def _walk(mail: Message, depth: int, *, inner: bool = False) -> Iterator[tuple[Message, bool]]:
    """Yield every part, and whether it stands in a mail that this one returns."""
    yield mail, inner
    payload = mail.get_payload()
    if not isinstance(payload, list) or depth > DEEPEST or mail.get_content_type() == "message/delivery-status":
        return
    holds = inner or mail.get_content_type() in ("message/rfc822", "message/global")
    for part in payload:
        if isinstance(part, Message):
            yield from _walk(part, depth + 1, inner=holds)


def _texts(parts: Iterable[Message]) -> Iterator[str]:
    plain = False
    for part in parts:
        kind = part.get_content_type()
        if part.is_multipart() or (part.get_filename() and kind != "text/plain"):
            continue
        if kind == "text/plain" or part.get_content_maintype() == "multipart":  # whose boundary is nowhere
            plain = True
            yield text_of(part)
        elif kind == "text/html" and not plain:
            yield _unmarked(text_of(part))


def _unmarked(html: str) -> str:
    text = TAGS.sub(" ", BREAKS.sub("\n", QUOTED.sub("", html)))
    for entity, letter in ENTITIES.items():
        text = text.replace(entity, letter)
    return text


def _blocks(part: Message) -> list[Message]:
    """Return the blocks of fields in a report. One that was packed in base64 was not taken apart by the library."""
    payload = part.get_payload()
    if isinstance(payload, list) and str(part.get("content-transfer-encoding", "7bit")).strip().lower() not in (
        "base64",
        "quoted-printable",
    ):
        return [block for block in payload if isinstance(block, Message)]
    text = part.as_string().partition("\n\n")[2] if isinstance(payload, list) else text_of(part)
    return [
        email.message_from_string(block, policy=compat32) for block in re.split(r"\r?\n\s*\r?\n", text) if block.strip()
    ]


def _returned(parts: Iterable[tuple[Message, bool]]) -> Iterator[Fields]:
    for part, _ in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global"):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                yield fields_of([payload[0]])
        elif kind in ("text/rfc822-headers", "message/global-headers"):
            yield fields_of([email.message_from_string(text_of(part), policy=compat32)])


def _decoded(value: str) -> str:
    """Write out encoded words (RFC 2047) where they can be read."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(_piece(text, charset) for text, charset in pieces)


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return text.decode("latin-1")
